/** A cluster that starts anew: no task, no published name, workers without a past. @module */
import { setOpen } from "./availability.ts";
import { endClaimant } from "./claimants.ts";
import { forgetDatasets } from "./datasets.ts";
import { log, tellClient, tellWorker } from "./outbox.ts";
import type { ClientRecord, Fate, WorkerRecord } from "./records.ts";
import { end } from "./settle.ts";
import { dropSharedFutures, sharedClaimants } from "./shared_things.ts";
import type { SchedulerState } from "./state.ts";
import { CANCELLED, LOST } from "./transitions.ts";

const REASON = "the cluster was restarted";

/**
 * A client wants everything anew. All tasks are cancelled, whoever wants them: the clients hear of it, let go, and the
 * records are forgotten. Published names go, and what holds futures in queues and variables; plain data stays there. Workers with a nanny end their process, and come back; others start their executors anew.
 */
export function restart(state: SchedulerState, client: ClientRecord, ackId: number): void {
  log(state, "info", "Restart: all tasks are cancelled, all workers start anew");
  forgetDatasets(state);
  dropSharedFutures(state);
  // What shared things have just handed over stays theirs until it has arrived.
  const shared = sharedClaimants(state);
  for (const id of [...state.claimants.keys()]) if (!shared.has(id)) endClaimant(state, id);
  const fate: Fate = { type: "cancelled", reason: REASON };
  for (const task of [...state.tasks.values()]) {
    if (task.state !== CANCELLED && task.state !== LOST) end(state, task, fate);
  }
  const workers = new Set<WorkerRecord>();
  for (const worker of state.workers.values()) {
    // One that is about to leave has no use for a new beginning.
    if (state.errands.retirements.has(worker)) continue;
    workers.add(worker);
    if (isRestarting(state, worker)) continue;
    setOpen(state, worker, false);
    tellWorker(state, worker, { type: "restart-worker", reason: REASON });
  }
  state.errands.restarts.push({ client, ackId, workers, names: new Set() });
}

/** A worker has started its executors anew. */
export function workerRestarted(state: SchedulerState, worker: WorkerRecord): void {
  for (const { workers } of state.errands.restarts) workers.delete(worker);
  if (state.errands.retirements.has(worker)) return;
  setOpen(state, worker, true);
}

/** Answers those whose workers are all back. */
export function advanceRestarts(state: SchedulerState): void {
  state.errands.restarts = state.errands.restarts.filter(({ client, ackId, workers, names }) => {
    for (const worker of workers) {
      if (!worker.isGone) continue;
      workers.delete(worker);
      // Who else would start it again?
      if (worker.hasNanny) names.add(worker.name);
    }
    if (names.size > 0) { for (const worker of state.workers.values()) if (worker.isOpen) names.delete(worker.name); }
    if (workers.size + names.size > 0) return true;
    tellClient(state, client, { type: "done", ackId });
    return false;
  });
}

function isRestarting(state: SchedulerState, worker: WorkerRecord): boolean {
  return state.errands.restarts.some(({ workers }) => workers.has(worker));
}
