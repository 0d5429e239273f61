/** Something that waits for a {@linkcode Clock}. */
export interface Timer {
  /** Ends the wait; does nothing when it has rung. */
  cancel(): void;
}

/** Time, as it is passed in: nothing else in `actors/` reads a clock or starts a timer. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  nowMs(): number;
  /** Milliseconds since 1970. */
  wallMs(): number;
  /** Calls back once after `delayMs`. The timer alone does not keep the process alive unless `keepAlive`. */
  after(delayMs: number, ring: () => void, options?: { readonly keepAlive?: boolean }): Timer;
}

/** The machine's own time. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, ring, options) {
    const id = setTimeout(ring, delayMs);
    if (options?.keepAlive !== true) Deno.unrefTimer(id);
    return { cancel: () => clearTimeout(id) };
  },
};

/** When this thread began, in milliseconds since 1970: nothing that runs in it was loaded before. */
export function threadStartMs(): number {
  return performance.timeOrigin;
}
