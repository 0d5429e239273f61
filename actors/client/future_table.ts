import { TurnoverMap } from "../base/turnover_map.ts";
import type { SchedulerToClient } from "../protocol/client_scheduler.ts";
import type { TaskKey } from "../protocol/task.ts";
import { type FutureClaim, type FutureOwner, FutureState } from "./future_state.ts";

/** What the scheduler says about one key. */
export type KeyMessage = Extract<
  SchedulerToClient,
  { readonly type: "finished" | "failed" | "cancelled" | "lost" | "pending" }
>;

/** The results that one session claims, by key. */
export class FutureTable {
  readonly #release: (key: TaskKey) => void;
  /** Exactly the keys that the scheduler knows, or will know from what is said already, to be claimed by this session. */
  readonly #states = new TurnoverMap<TaskKey, FutureState>();
  /** Being cancelled, oldest first: until the answer, what the scheduler says of a key is about these, not newer ones. */
  readonly #cancelling = new Map<TaskKey, FutureState[]>();
  /** Futures that the garbage collector took without a `release`. */
  readonly #collected = new FinalizationRegistry<FutureClaim>((claim) => this.releaseObject(claim));

  /** A table that says through `release` which keys are no longer wanted. */
  constructor(release: (key: TaskKey) => void) {
    this.#release = release;
  }

  /** How many keys are claimed. */
  get size(): number {
    return this.#states.size;
  }

  /** What is known of a key, while it is claimed. */
  get(key: TaskKey): FutureState | undefined {
    return this.#states.get(key);
  }

  /** Whether this state, not an older or newer one, has the claim on its key. */
  isClaimed(state: FutureState): boolean {
    return this.#states.get(state.key) === state;
  }

  /** A new state for a key; the caller says to the scheduler what claims it. */
  add(key: TaskKey, owner: FutureOwner): FutureState {
    const state = new FutureState(key, owner);
    this.#states.set(key, state);
    return state;
  }

  /**
   * A future object of this state was made. The registry holds its claim only, which is empty once released: were it the
   * state, each would outlive its future by a collection, and let the heap grow. (A token to unregister by would cost more
   * than the whole rest of a future.)
   */
  addObject(state: FutureState, future: object): FutureClaim {
    const claim: FutureClaim = { state };
    state.liveObjects++;
    this.#collected.register(future, claim);
    return claim;
  }

  /** A future object was released, or the garbage collector took it; what comes second changes nothing. */
  releaseObject(claim: FutureClaim): void {
    const { state } = claim;
    claim.state = undefined;
    if (state !== undefined) this.#dropObject(state);
  }

  #dropObject(state: FutureState): void {
    if (--state.liveObjects > 0) return;
    state.isReleased = true;
    if (this.isClaimed(state)) {
      this.#states.delete(state.key);
      this.#release(state.key);
    }
    state.notify();
  }

  /** These states are being cancelled: their keys may be submitted anew. */
  beginCancel(states: readonly FutureState[]): void {
    for (const state of states) {
      this.#states.delete(state.key);
      const older = this.#cancelling.get(state.key);
      if (older === undefined) this.#cancelling.set(state.key, [state]);
      else older.push(state);
    }
  }

  /** The scheduler has answered the cancellation of these states. */
  endCancel(states: readonly FutureState[], reason: string): void {
    for (const state of states) {
      const list = this.#cancelling.get(state.key) ?? [];
      const index = list.indexOf(state);
      if (index < 0) continue; // told already
      if (list.length === 1) this.#cancelling.delete(state.key);
      else list.splice(index, 1);
      this.#giveUp(state.key);
      settle(state, "cancelled", reason);
    }
  }

  /** Ends the claim on a cancelled task, so that the scheduler may forget it; a newer task of the same key keeps it. */
  #giveUp(key: TaskKey): void {
    if (!this.#states.has(key) && !this.#cancelling.has(key)) this.#release(key);
  }

  /** The scheduler said something about a key; about one that is no longer claimed it changes nothing. */
  apply(message: KeyMessage): void {
    const { key } = message;
    const older = this.#cancelling.size > 0 ? this.#cancelling.get(key)?.[0] : undefined;
    const state = older ?? this.#states.get(key);
    if (state === undefined) return;
    if (message.type !== "cancelled") applyTo(state, message);
    else if (older !== undefined) this.endCancel([older], message.reason);
    else {
      // The same key submitted again is a new task.
      this.#states.delete(key);
      this.#giveUp(key);
      settle(state, "cancelled", message.reason);
    }
  }

  /** Nothing is heard any more: what is pending ends like this. */
  end(status: "cancelled" | "lost", reason: string, errorOf: (state: FutureState) => Error): void {
    const states = [...this.#states.values(), ...[...this.#cancelling.values()].flat()];
    this.#states.clear();
    this.#cancelling.clear();
    for (const state of states) {
      if (state.isDone) continue;
      state.ended = errorOf(state);
      settle(state, status, reason);
    }
  }
}

function applyTo(state: FutureState, message: Exclude<KeyMessage, { readonly type: "cancelled" }>): void {
  switch (message.type) {
    case "finished":
      return finish(state, message);
    case "failed":
      state.error = message.error;
      state.worker = message.worker;
      return settle(state, "error", "");
    case "lost":
      return settle(state, "lost", message.reason);
    case "pending":
      forgetValue(state);
      state.status = "pending";
      return;
  }
}

function finish(state: FutureState, message: Extract<KeyMessage, { readonly type: "finished" }>): void {
  state.type = message.valueType;
  state.bytes = message.bytes;
  state.holders = message.holders;
  state.hasValue = message.hasValue;
  state.value = message.value;
  state.status = "finished";
  state.notify();
}

function settle(state: FutureState, status: "error" | "cancelled" | "lost", reason: string): void {
  forgetValue(state);
  state.status = status;
  state.reason = reason;
  state.notify();
}

function forgetValue(state: FutureState): void {
  state.hasValue = false;
  state.value = undefined;
}
