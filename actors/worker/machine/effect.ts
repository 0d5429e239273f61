/** What the worker machine wants done. Imperative; not done yet. @module */
import type { RunId, TaskKey, WorkerId } from "../../protocol/task.ts";
import type { WorkerToExecutor } from "../../protocol/worker_executor.ts";
import type { WorkerToScheduler } from "../../protocol/worker_scheduler.ts";
import type { ExecutorId } from "./event.ts";

/** Something the shell must now do, in the order given. One `tell-...` per peer and step holds all that is said to it. */
export type WorkerEffect =
  /** Say these things to the scheduler.*/
  | { readonly type: "tell-scheduler"; readonly messages: readonly WorkerToScheduler[] }
  /** Say these things to an executor. The shell fills `inputs` of `execute` from the store, and chooses its `cell`. */
  | { readonly type: "tell-executor"; readonly executorId: ExecutorId; readonly messages: readonly WorkerToExecutor[] }
  /** Start an executor under this id. Answered by `executor-ready` or `executor-died`. */
  | { readonly type: "start-executor"; readonly executorId: ExecutorId }
  /** End an executor now, whatever it does: `executor-died` follows with `reason` in the death record. */
  | { readonly type: "end-executor"; readonly executorId: ExecutorId; readonly reason: string }
  /** Take these runs out of the executor's hands if they have not begun. Answered at once by `runs-taken-back`. */
  | { readonly type: "take-back"; readonly executorId: ExecutorId; readonly runIds: readonly RunId[] }
  /** Get results from another worker. Answered by `fetch-answered`. */
  | {
    readonly type: "fetch";
    readonly fetchId: number;
    readonly from: WorkerId;
    readonly keys: readonly TaskKey[];
  }
  /** Forget these values. */
  | { readonly type: "drop-values"; readonly keys: readonly TaskKey[] }
  /** Send `woken` at this time (worker's clock); replaces an earlier wish that was later. */
  | { readonly type: "wake"; readonly atMs: number }
  /** A line for the log. */
  | { readonly type: "log"; readonly level: "info" | "warning" | "error"; readonly text: string }
  /** End the process: whoever watches it starts it again. */
  | { readonly type: "restart"; readonly reason: string }
  /** The scheduler told the worker to stop. */
  | { readonly type: "stop"; readonly reason: string };
