/** What the scheduler machine wants done. Imperative; not done yet. @module */
import type { SchedulerToClient } from "../../protocol/client_scheduler.ts";
import type { ClientId, WorkerId } from "../../protocol/task.ts";
import type { SchedulerToWorker } from "../../protocol/worker_scheduler.ts";

/** Something the shell must now do, in the order given. One `tell-...` per peer and step holds all that is said to it. */
export type SchedulerEffect =
  /** Say these things to a client. */
  | { readonly type: "tell-client"; readonly clientId: ClientId; readonly messages: readonly SchedulerToClient[] }
  /** Say these things to a worker. */
  | { readonly type: "tell-worker"; readonly workerId: WorkerId; readonly messages: readonly SchedulerToWorker[] }
  /** Send `woken` at this time (scheduler's clock); replaces an earlier wish that was later. */
  | { readonly type: "wake"; readonly atMs: number }
  /** A line for the log. */
  | { readonly type: "log"; readonly level: "info" | "warning" | "error"; readonly text: string }
  /** A client asked to stop scheduler and workers. */
  | { readonly type: "shut-down"; readonly reason: string };
