/** What happens to the worker machine. Past tense; each carries its own time. @module */
import type { DeathRecord, RunId, TaskKey, WorkerId } from "../../protocol/task.ts";
import type { ExecutorToWorker } from "../../protocol/worker_executor.ts";
import type { SchedulerToWorker } from "../../protocol/worker_scheduler.ts";

/** Names one executor of this worker; never used twice. */
export type ExecutorId = string;

/** Something that has happened. `atMs` is the worker's monotonic clock. */
export type WorkerEvent =
  /** The scheduler said these things, in this order. */
  | { readonly type: "scheduler-said"; readonly atMs: number; readonly messages: readonly SchedulerToWorker[] }
  /** An executor asked for by `start-executor` takes work now. */
  | { readonly type: "executor-ready"; readonly atMs: number; readonly executorId: ExecutorId }
  /** An executor said these things, in this order. (A result's value is in the store already.) */
  | {
    readonly type: "executor-said";
    readonly atMs: number;
    readonly executorId: ExecutorId;
    readonly messages: readonly ExecutorToWorker[];
  }
  /** An executor is gone, or cannot be trusted any more and is being ended. `startedRuns`: those in hand that had begun. */
  | {
    readonly type: "executor-died";
    readonly atMs: number;
    readonly executorId: ExecutorId;
    readonly startedRuns: readonly RunId[];
    readonly death: DeathRecord;
  }
  /** The answer to `take-back`, at once: these runs had not begun and never will. */
  | {
    readonly type: "runs-taken-back";
    readonly atMs: number;
    readonly executorId: ExecutorId;
    readonly runIds: readonly RunId[];
  }
  /** The answer to `fetch`. What was found is in the store already. `reachable` false: that worker did not answer. */
  | {
    readonly type: "fetch-answered";
    readonly atMs: number;
    readonly fetchId: number;
    readonly found: readonly { readonly key: TaskKey; readonly bytes: number; readonly valueType: string }[];
    readonly missing: readonly TaskKey[];
    readonly reachable: boolean;
  }
  /** A client put a value into the store (scatter). */
  | {
    readonly type: "value-put";
    readonly atMs: number;
    readonly key: TaskKey;
    readonly bytes: number;
    readonly valueType: string;
  }
  /** Memory was looked at. */
  | { readonly type: "memory-measured"; readonly atMs: number; readonly rssBytes: number }
  /** The time asked for by an effect `wake` has come. */
  | { readonly type: "woken"; readonly atMs: number };

/** A worker, as far as fetching needs to know it. */
export type Peer = WorkerId;
