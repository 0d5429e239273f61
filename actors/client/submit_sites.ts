import type { FunctionHash } from "../protocol/task.ts";

/** Frames of the program that are kept per call. */
const FRAMES_MAX = 6;
/** Calls with frames of their own per turn of the program. */
const OWN_SITES_MAX = 16;

/** The frames of a call; formatted when `stack` is read. */
export interface SubmitSite {
  /** Made by `Error.captureStackTrace`. */
  readonly stack?: string;
}

/**
 * Remembers from where tasks are submitted. Capturing frames costs microseconds, more than all else in a submit: so only
 * the first few calls of a turn get their own, and further calls of the same function, in a loop as a rule, share the last.
 */
export class SubmitSites {
  /** The turn that the fields below are about. */
  #turn = -1;
  #ownSites = 0;
  readonly #lastSites = new Map<FunctionHash, SubmitSite>();

  /**
   * The frames above a function.
   *
   * @param fn Which task function is submitted.
   * @param turn Names the turn of the program.
   * @param entry The public function that the program called: frames start at its caller.
   */
  capture(fn: FunctionHash, turn: number, entry: (...args: never[]) => unknown): SubmitSite {
    if (turn !== this.#turn) {
      this.#turn = turn;
      this.#ownSites = 0;
      this.#lastSites.clear();
    }
    const last = this.#lastSites.get(fn);
    if (last !== undefined && this.#ownSites >= OWN_SITES_MAX) return last;
    const site = captureSite(entry);
    this.#ownSites++;
    this.#lastSites.set(fn, site);
    return site;
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
