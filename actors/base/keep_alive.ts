/** Keeps the process alive while somebody waits. @module */

/** The longest delay that a timer takes: about 24 days; it is set again until released. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Counts who waits. Everything in Troupe starts unref'ed, so that a script which forgets `close()` still ends; while
 * the count is above 0 a timer that does nothing keeps the process alive, so that a pending answer still arrives.
 */
export class KeepAlive {
  /** Whether the timer outlives its holders, until `end`: for owners who wait again and again, 10 us cheaper each time. */
  #isLasting: boolean;
  #holders = 0;
  /** Runs while there are holders; without holders, if there is one, it keeps nothing alive. */
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: { readonly isLasting?: boolean } = {}) {
    this.#isLasting = options.isLasting ?? false;
  }

  /** One more waits. */
  hold(): void {
    if (this.#holders++ > 0) return;
    if (this.#timer === undefined) this.#timer = setInterval(() => {}, LONGEST_MS);
    else Deno.refTimer(this.#timer);
  }

  /** One less waits. */
  release(): void {
    if (this.#holders === 0 || --this.#holders > 0) return;
    if (this.#isLasting && this.#timer !== undefined) Deno.unrefTimer(this.#timer);
    else this.#clear();
  }

  /** From now on the timer goes with the last holder: at once when there is none. */
  end(): void {
    this.#isLasting = false;
    if (this.#holders === 0) this.#clear();
  }

  #clear(): void {
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
