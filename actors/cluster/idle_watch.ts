/** Ends something after a time without work. @module */
import type { Clock, Timer } from "../base/clock.ts";
import type { ClusterLoad } from "./load.ts";

/** Options of {@linkcode IdleWatch}. */
export interface IdleWatchOptions {
  /** Time. */
  readonly clock: Clock;
  /** How long there may be no work, in milliseconds. */
  readonly timeoutMs: number;
  /** Asks for the load. */
  readonly read: () => Promise<ClusterLoad>;
  /** There was no work for so long. */
  readonly onIdle: () => void;
}

/** Longest time between two looks; at least so many fall into the time without work. */
const LOOK_MS_MAX = 1_000;
const LOOKS_MIN = 4;

/** Looks again and again whether there is work. A task that came and went between two looks shows in their number. */
export class IdleWatch implements Disposable {
  readonly #options: IdleWatchOptions;
  /** Since when nothing was seen to do: the first look that saw nothing, for the work may have ended just before it. */
  #idleSinceMs: number;
  /** Whether the last look saw work. */
  #wasBusy = false;
  /** Tasks at the last look. */
  #tasks = 0;
  /** Rings for the next look; undefined during one and at the end. */
  #timer: Timer | undefined;
  #isEnded = false;

  /** Begins now. */
  constructor(options: IdleWatchOptions) {
    this.#options = options;
    this.#idleSinceMs = options.clock.nowMs();
    this.#lookLater();
  }

  /** Looks no more. */
  [Symbol.dispose](): void {
    this.#isEnded = true;
    this.#timer?.cancel();
  }

  #lookLater(): void {
    const { clock, timeoutMs } = this.#options;
    const leftMs = Math.max(1, this.#idleSinceMs + timeoutMs - clock.nowMs());
    this.#timer = clock.after(Math.min(LOOK_MS_MAX, timeoutMs / LOOKS_MIN, leftMs), () => void this.#look());
  }

  async #look(): Promise<void> {
    const { clock, timeoutMs, read, onIdle } = this.#options;
    const load = await read().catch(() => undefined);
    // Without an answer there is no scheduler to end.
    if (this.#isEnded || load === undefined) return;
    const isBusy = load.ready > 0 || load.tasks !== this.#tasks;
    if (isBusy || this.#wasBusy) this.#idleSinceMs = clock.nowMs();
    this.#wasBusy = isBusy;
    this.#tasks = load.tasks;
    if (clock.nowMs() - this.#idleSinceMs < timeoutMs) return this.#lookLater();
    this.#isEnded = true;
    onIdle();
  }
}
