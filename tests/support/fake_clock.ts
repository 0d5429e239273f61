import type { Clock, Timer } from "../../actors/base/clock.ts";

interface Waiting extends Timer {
  readonly atMs: number;
  readonly sequence: number;
  readonly ring: () => void;
}

/** Time that moves only when told to. Timers ring in the order of their time, then of their making. */
export class FakeClock implements Clock {
  readonly #waiting = new Set<Waiting>();
  #nowMs: number;
  #sequence = 0;

  /** A clock that shows `startMs`, for {@linkcode FakeClock.wallMs} too. */
  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  /** How many timers wait: 0 when nothing has leaked. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, ring: () => void): Timer {
    const waiting: Waiting = {
      atMs: this.#nowMs + Math.max(0, delayMs),
      sequence: this.#sequence++,
      ring,
      cancel: () => void this.#waiting.delete(waiting),
    };
    this.#waiting.add(waiting);
    return waiting;
  }

  /** Moves on by `ms`; rings everything due on the way, what is set while ringing included. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#waiting.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.ring();
    }
    this.#nowMs = untilMs;
  }

  /** Lets `ms` go by in one jump, as for a thread that was blocked: what came due rings late, once, at the end. */
  stall(ms: number): void {
    this.#nowMs += ms;
    this.advance(0);
  }

  #next(untilMs: number): Waiting | undefined {
    let first: Waiting | undefined;
    for (const waiting of this.#waiting) {
      if (waiting.atMs > untilMs) continue;
      const isEarlier = first === undefined || waiting.atMs < first.atMs ||
        (waiting.atMs === first.atMs && waiting.sequence < first.sequence);
      if (isEarlier) first = waiting;
    }
    return first;
  }
}
