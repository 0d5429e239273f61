/**
 * How everything in this folder waits: with a deadline, a signal, the process kept alive, and, inside a task, with the
 * executor given to other tasks. None of these touches the work waited for.
 *
 * @module
 */
import type { Clock, Timer } from "../base/clock.ts";
import { describe, troupeError } from "../base/errors.ts";
import { runningTask } from "./defaults.ts";
import type { TaskWait } from "./task_context.ts";

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

/** A wait of {@linkcode waitFor}. */
export interface LimitedWait extends WaitScope {
  /** Runs when the wait ends; at once when it has. Told whether what was waited for has come. */
  onEnd(clear: (isDone: boolean) => void): void;
  /** The wait ends, without any outcome, when the task that waits has ended: there is nobody to receive one. */
  endWithTask(): void;
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
  start: (scope: LimitedWait) => Promise<T>,
): Promise<T> {
  try {
    checkWaitOptions(options, action);
    options?.signal?.throwIfAborted();
  } catch (error) {
    return Promise.reject(error);
  }
  const wait = new Wait<T>(world);
  wait.begin(options, action, start);
  const task = runningTask();
  return task === undefined ? wait.outcome : task.suspend(wait);
}

class Wait<T> implements LimitedWait, TaskWait<T> {
  readonly outcome: Promise<T>;
  readonly #world: WaitWorld;
  /** What runs at the end; undefined once it has. */
  #clears: ((isDone: boolean) => void)[] | undefined = [];
  #isDone = false;
  #endsWithTask = false;
  #resolve: (value: T) => void = nothing;
  #reject: (error: unknown) => void = nothing;

  constructor(world: WaitWorld) {
    this.#world = world;
    this.outcome = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  onEnd(clear: (isDone: boolean) => void): void {
    if (this.#clears === undefined) clear(this.#isDone);
    else this.#clears.push(clear);
  }

  endWithTask(): void {
    this.#endsWithTask = true;
  }

  fail(error: unknown): void {
    this.#end(false);
    this.#reject(error);
  }

  taskEnded(): void {
    // Without an outcome: a rejection would be an error that nobody handles, for code that nobody awaits.
    if (this.#endsWithTask) this.#end(false);
  }

  begin(options: WaitOptions | undefined, action: string, start: (scope: LimitedWait) => Promise<T>): void {
    this.#world.enterWait();
    this.#limit(options, action);
    start(this).then((value) => {
      this.#end(true);
      this.#resolve(value);
    }, (error) => this.fail(error));
  }

  #limit(options: WaitOptions | undefined, action: string): void {
    const signal = options?.signal;
    if (signal !== undefined) {
      const onAbort = () => this.fail(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      this.onEnd(() => signal.removeEventListener("abort", onAbort));
    }
    const timeoutMs = options?.timeoutMs;
    if (timeoutMs !== undefined && timeoutMs <= TIMEOUT_MS_MAX) {
      const onTimeout = () => {
        this.fail(troupeError("wait/timeout", `Cannot ${action}: not done after ${timeoutMs} ms`));
      };
      // A pending deadline must ring although nothing else keeps the process alive.
      const timer: Timer = this.#world.clock.after(timeoutMs, onTimeout, { keepAlive: true });
      this.onEnd(() => timer.cancel());
    }
  }

  #end(isDone: boolean): void {
    const clears = this.#clears;
    if (clears === undefined) return;
    this.#clears = undefined;
    this.#isDone = isDone;
    this.#world.leaveWait();
    for (const clear of clears) clear(isDone);
  }
}

function nothing(): void {}
