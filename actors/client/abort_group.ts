import { describe } from "../base/errors.ts";
import type { FutureState } from "./future_state.ts";

/** What was submitted under one `AbortSignal`: aborting it cancels what is not done. */
export class AbortGroup {
  readonly #signal: AbortSignal;
  /** Not done yet. The signal is listened to while there are any: it may live longer than all of them. */
  readonly #pending = new Set<FutureState>();

  /** An empty group. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Whether the signal is aborted: what is submitted now is cancelled at once. */
  get isAborted(): boolean {
    return this.#signal.aborted;
  }

  /** The signal's reason, as a text. */
  get reason(): string {
    const reason: unknown = this.#signal.reason;
    return reason instanceof Error ? reason.message : describe(reason);
  }

  /** Cancels this one too, unless it is done before. */
  add(state: FutureState): void {
    if (state.isSettled || this.#pending.has(state)) return;
    if (this.#pending.size === 0) this.#signal.addEventListener("abort", this.#onAbort);
    this.#pending.add(state);
    state.addWaiter(() => this.#remove(state));
  }

  #remove(state: FutureState): void {
    this.#pending.delete(state);
    if (this.#pending.size === 0) this.#signal.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => {
    const owner = this.#pending.values().next().value?.owner;
    // Who waits for one of them learns that it is cancelled; a connection that ends meanwhile has told them already.
    owner?.cancel([...this.#pending], { reason: this.reason }).catch(() => undefined);
  };
}
