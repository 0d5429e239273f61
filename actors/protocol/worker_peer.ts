/**
 * What is asked of a worker's store, by other workers and by clients. Each is an ask with one reply.
 *
 * @module
 */
import { unreachable } from "../base/assert.ts";
import type { Packed } from "./packed.ts";
import * as p from "./parse.ts";
import type { TaskKey } from "./task.ts";

/** A request to a worker's store. */
export type StoreRequest =
  /** Give these results. Answered by `StoreReply` "values". */
  | { readonly type: "get"; readonly keys: readonly TaskKey[] }
  /** Keep these values (scatter). Answered by `StoreReply` "kept". */
  | { readonly type: "put"; readonly items: readonly StoredItem[] }
  /** Tell all that you know, for people. Answered by `StoreReply` "description". */
  | { readonly type: "describe" };

/** One result with its value. */
export interface StoredItem {
  /** Names it. */
  readonly key: TaskKey;
  /** The value, encoded by whoever made it. */
  readonly value: Packed;
  /** Its size. */
  readonly bytes: number;
  /** Its type, as shown to people. */
  readonly valueType: string;
}

/** The answer to a {@linkcode StoreRequest}. */
export type StoreReply =
  | { readonly type: "values"; readonly found: readonly StoredItem[]; readonly missing: readonly TaskKey[] }
  | { readonly type: "kept" }
  | { readonly type: "description"; readonly value: unknown };

/** A request as a tuple. */
export function packStoreRequest(m: StoreRequest): p.Fields {
  switch (m.type) {
    case "get":
      return [1, m.keys];
    case "put":
      return [2, m.items.map(packItem)];
    case "describe":
      return [3];
    default:
      return unreachable(m);
  }
}

/** A tuple as a request; throws `wire/malformed`. */
export function parseStoreRequest(value: unknown): StoreRequest {
  const t = p.fields(value);
  if (t[0] === 1) return { type: "get", keys: p.texts(t, 1) };
  if (t[0] === 2) return { type: "put", items: p.mapped(t, 1, parseItem) };
  if (t[0] === 3) return { type: "describe" };
  throw p.malformed("unknown request to a store", t[0]);
}

/** A reply as a tuple. */
export function packStoreReply(m: StoreReply): p.Fields {
  switch (m.type) {
    case "values":
      return [1, m.found.map(packItem), m.missing];
    case "kept":
      return [2];
    case "description":
      return [3, m.value];
    default:
      return unreachable(m);
  }
}

/** A tuple as a reply; throws `wire/malformed`. */
export function parseStoreReply(value: unknown): StoreReply {
  const t = p.fields(value);
  if (t[0] === 1) return { type: "values", found: p.mapped(t, 1, parseItem), missing: p.texts(t, 2) };
  if (t[0] === 2) return { type: "kept" };
  if (t[0] === 3) return { type: "description", value: t[1] };
  throw p.malformed("unknown reply of a store", t[0]);
}

function packItem(item: StoredItem): p.Fields {
  return [item.key, item.value, item.bytes, item.valueType];
}

function parseItem(t: p.Fields): StoredItem {
  return { key: p.text(t, 0), value: p.packed(t, 1), bytes: p.count(t, 2), valueType: p.text(t, 3) };
}
