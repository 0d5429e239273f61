/** Bookkeeping of who has which run: counts, loads and the list of idle executors. @module */
import type { ExecutorRecord } from "./executor_record.ts";
import type { RunRecord } from "./run_record.ts";
import type { WorkerState } from "./state.ts";

/** Gives a run to an executor. */
export function attachRun(state: WorkerState, executor: ExecutorRecord, run: RunRecord): void {
  executor.runs.add(run);
  run.executorId = executor.id;
  // What actors do is nobody's slot.
  if (!executor.isForActors) occupySlot(state, executor, run);
}

/** Takes a run from the executor that has it. */
export function detachRun(state: WorkerState, executor: ExecutorRecord, run: RunRecord): void {
  vacateSlot(state, executor, run);
  executor.runs.delete(run);
  run.executorId = "";
  run.askedFor = "none";
  run.missedPongs = 0;
}

/** The run counts as work of its executor. */
export function occupySlot(state: WorkerState, executor: ExecutorRecord, run: RunRecord): void {
  if (run.isActive) return;
  run.isActive = true;
  if (executor.activeCount === 0) {
    executor.busySinceMs = state.nowMs;
    leaveIdle(state, executor);
  }
  executor.activeCount++;
  state.activeCount++;
  executor.loadMs += run.estimateMs;
}

/** The run counts as work of its executor no longer. */
export function vacateSlot(state: WorkerState, executor: ExecutorRecord, run: RunRecord): void {
  if (!run.isActive) return;
  run.isActive = false;
  executor.activeCount--;
  state.activeCount--;
  executor.busySinceMs = state.nowMs;
  if (executor.activeCount > 0) {
    executor.loadMs -= run.estimateMs;
    return;
  }
  // Set, not subtracted: rounding must not add up.
  executor.loadMs = 0;
  if (executor.phase === "taking") state.idle.push(executor);
}

/** The executor is not idle, or not to be given work. */
export function leaveIdle(state: WorkerState, executor: ExecutorRecord): void {
  const index = state.idle.lastIndexOf(executor);
  if (index >= 0) state.idle.splice(index, 1);
}
