/** What a client wants done with the cluster as a whole: rare, and each answered once. @module */
import { unreachable } from "../base/assert.ts";
import type { Packed } from "./packed.ts";
import * as p from "./parse.ts";
import type { TaskKey } from "./task.ts";

/** One order of a client. */
export type ClusterOrder =
  /** Keep these results, and this data which holds their futures, under a name. Answered by `done`. */
  | {
    readonly type: "publish";
    readonly name: string;
    readonly keys: readonly TaskKey[];
    readonly value: Packed;
    readonly replace: boolean;
  }
  /** Forget a published name. Answered by `done`. */
  | { readonly type: "unpublish"; readonly name: string }
  /** Give what was published; claims its futures. Answered by `answer`: `[value]`. */
  | { readonly type: "give-dataset"; readonly name: string }
  /** Have each of these results on that many workers. Answered by `done`. */
  | { readonly type: "replicate"; readonly keys: readonly TaskKey[]; readonly copies: number }
  /** Even out what workers hold, by moving these results or, without keys, any. Answered by `done`. */
  | { readonly type: "rebalance"; readonly keys: readonly TaskKey[] | undefined }
  /** Have these workers leave or, without names, `count`. Answered by `answer`: the addresses of those that left. */
  | { readonly type: "retire-workers"; readonly workers: readonly string[] | undefined; readonly count: number }
  /** Forget all tasks, start all workers anew. Answered by `done` when they are back. */
  | { readonly type: "restart" };

/** An order as a tuple. */
export function packClusterOrder(order: ClusterOrder): p.Fields {
  switch (order.type) {
    case "publish":
      return [1, order.name, order.keys, order.value, order.replace];
    case "unpublish":
      return [2, order.name];
    case "give-dataset":
      return [3, order.name];
    case "replicate":
      return [4, order.keys, order.copies];
    case "rebalance":
      return [5, order.keys];
    case "retire-workers":
      return [6, order.workers, order.count];
    case "restart":
      return [7];
    default:
      return unreachable(order);
  }
}

/** A tuple as an order; throws `wire/malformed`. */
export function parseClusterOrder(value: unknown): ClusterOrder {
  const t = p.fields(value);
  switch (t[0]) {
    case 1:
      return {
        type: "publish",
        name: p.text(t, 1),
        keys: p.texts(t, 2),
        value: p.packed(t, 3),
        replace: p.flag(t, 4),
      };
    case 2:
      return { type: "unpublish", name: p.text(t, 1) };
    case 3:
      return { type: "give-dataset", name: p.text(t, 1) };
    case 4:
      return { type: "replicate", keys: p.texts(t, 1), copies: p.count(t, 2) };
    case 5:
      return { type: "rebalance", keys: p.textsOrNone(t, 1) };
    case 6:
      return { type: "retire-workers", workers: p.textsOrNone(t, 1), count: p.count(t, 2) };
    case 7:
      return { type: "restart" };
    default:
      throw p.malformed("unknown order of a client", t[0]);
  }
}
