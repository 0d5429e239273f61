/** What workers say about the runs in their hands. @module */
import type { RunId } from "../../protocol/task.ts";
import type { WorkerToScheduler } from "../../protocol/worker_scheduler.ts";
import { functionsMissing, inputsMissing, runDied, runFailed, runRescheduled, runReturned } from "./failures.ts";
import { occupy, vacate } from "./occupancy.ts";
import { tellClaimants, tellClient, tellWorker } from "./outbox.ts";
import type { RunRecord, WorkerRecord } from "./records.ts";
import { runFinished } from "./results.ts";
import type { SchedulerState } from "./state.ts";

/** A run that a worker does not list is missed only when it was sent this long ago: the two cross on the way. */
const MISSED_AFTER_MS = 5_000;
/** Heartbeats in a row that must miss a run. */
const MISSED_BEATS = 2;

/** What is said of one run. */
type RunReport = Extract<
  WorkerToScheduler,
  {
    type:
      | "suspended"
      | "resumed"
      | "finished"
      | "failed"
      | "rescheduled"
      | "stopped"
      | "died"
      | "missing-inputs"
      | "missing-functions";
  }
>;

/** A worker says something of one run. What it says of a run that it does not have changes nothing. */
export function runReported(state: SchedulerState, worker: WorkerRecord, m: RunReport): void {
  const run = runOf(state, worker, m.runId);
  if (run === undefined) return;
  switch (m.type) {
    case "finished":
      return runFinished(state, run, m);
    case "failed":
      return runFailed(state, run, m);
    case "suspended":
      return runSuspended(state, run);
    case "resumed":
      return runResumed(state, run);
    case "rescheduled":
      return runRescheduled(state, run, true);
    case "stopped":
      return runRescheduled(state, run, false);
    case "died":
      return runDied(state, run, m.started, true, m.death);
    case "missing-inputs":
      return inputsMissing(state, run, m);
    case "missing-functions":
      return functionsMissing(state, run, m.hashes);
  }
}

/** These runs have begun. */
export function runsStarted(state: SchedulerState, worker: WorkerRecord, runIds: readonly RunId[]): void {
  for (const id of runIds) {
    const run = runOf(state, worker, id);
    if (run !== undefined) run.hasStarted = true;
  }
}

/** These runs had not begun and are given back. */
export function runsReturned(state: SchedulerState, worker: WorkerRecord, runIds: readonly RunId[]): void {
  for (const id of runIds) {
    const run = runOf(state, worker, id);
    if (run !== undefined) runReturned(state, run, false);
  }
}

/** A worker tells what it has in hand: both sides' views are made one. */
export function heartbeat(
  state: SchedulerState,
  worker: WorkerRecord,
  m: Extract<WorkerToScheduler, { type: "heartbeat" }>,
): void {
  worker.rssBytes = m.rssBytes;
  worker.storedBytes = m.storedBytes;
  worker.beats++;
  for (const id of m.runIds) {
    const run = runOf(state, worker, id);
    if (run === undefined) {
      const reason = "the scheduler does not know it";
      tellWorker(state, worker, { type: "cancel-run", runId: id, reason, graceMs: state.limits.cancelGraceMs });
    } else {
      run.seenInBeat = worker.beats;
      run.missedBeats = 0;
    }
  }
  let next: RunRecord | undefined;
  for (let run = worker.firstRun; run !== undefined; run = next) {
    next = run.next;
    // In order of sending: all later ones are younger.
    if (run.sentAtMs > state.nowMs - MISSED_AFTER_MS) break;
    if (run.seenInBeat !== worker.beats && ++run.missedBeats >= MISSED_BEATS) runReturned(state, run, false);
  }
}

/** A task printed: its submitter is shown it, or whoever else wants its result. */
export function printed(state: SchedulerState, m: Extract<WorkerToScheduler, { type: "printed" }>): void {
  const { key, stream, text } = m;
  const message = { type: "printed", key, stream, text } as const;
  const submitter = state.clients.get(m.clientId);
  if (submitter !== undefined && submitter.leftAtMs === undefined) return tellClient(state, submitter, message);
  const task = state.tasks.get(key);
  if (task !== undefined) tellClaimants(state, task, message);
}

function runOf(state: SchedulerState, worker: WorkerRecord, id: RunId): RunRecord | undefined {
  const run = state.runs.get(id);
  return run?.worker === worker ? run : undefined;
}

function runSuspended(state: SchedulerState, run: RunRecord): void {
  run.hasStarted = true;
  if (run.isSuspended) return;
  run.isSuspended = true;
  vacate(run, state.limits);
}

function runResumed(state: SchedulerState, run: RunRecord): void {
  if (!run.isSuspended) return;
  run.isSuspended = false;
  occupy(run, state.limits);
}
