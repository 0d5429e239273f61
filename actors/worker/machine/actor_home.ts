/** What the machine knows of one actor that lives here. @module */
import type { TaskKey } from "../../protocol/task.ts";
import type { ExecutorRecord } from "./executor_record.ts";
import type { RunRecord } from "./run_record.ts";

/** An actor that lives here, is about to be made, or to end. */
export class ActorHome {
  /** Names it; the key in `WorkerState.homes`. */
  readonly key: TaskKey;
  /** Where it lives. */
  readonly executor: ExecutorRecord;
  /** Calls in hand that no executor has, by caller, in the order in which they came. */
  readonly lines: Map<string, RunRecord[]> = new Map();
  /** Whether it has been made. */
  isMade: boolean = false;
  /** Whether it was told to end. */
  isEnding: boolean = false;

  /** @param key What it is called. @param executor Where it lives. */
  constructor(key: TaskKey, executor: ExecutorRecord) {
    this.key = key;
    this.executor = executor;
  }
}
