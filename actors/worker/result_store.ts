/** The results that a worker holds. @module */
import { TurnoverMap } from "../base/turnover_map.ts";
import type { Packed } from "../protocol/packed.ts";
import type { TaskKey } from "../protocol/task.ts";
import type { StoredItem, StoreReply } from "../protocol/worker_peer.ts";

/** Encoded results by key. What is in it is decided by the worker machine. */
export class ResultStore {
  readonly #items = new TurnoverMap<TaskKey, StoredItem>();

  /** Keeps a result; a newer one takes the place of an older one. */
  put(item: StoredItem): void {
    this.#items.set(item.key, item);
  }

  /** The value of a key that the machine knows to be here. */
  value(key: TaskKey): Packed {
    return this.#items.get(key)?.value;
  }

  /** Forgets results. */
  drop(keys: readonly TaskKey[]): void {
    for (const key of keys) this.#items.delete(key);
  }

  /** Answers a request. */
  get(keys: readonly TaskKey[]): StoreReply {
    const found: StoredItem[] = [];
    const missing: TaskKey[] = [];
    for (const key of keys) {
      const item = this.#items.get(key);
      if (item === undefined) missing.push(key);
      else found.push(item);
    }
    return { type: "values", found, missing };
  }
}
