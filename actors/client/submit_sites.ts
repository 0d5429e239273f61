import type { Clock } from "../base/clock.ts";
import type { FunctionHash } from "../protocol/task.ts";

/** Frames of the program that are kept per call. */
const FRAMES_MAX = 6;
/** Calls in a row with frames of their own. */
const CREDITS_MAX = 32;
/** Calls with frames of their own per millisecond, in the long run: half a percent of the CPU. */
const CREDITS_PER_MS = 1;

/** The frames of a call; formatted when `stack` is read. */
export interface SubmitSite {
  /** Made by `Error.captureStackTrace`. */
  readonly stack?: string;
}

/**
 * Remembers from where tasks are submitted. Capturing frames costs microseconds, more than all else in a submit: so calls
 * get their own as long as they do not come too thick; in a flood, a loop as a rule, calls of one function share the last.
 */
export class SubmitSites {
  readonly #clock: Clock;
  /** Captures that may be made now. */
  #credits = CREDITS_MAX;
  /** Up to when credits were given. */
  #creditedMs: number;
  readonly #lastSites = new Map<FunctionHash, SubmitSite>();

  /** A memory that takes time from this clock. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#creditedMs = clock.nowMs();
  }

  /**
   * The frames above a function.
   *
   * @param fn Which task function is submitted.
   * @param entry The public function that the program called: frames start at its caller.
   */
  capture(fn: FunctionHash, entry: (...args: never[]) => unknown): SubmitSite {
    const last = this.#lastSites.get(fn);
    if (last !== undefined && !this.#mayCapture()) return last;
    const site = captureSite(entry);
    this.#lastSites.set(fn, site);
    return site;
  }

  #mayCapture(): boolean {
    if (this.#credits < 1) {
      const nowMs = this.#clock.nowMs();
      this.#credits = Math.min(CREDITS_MAX, (nowMs - this.#creditedMs) * CREDITS_PER_MS);
      if (this.#credits < 1) return false;
      this.#creditedMs = nowMs;
    }
    this.#credits--;
    return true;
  }
}

function captureSite(entry: (...args: never[]) => unknown): SubmitSite {
  const site: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES_MAX;
  Error.captureStackTrace(site, entry);
  Error.stackTraceLimit = limit;
  return site;
}
