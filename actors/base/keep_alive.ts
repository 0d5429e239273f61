/** Keeps the process alive while somebody waits. @module */

/** The longest delay that a timer takes: about 24 days; it is set again until released. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Counts who waits. Everything in Troupe starts unref'ed, so that a script which forgets `close()` still ends; while
 * the count is above 0 a timer that does nothing keeps the process alive, so that a pending answer still arrives.
 */
export class KeepAlive {
  #holders = 0;
  /** Runs while there are holders. */
  #timer: ReturnType<typeof setInterval> | undefined;

  /** One more waits. */
  hold(): void {
    if (this.#holders++ === 0) this.#timer = setInterval(() => {}, LONGEST_MS);
  }

  /** One less waits. */
  release(): void {
    if (this.#holders === 0 || --this.#holders > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** Keeps the process alive while this is done: what is started or ended holds nothing itself. */
export async function keepingAlive<T>(work: () => Promise<T>): Promise<T> {
  const keepAlive = new KeepAlive();
  keepAlive.hold();
  try {
    return await work();
  } finally {
    keepAlive.release();
  }
}
