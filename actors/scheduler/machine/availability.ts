/** Which workers take new work: those that do not leave, and first of all those that are not short of memory. @module */
import { describe } from "../../base/errors.ts";
import { unpark } from "./move.ts";
import { isTaking, refreshPaused, updateRoom } from "./occupancy.ts";
import { log, tellWorker } from "./outbox.ts";
import { berthIn } from "./placement.ts";
import type { Roster, RunRecord, WorkerRecord } from "./records.ts";
import { scatterPending } from "./scatter.ts";
import type { SchedulerState } from "./state.ts";

/** A worker takes new runs from now on, or none: what waits for it then may go elsewhere. */
export function setOpen(state: SchedulerState, worker: WorkerRecord, isOpen: boolean): void {
  worker.isOpen = isOpen;
  updateRoom(worker, state.limits);
  refreshPaused(state);
  if (isOpen) scatterPending(state);
  else unparkAll(state, worker);
}

/**
 * A worker is short of memory, or not any more. While another one fits, it gets nothing, and gives back what it has not
 * begun; where all are short, each gets one run at a time, so that work goes on.
 */
export function setPaused(state: SchedulerState, worker: WorkerRecord, isPaused: boolean): void {
  if (worker.isPaused === isPaused) return;
  worker.isPaused = isPaused;
  if (isPaused) state.paused.add(worker);
  else state.paused.delete(worker);
  log(state, "info", `Worker ${describe(worker.name)} ${isPaused ? "is short of memory" : "has memory again"}`);
  updateRoom(worker, state.limits);
  refreshPaused(state);
  if (!isPaused) return;
  unparkAll(state, worker);
  takeBackUnbegun(state, worker);
}

/** Runs that have not begun go elsewhere, where there is another worker for them. */
export function takeBackUnbegun(state: SchedulerState, worker: WorkerRecord): void {
  const runIds: number[] = [];
  for (let run = worker.firstRun; run !== undefined; run = run.next) {
    if (run.hasStarted || run.isTakenBack || !isWelcomeElsewhere(state, run)) continue;
    run.isTakenBack = true;
    runIds.push(run.id);
  }
  if (runIds.length > 0) tellWorker(state, worker, { type: "take-back", runIds });
}

function isWelcomeElsewhere(state: SchedulerState, { task, worker }: RunRecord): boolean {
  return task !== undefined && hasOtherTaker(state, task.roster, worker);
}

function hasOtherTaker(state: SchedulerState, roster: Roster, worker: WorkerRecord): boolean {
  for (const other of state.workers.values()) {
    if (other !== worker && isTaking(other) && berthIn(other, roster) !== undefined) return true;
  }
  return false;
}

function unparkAll(state: SchedulerState, worker: WorkerRecord): void {
  for (const task of [...worker.parked.keys()]) unpark(state, task);
}
