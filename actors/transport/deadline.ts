import type { Clock, Timer } from "../base/clock.ts";

/** What a {@linkcode Deadline} joins. */
export interface DeadlineOptions {
  /** Where time comes from. */
  readonly clock: Clock;
  /** Time until the end; none by default. */
  readonly timeoutMs?: number | undefined;
  /** Ends it with its own reason. */
  readonly signal?: AbortSignal | undefined;
  /** What it ends with when the time is over. */
  readonly outOfTime: () => Error;
}

/** The end of a wait: out of time, or called off. Keeps the process alive, since somebody waits. */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #timer: Timer | undefined;
  readonly #callerSignal: AbortSignal | undefined;
  readonly #calledOff = (): void => this.#controller.abort(this.#callerSignal?.reason);

  /** Starts counting. */
  constructor(options: DeadlineOptions) {
    this.#clock = options.clock;
    this.#callerSignal = options.signal;
    if (options.signal?.aborted) this.#calledOff();
    options.signal?.addEventListener("abort", this.#calledOff, { once: true });
    if (options.timeoutMs === undefined) return;
    const ring = () => this.#controller.abort(options.outOfTime());
    this.#timer = options.clock.after(options.timeoutMs, ring, { keepAlive: true });
  }

  /** Aborted at the end, with the reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for `delayMs`, or throws the reason at the end. */
  async pause(delayMs: number): Promise<void> {
    this.signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.after(delayMs, resolve, { keepAlive: true });
    const wake = () => resolve();
    this.signal.addEventListener("abort", wake, { once: true });
    await promise;
    this.signal.removeEventListener("abort", wake);
    timer.cancel();
    this.signal.throwIfAborted();
  }

  /** Stops counting. */
  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#callerSignal?.removeEventListener("abort", this.#calledOff);
  }
}
