/** What happens to the scheduler machine. Past tense; each carries its own time. @module */
import type { ClientToScheduler } from "../../protocol/client_scheduler.ts";
import type { ClientId, DeathRecord, WorkerId } from "../../protocol/task.ts";
import type { WorkerToScheduler } from "../../protocol/worker_scheduler.ts";

/** Something that has happened. `atMs` is the scheduler's monotonic clock. */
export type SchedulerEvent =
  /** A client said these things, in this order. Its first message ever is `register-client`. */
  | {
    readonly type: "client-said";
    readonly atMs: number;
    readonly clientId: ClientId;
    readonly messages: readonly ClientToScheduler[];
  }
  /** The connection to a client is gone. */
  | { readonly type: "client-left"; readonly atMs: number; readonly clientId: ClientId; readonly reason: string }
  /** A worker said these things, in this order. Its first message ever is `register-worker`. */
  | {
    readonly type: "worker-said";
    readonly atMs: number;
    readonly workerId: WorkerId;
    readonly messages: readonly WorkerToScheduler[];
  }
  /** A worker is gone. `blame`: whether its end may be the fault of a run (false when it left or was stopped by us). */
  | {
    readonly type: "worker-left";
    readonly atMs: number;
    readonly workerId: WorkerId;
    readonly blame: boolean;
    readonly death: DeathRecord;
  }
  /** The time asked for by an effect `wake` has come. */
  | { readonly type: "woken"; readonly atMs: number };
