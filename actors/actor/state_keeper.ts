/** Keeps the state of one virtual actor, and ends it when it is idle. @module */
import { troupeError } from "../base/errors.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { ActorLifecycle } from "./actor_ref.ts";
import type { StateStore } from "./state_store.ts";

/** What a keeper is made of. */
export interface StateKeeperOptions {
  /** Where states are kept. */
  readonly openStore: () => Promise<StateStore>;
  /** The actor's key. */
  readonly key: string;
  /** Time without messages after which it ends. */
  readonly idleMs: number;
  /** Time. */
  readonly clock: Clock;
  /** A state as bytes, and back. */
  readonly pack: (state: unknown) => Uint8Array;
  readonly unpack: (bytes: Uint8Array) => unknown;
}

/** The state of one incarnation of a virtual actor. */
export class StateKeeper {
  readonly #options: StateKeeperOptions;
  #store: StateStore | undefined;
  #epoch = 0;
  /** What is in the store, as far as we wrote it. */
  #kept: Uint8Array | undefined;
  /** Messages in hand. */
  #busy = 0;
  #timer: Timer | undefined;
  #onIdle: () => void = () => {};

  constructor(options: StateKeeperOptions) {
    this.#options = options;
  }

  /** Gives an actor what was kept of it; `onIdle` is called when it may end. */
  async load(actor: ActorLifecycle, onIdle: () => void): Promise<void> {
    const { openStore, key, unpack } = this.#options;
    this.#onIdle = onIdle;
    if (actor.saveState !== undefined) {
      this.#store = await openStore();
      const { epoch, state } = this.#store.take(key);
      this.#epoch = epoch;
      this.#kept = state;
      if (state !== undefined) await actor.loadState?.(unpack(state));
    }
    this.#rest();
  }

  /** A message is about to be handled. */
  begin(): void {
    this.#busy++;
    this.#timer?.cancel();
  }

  /** A message was handled: keeps what has changed, before anybody hears of it. Throws what stands in the way. */
  end(actor: ActorLifecycle, isFailed: boolean): void {
    this.#busy--;
    if (this.#busy === 0) this.#rest();
    // What a failed message has left behind is thrown away with the actor.
    if (!isFailed) this.#save(actor);
  }

  /** The incarnation ends. */
  close(): void {
    this.#timer?.cancel();
  }

  #save(actor: ActorLifecycle): void {
    const { key, pack } = this.#options;
    if (this.#store === undefined || actor.saveState === undefined) return;
    const state = pack(actor.saveState());
    if (this.#kept !== undefined && sameBytes(state, this.#kept)) return;
    if (!this.#store.write(key, this.#epoch, state)) {
      throw troupeError("actor/terminated", `Cannot keep state of "${key}": another instance has taken over`, {
        details: { key },
      });
    }
    this.#kept = state;
  }

  #rest(): void {
    this.#timer?.cancel();
    if (this.#options.idleMs === Infinity) return;
    this.#timer = this.#options.clock.after(this.#options.idleMs, () => this.#onIdle());
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
