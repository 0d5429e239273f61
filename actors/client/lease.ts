/** What the holder of a lock or a semaphore holds. @module */

/** What a holder holds; `using lease = await lock.acquire()`. */
export interface Lease extends Disposable {
  /** Gives it back; twice is fine. */
  release(): void;
}

/** A lease that is given back once. */
export class HeldLease implements Lease {
  /** Undefined once it is given back. */
  #giveBack: (() => void) | undefined;

  /** @param giveBack Gives it back. */
  constructor(giveBack: () => void) {
    this.#giveBack = giveBack;
  }

  release(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    giveBack?.();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
