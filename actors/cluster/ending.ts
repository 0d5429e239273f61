/** The end of something that runs until it is closed. @module */
import { KeepAlive } from "../base/keep_alive.ts";

/** An end to come. Whoever asks for it waits: from then on the process stays alive until it is there. */
export class Ending {
  readonly #keepAlive = new KeepAlive();
  readonly #end = Promise.withResolvers<void>();
  /** Whether somebody has asked; the process is held once, for all that ask. */
  #isAwaited = false;
  #isOver = false;

  /** Resolves at the end. */
  get promise(): Promise<void> {
    if (!this.#isAwaited && !this.#isOver) {
      this.#isAwaited = true;
      this.#keepAlive.hold();
    }
    return this.#end.promise;
  }

  /** It is over. Twice is fine. */
  come(): void {
    this.#isOver = true;
    if (this.#isAwaited) this.#keepAlive.release();
    this.#isAwaited = false;
    this.#end.resolve();
  }
}
