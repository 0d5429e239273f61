/** Collects what a step says, so that each peer gets one list, in order. @module */
import type { SchedulerToClient } from "../../protocol/client_scheduler.ts";
import type { TaskKey } from "../../protocol/task.ts";
import type { SchedulerToWorker } from "../../protocol/worker_scheduler.ts";
import type { SchedulerEffect } from "./effect.ts";
import type { ClientRecord, TaskRecord, WorkerRecord } from "./records.ts";
import type { SchedulerState } from "./state.ts";

/** Says something to a client, unless it has no connection. */
export function tellClient(state: SchedulerState, client: ClientRecord, message: SchedulerToClient): void {
  if (client.isPseudo || client.leftAtMs !== undefined) return;
  if (client.outbox.length === 0) state.toldClients.push(client);
  client.outbox.push(message);
}

/** Says something to all who claim a task's result. */
export function tellClaimants(state: SchedulerState, task: TaskRecord, message: SchedulerToClient): void {
  if (task.claimant === undefined) return;
  tellClient(state, task.claimant, message);
  if (task.otherClaimants === undefined) return;
  for (const client of task.otherClaimants) tellClient(state, client, message);
}

/** Says something to a worker, unless it is gone. */
export function tellWorker(state: SchedulerState, worker: WorkerRecord, message: SchedulerToWorker): void {
  if (worker.isGone) return;
  if (worker.outbox.length === 0) state.toldWorkers.push(worker);
  worker.outbox.push(message);
  worker.openFree = undefined;
}

/** Tells a worker to free a key. Neighbouring ones become one message; the order among other messages is kept. */
export function tellFree(state: SchedulerState, worker: WorkerRecord, key: TaskKey): void {
  if (worker.isGone) return;
  if (worker.openFree !== undefined) {
    worker.openFree.push(key);
    return;
  }
  const keys = [key];
  tellWorker(state, worker, { type: "free", keys });
  worker.openFree = keys;
}

/** Writes a line for the log. */
export function log(state: SchedulerState, level: "info" | "warning" | "error", text: string): void {
  state.effects.push({ type: "log", level, text });
}

/** Ends a step: all that was said, as effects. */
export function flush(state: SchedulerState): SchedulerEffect[] {
  const effects = state.effects;
  state.effects = [];
  for (const worker of state.toldWorkers) {
    if (!worker.isGone) effects.push({ type: "tell-worker", workerId: worker.id, messages: worker.outbox });
    worker.outbox = [];
    worker.openFree = undefined;
  }
  state.toldWorkers.length = 0;
  for (const client of state.toldClients) {
    if (client.leftAtMs === undefined) {
      effects.push({ type: "tell-client", clientId: client.id, messages: client.outbox });
    }
    client.outbox = [];
  }
  state.toldClients.length = 0;
  return effects;
}
