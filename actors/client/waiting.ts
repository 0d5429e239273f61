/**
 * How everything in this folder waits: with a deadline, a signal, the process kept alive, and, inside a task, with the
 * executor given to other tasks. None of these touches the work waited for.
 *
 * @module
 */
import type { Clock, Timer } from "../base/clock.ts";
import { describe, troupeError } from "../base/errors.ts";
import { runningTask } from "./defaults.ts";

/** Options of every wait. Neither touches the work waited for. */
export interface WaitOptions {
  /** Give up after this many milliseconds with the code `wait/timeout`; never by default. */
  timeoutMs?: number | undefined;
  /** Give up when it aborts, with the signal's own reason. */
  signal?: AbortSignal | undefined;
}

/** What waiting needs of the world. */
export interface WaitWorld {
  /** Time. */
  readonly clock: Clock;
  /** A wait has begun. */
  enterWait(): void;
  /** A wait has ended. */
  leaveWait(): void;
}

/** One wait, seen from the work that it is for: what to clear up when it ends, however it ends. */
export interface WaitScope {
  /** Runs when the wait ends; at once when it has. */
  onEnd(clear: () => void): void;
}

/** `setTimeout` rings at once beyond this; a longer deadline (25 days) is none. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** Checks the options of a wait; throws `input/invalid`. */
export function checkWaitOptions(options: WaitOptions | undefined, action: string): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null) {
    throw troupeError("input/invalid", `Cannot ${action}: ${describe(options)} is no options object`);
  }
  const { timeoutMs, signal } = options;
  if (timeoutMs !== undefined && !(typeof timeoutMs === "number" && timeoutMs >= 0)) {
    const hint = "Give milliseconds from 0 up, or leave it out to wait without end";
    throw troupeError("input/invalid", `Cannot ${action}: timeoutMs is ${describe(timeoutMs)}`, { hint });
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw troupeError("input/invalid", `Cannot ${action}: signal is ${describe(signal)}, not an AbortSignal`);
  }
}

/**
 * Waits for some work.
 *
 * @param world Time, and who keeps the process alive.
 * @param options Deadline and signal.
 * @param action What is being done, for messages: `get the result of task "x"`.
 * @param start Starts the work; told when nobody waits for it any more.
 */
export function waitFor<T>(
  world: WaitWorld,
  options: WaitOptions | undefined,
  action: string,
  start: (scope: WaitScope) => Promise<T>,
): Promise<T> {
  try {
    checkWaitOptions(options, action);
    options?.signal?.throwIfAborted();
  } catch (error) {
    return Promise.reject(error);
  }
  const limited = new Wait<T>(world).begin(options, action, start);
  const task = runningTask();
  return task === undefined ? limited : task.suspend(limited);
}

class Wait<T> implements WaitScope {
  readonly #world: WaitWorld;
  /** What runs at the end; undefined once it has. */
  #clears: (() => void)[] | undefined = [];

  constructor(world: WaitWorld) {
    this.#world = world;
  }

  onEnd(clear: () => void): void {
    if (this.#clears === undefined) clear();
    else this.#clears.push(clear);
  }

  begin(options: WaitOptions | undefined, action: string, start: (scope: WaitScope) => Promise<T>): Promise<T> {
    this.#world.enterWait();
    return new Promise<T>((resolve, reject) => {
      const fail = (error: unknown) => {
        this.#end();
        reject(error);
      };
      this.#limit(options, action, fail);
      start(this).then((value) => {
        this.#end();
        resolve(value);
      }, fail);
    });
  }

  #limit(options: WaitOptions | undefined, action: string, fail: (error: unknown) => void): void {
    const signal = options?.signal;
    if (signal !== undefined) {
      const onAbort = () => fail(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      this.onEnd(() => signal.removeEventListener("abort", onAbort));
    }
    const timeoutMs = options?.timeoutMs;
    if (timeoutMs !== undefined && timeoutMs <= TIMEOUT_MS_MAX) {
      const onTimeout = () => fail(troupeError("wait/timeout", `Cannot ${action}: not done after ${timeoutMs} ms`));
      // A pending deadline must ring although nothing else keeps the process alive.
      const timer: Timer = this.#world.clock.after(timeoutMs, onTimeout, { keepAlive: true });
      this.onEnd(() => timer.cancel());
    }
  }

  #end(): void {
    const clears = this.#clears;
    if (clears === undefined) return;
    this.#clears = undefined;
    this.#world.leaveWait();
    for (const clear of clears) clear();
  }
}
