/** What the machine knows of one value in the worker's store. @module */
import type { TaskKey } from "../../protocol/task.ts";
import type { RunRecord } from "./run_record.ts";

/** One value in the store. The bytes themselves lie with the shell. */
export class StoredValue {
  /** Names the result; the key in `WorkerState.values`. */
  readonly key: TaskKey;
  /** Its size. */
  bytes: number;
  /** Name of its type, for people. */
  valueType: string;
  /** Runs that have no executor yet and need it as input; undefined when there was never one. */
  users: Set<RunRecord> | undefined = undefined;
  /** Freed by the scheduler while it has users: dropped with the last one, given to no new one. */
  isFreed: boolean = false;

  /** @param key What it is called. @param bytes Its size. @param valueType Name of its type. */
  constructor(key: TaskKey, bytes: number, valueType: string) {
    this.key = key;
    this.bytes = bytes;
    this.valueType = valueType;
  }
}
