/** The last guard of a worker process's memory. @module */
import type { Clock, Timer } from "../base/clock.ts";

/** What a memory watch needs. */
export interface MemoryWatchWorld {
  /** Time. */
  readonly clock: Clock;
  /** Resident memory now, in bytes. */
  readonly measure: () => number;
  /** It stayed above the limit: the process must end. Called once. */
  readonly onExceeded: (rssBytes: number) => void;
}

const LOOK_MS = 500;
/** Looks in a row above the limit: by then the worker has ended executors, and what they held should be back. */
const LOOKS_MAX = 8;

/**
 * Watches over a process whose worker may be powerless: V8 drops the interrupt check of some tight loops, so that an
 * executor can neither be ended by its heap limit nor by its worker, and goes on allocating. A process of its own can be
 * ended all the same; its nanny starts another.
 */
export class MemoryWatch {
  readonly #world: MemoryWatchWorld;
  readonly #limitBytes: number;
  #timer: Timer | undefined;
  /** Looks in a row that found too much. */
  #looks = 0;

  /** Starts watching. */
  constructor(world: MemoryWatchWorld, limitBytes: number) {
    this.#world = world;
    this.#limitBytes = limitBytes;
    this.#lookLater();
  }

  /** Stops watching. */
  end(): void {
    this.#timer?.cancel();
  }

  #lookLater(): void {
    this.#timer = this.#world.clock.after(LOOK_MS, () => this.#look());
  }

  #look(): void {
    const rssBytes = this.#world.measure();
    this.#looks = rssBytes > this.#limitBytes ? this.#looks + 1 : 0;
    if (this.#looks < LOOKS_MAX) this.#lookLater();
    else this.#world.onExceeded(rssBytes);
  }
}
