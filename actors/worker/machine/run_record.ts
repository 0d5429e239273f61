/** One attempt of a task that this worker has in hand. @module */
import type { RunId, TaskKey } from "../../protocol/task.ts";
import type { RunMessage } from "../../protocol/worker_scheduler.ts";
import type { ExecutorId } from "./event.ts";
import type { FunctionRecord } from "./function_record.ts";
import type { RunPhase } from "./transitions.ts";

/** Why an executor was asked to give a run back. */
export type TakeBackCause = "none" | "balance" | "scheduler" | "cancel";

/** One run in hand, from its message until its end has been told. */
export class RunRecord {
  /** As it came. */
  readonly message: RunMessage;
  /** Names this attempt; the key in `WorkerState.runs`. */
  readonly runId: RunId;
  /** Names the result. */
  readonly key: TaskKey;
  /** What it calls. */
  readonly fn: FunctionRecord;
  /** Priority, see {@linkcode goesBefore}. */
  readonly user: number;
  /** Priority, see {@linkcode goesBefore}. */
  readonly depth: number;
  /** Priority, see {@linkcode goesBefore}. */
  readonly order: number;
  /** Where it stands; changed by `enterPhase` only. */
  phase: RunPhase = "new";
  /** How many of its inputs are not here; above 0 exactly while fetching. */
  missingCount: number = 0;
  /** The executor that has it; "" unless assigned, running, suspended or cancelling. */
  executorId: ExecutorId = "";
  /** Whether it counts as work of its executor: assigned and not suspended. */
  isActive: boolean = false;
  /** What it is taken to need of its executor, in milliseconds; set when assigned. */
  estimateMs: number = 0;
  /** When it was assigned last. */
  assignedMs: number = 0;
  /** When it was first known to have begun. */
  startedMs: number = 0;
  /** When `alarms` shall look at it; Infinity when it is not in there. Changed by `setAlarm` only. */
  alarmMs: number = Infinity;
  /** Why it is among the runs that its executor was asked for; "none" when it is not. */
  askedFor: TakeBackCause = "none";
  /** Given to the executor with the cancellation. */
  cancelReason: string = "";
  /** Whether its end was told before its executor let go of it: nothing more is said about it. */
  isAnswered: boolean = false;
  /** How many pongs in a row did not know it. */
  missedPongs: number = 0;

  /** @param message The run as it came. @param fn What it calls. */
  constructor(message: RunMessage, fn: FunctionRecord) {
    this.message = message;
    this.runId = message.runId;
    this.key = message.key;
    this.fn = fn;
    this.user = message.user;
    this.depth = message.depth;
    this.order = message.order;
  }
}

/** Order of the ready runs: higher `user`, then deeper, then earlier. */
export function goesBefore(a: RunRecord, b: RunRecord): number {
  return b.user - a.user || b.depth - a.depth || a.order - b.order || a.runId - b.runId;
}

/** Order of the alarms. */
export function ringsBefore(a: RunRecord, b: RunRecord): number {
  return a.alarmMs - b.alarmMs || a.runId - b.runId;
}
