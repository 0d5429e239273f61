/** What an executor is told at its start. @module */
import type { WorkerInfo } from "../client/scheduler_info.ts";
import { malformed } from "../protocol/parse.ts";

/** What an executor is told at its start. */
export interface ExecutorArgs {
  /** Names it. */
  readonly executorId: string;
  /** Full address of its worker. */
  readonly workerId: string;
  /** Full address of the scheduler. */
  readonly schedulerId: string;
  /** What tasks are told about their worker. */
  readonly worker: WorkerInfo;
  /** The run board's memory. */
  readonly board: SharedArrayBuffer;
  /** Whether the thread is its own: then it captures what tasks print. */
  readonly ownsThread: boolean;
}

/** Reads what the worker's side wrote. The two sides are of one version: only the outline is checked. */
export function parseExecutorArgs(value: unknown): ExecutorArgs {
  if (typeof value === "object" && value !== null && "executorId" in value && "board" in value) {
    return value as ExecutorArgs;
  }
  throw malformed("no arguments of an executor", value);
}
