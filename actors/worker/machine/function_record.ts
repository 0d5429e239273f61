/** A function that runs may call, and what is known of it here. @module */
import type { FunctionCode, FunctionHash } from "../../protocol/task.ts";

/** Weight of the newest run in the mean: a few runs are enough to follow a change. */
const NEWEST_WEIGHT = 0.3;

/** One function, as the scheduler defined it. */
export class FunctionRecord {
  /** Content hash; the key in `WorkerState.functions`. */
  readonly hash: FunctionHash;
  /** For messages. */
  readonly name: string;
  /** Handed unread to each executor, once. */
  readonly code: FunctionCode;
  /** Units of code that an executor must have with it. */
  readonly requires: readonly FunctionHash[];
  /** Whether all that it requires, at however many removes, is here: for good, once it was. */
  isComplete: boolean;
  /** Runs in hand that call it: while above 0 it is not forgotten. */
  usedBy: number = 0;
  /** Whether it was defined, or a run came for it, since functions were last forgotten. */
  isRecent: boolean = true;
  /** Moving mean of what its runs took, in milliseconds; -1 until one has finished here. */
  meanMs: number = -1;

  /** @param hash, name, code, requires As defined by the scheduler. */
  constructor(hash: FunctionHash, name: string, code: FunctionCode, requires: readonly FunctionHash[]) {
    this.hash = hash;
    this.name = name;
    this.code = code;
    this.requires = requires;
    this.isComplete = requires.length === 0;
  }

  /** Takes the time of one more finished run into the mean. */
  learn(durationMs: number): void {
    this.meanMs = this.meanMs < 0 ? durationMs : this.meanMs + NEWEST_WEIGHT * (durationMs - this.meanMs);
  }
}
