/** What is under way for the cluster as a whole goes on at the end of each step. @module */
import { failCopies } from "./copies.ts";
import { advanceRebalancings } from "./rebalancing.ts";
import { advanceReplications } from "./replication.ts";
import { advanceRestarts } from "./restarting.ts";
import { advanceRetirements } from "./retirement.ts";
import { valuesMissing } from "./failures.ts";
import type { WorkerRecord } from "./records.ts";
import type { SchedulerState } from "./state.ts";
import type { WorkerToScheduler } from "../../protocol/worker_scheduler.ts";

/** Looks at all errands after a step; costs nothing while there is none. */
export function advanceErrands(state: SchedulerState): void {
  if (state.errands.count === 0) return;
  advanceRetirements(state);
  advanceReplications(state);
  advanceRebalancings(state);
  advanceRestarts(state);
}

/** A worker could not copy these values: who was asked in vain does not have them. */
export function copyFailed(
  state: SchedulerState,
  worker: WorkerRecord,
  m: Extract<WorkerToScheduler, { type: "copy-failed" }>,
): void {
  const keys = new Set(m.keys);
  const { retirements, replications, rebalancings } = state.errands;
  for (const { copies } of [...retirements.values(), ...replications, ...rebalancings]) {
    failCopies(copies, worker, keys);
  }
  valuesMissing(state, m.keys, m.from);
}
