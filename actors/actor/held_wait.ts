/** Waits of users: with a deadline, a signal, and the process kept alive. @module */
import type { Clock } from "../base/clock.ts";
import { describe, troupeError } from "../base/errors.ts";
import { KeepAlive } from "../base/keep_alive.ts";
import { Deadline } from "../transport/deadline.ts";
import type { AskOptions } from "./ref.ts";

/** `setTimeout` rings at once beyond this; a longer deadline (25 days) is none. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** Everything that one system's users wait for. */
export class HeldWaits {
  /** Time. */
  readonly clock: Clock;
  /** Held while somebody waits. */
  readonly keepAlive: KeepAlive = new KeepAlive({ isLasting: true });

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Keeps the process alive until this settles. */
  async hold<T>(work: Promise<T>): Promise<T> {
    this.keepAlive.hold();
    try {
      return await work;
    } finally {
      this.keepAlive.release();
    }
  }

  /**
   * Waits for some work, which goes on in any case.
   *
   * @param action What is being done, for messages: `stop actor "x"`.
   * @param code What running out of time is called.
   * @throws `wait/timeout`, `input/invalid` for bad options, and the signal's own reason.
   */
  async within<T>(
    work: Promise<T>,
    options: AskOptions | undefined,
    action: string,
    code: "wait/timeout" | "actor/timeout" = "wait/timeout",
  ): Promise<T> {
    if (options === undefined) return await this.hold(work);
    checkAskOptions(options, action);
    const { timeoutMs, signal } = options;
    const outOfTime = () => troupeError(code, `Cannot ${action}: not done after ${timeoutMs} ms`);
    using deadline = new Deadline({ clock: this.clock, timeoutMs: boundedMs(timeoutMs), signal, outOfTime });
    const over = Promise.withResolvers<never>();
    const onAbort = () => over.reject(deadline.signal.reason);
    if (deadline.signal.aborted) onAbort();
    deadline.signal.addEventListener("abort", onAbort, { once: true });
    return await this.hold(Promise.race([work, over.promise]));
  }
}

/** Checks the options of a wait; throws `input/invalid`. */
export function checkAskOptions(options: AskOptions, action: string): void {
  if (typeof options !== "object" || options === null) {
    throw troupeError("input/invalid", `Cannot ${action}: ${describe(options)} is no options object`);
  }
  const { timeoutMs, signal } = options;
  if (timeoutMs !== undefined && !(typeof timeoutMs === "number" && timeoutMs >= 0)) {
    throw troupeError("input/invalid", `Cannot ${action}: timeoutMs is ${describe(timeoutMs)}`, {
      hint: "Give milliseconds from 0 up, or leave it out to wait without end",
    });
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw troupeError("input/invalid", `Cannot ${action}: signal is ${describe(signal)}, not an AbortSignal`);
  }
}

/** The deadline as timers take it; undefined for one that never comes. */
export function boundedMs(timeoutMs: number | undefined): number | undefined {
  return timeoutMs === undefined || timeoutMs > TIMEOUT_MS_MAX ? undefined : timeoutMs;
}
