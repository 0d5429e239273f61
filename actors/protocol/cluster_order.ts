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
  | { readonly type: "give-dataset"; readonly name: string };

/** An order as a tuple. */
export function packClusterOrder(order: ClusterOrder): p.Fields {
  switch (order.type) {
    case "publish":
      return [1, order.name, order.keys, order.value, order.replace];
    case "unpublish":
      return [2, order.name];
    case "give-dataset":
      return [3, order.name];
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
    default:
      throw p.malformed("unknown order of a client", t[0]);
  }
}
