import type { TaskKey } from "../../protocol/task.ts";
import { STATE_NAMES, type StateCode } from "./transitions.ts";

/** One line of a task's story. */
export interface StoryLine {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** The state before. */
  readonly from: string;
  /** The state after. */
  readonly to: string;
  /** What made it change. */
  readonly cause: string;
  /** The worker concerned, if one is. */
  readonly worker: string | undefined;
}

/** Transitions kept, of all tasks together. A line takes about 40 bytes, and nothing is kept per task. */
const LINES_MAX = 65_536;

/**
 * The last transitions of all tasks, in one ring: a task's story costs nothing while it is written, and it is searched
 * for when somebody asks. It outlives the task, so that it can be asked for afterwards.
 */
export class Story {
  readonly #keys: TaskKey[] = [];
  readonly #causes: string[] = [];
  readonly #workers: (string | undefined)[] = [];
  readonly #times: Float64Array = new Float64Array(LINES_MAX);
  readonly #moves: Uint8Array = new Uint8Array(LINES_MAX);
  /** Lines written so far; the next one goes to this index modulo the ring's length. */
  #count = 0;

  /** Writes a line. */
  write(atMs: number, key: TaskKey, from: StateCode, to: StateCode, cause: string, worker: string | undefined): void {
    const at = this.#count++ & (LINES_MAX - 1);
    if (at === this.#keys.length) {
      this.#keys.push(key);
      this.#causes.push(cause);
      this.#workers.push(worker);
    } else {
      this.#keys[at] = key;
      this.#causes[at] = cause;
      this.#workers[at] = worker;
    }
    this.#times[at] = atMs;
    this.#moves[at] = from << 4 | to;
  }

  /** The last lines about a key, oldest first, with their times moved by `offsetMs`. */
  read(key: TaskKey, lengthMax: number, offsetMs: number): StoryLine[] {
    const lines: StoryLine[] = [];
    const oldest = Math.max(0, this.#count - LINES_MAX);
    for (let i = this.#count - 1; i >= oldest && lines.length < lengthMax; i--) {
      const at = i & (LINES_MAX - 1);
      if (this.#keys[at] !== key) continue;
      const move = this.#moves[at]!;
      lines.push({
        timeMs: this.#times[at]! + offsetMs,
        from: STATE_NAMES[move >> 4]!,
        to: STATE_NAMES[move & 15]!,
        cause: this.#causes[at]!,
        worker: this.#workers[at],
      });
    }
    return lines.reverse();
  }
}
