/** The stores of one system's virtual actors: each file is opened once. @module */
import type { Clock } from "../base/clock.ts";
import { packArgs, unpackResult, type ValueHooks } from "./call_conversation.ts";
import type { VirtualSpec } from "./spawn_options.ts";
import { StateKeeper } from "./state_keeper.ts";
import { StateStore } from "./state_store.ts";

/** Opens stores, and closes them all. */
export class StateStores {
  readonly #clock: Clock;
  readonly #hooks: ValueHooks;
  /** Open stores by path; memory is "". */
  readonly #stores = new Map<string, Promise<StateStore>>();

  constructor(clock: Clock, hooks: ValueHooks) {
    this.#clock = clock;
    // A state is one piece, whatever it holds.
    this.#hooks = { ...hooks, besideBytesMin: Infinity };
  }

  /** Keeps the state of an actor with this key. */
  keeper(key: string, { idleMs, store }: VirtualSpec): StateKeeper {
    return new StateKeeper({
      key,
      idleMs,
      clock: this.#clock,
      openStore: () => this.#open(store),
      // In an array it is never a primitive, so always bytes.
      pack: (state) => packArgs([[state]], this.#hooks, () => "save state")[0] as Uint8Array,
      unpack: (bytes) => (unpackResult(bytes, this.#hooks) as unknown[])[0],
    });
  }

  /** Lets go of all. */
  async close(): Promise<void> {
    const stores = [...this.#stores.values()];
    this.#stores.clear();
    for (const store of await Promise.allSettled(stores)) if (store.status === "fulfilled") store.value.close();
  }

  async #open(path: string | undefined): Promise<StateStore> {
    const key = path ?? "";
    const opening = this.#stores.get(key) ?? StateStore.open(path);
    this.#stores.set(key, opening);
    try {
      return await opening;
    } catch (error) {
      this.#stores.delete(key);
      throw error;
    }
  }
}
