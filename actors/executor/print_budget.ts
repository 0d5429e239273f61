/** How much tasks may print. @module */
import type { Clock } from "../base/clock.ts";

const WINDOW_MS = 1_000;

/** Lets a flood of output pass up to a limit per second: what tasks print must not drown what they compute. */
export class PrintBudget {
  readonly #clock: Clock;
  readonly #charsPerSecond: number;
  /** When the current second began. */
  #beganMs: number;
  /** Characters that passed since then. */
  #passed = 0;
  /** Whether the note of this second has been given. */
  #isNoted = false;

  /** A budget of this many characters per second. */
  constructor(clock: Clock, charsPerSecond: number) {
    this.#clock = clock;
    this.#charsPerSecond = charsPerSecond;
    this.#beganMs = clock.nowMs();
  }

  /** What of a text may pass: all of it, its beginning with a note, or nothing (""). */
  take(text: string): string {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#beganMs >= WINDOW_MS) {
      this.#beganMs = nowMs;
      this.#passed = 0;
      this.#isNoted = false;
    }
    const left = this.#charsPerSecond - this.#passed;
    this.#passed += text.length;
    if (text.length <= left) return text;
    if (this.#isNoted) return "";
    this.#isNoted = true;
    return `${
      text.slice(0, Math.max(0, left))
    }\n[output cut: more than ${this.#charsPerSecond} characters in a second]\n`;
  }
}
