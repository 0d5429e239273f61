/** One life of an actor, between two restarts. @module */

/** From the start of a behaviour until it is to end, or to be replaced. */
export class Incarnation {
  #isOver = false;
  /** Made for the first who asks: most actors live and die without. */
  #abort: AbortController | undefined;

  /** Aborts at the end. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#isOver) this.#abort.abort();
    return this.#abort.signal;
  }

  /** It is over. Twice is fine. */
  end(): void {
    this.#isOver = true;
    this.#abort?.abort();
  }
}
