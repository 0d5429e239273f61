/** What only time brings: work taken back from slow hands, and waits that end. @module */
import { describe } from "../../base/errors.ts";
import { describeRestriction } from "./rosters.ts";
import { unpark } from "./move.ts";
import { updateRoom } from "./occupancy.ts";
import { tellWorker } from "./outbox.ts";
import { OPEN_LEVEL, type RunRecord, type TaskRecord, type WorkerRecord } from "./records.ts";
import { movingMsTo } from "./placement.ts";
import { askToBalance } from "./runs.ts";
import { end } from "./settle.ts";
import { type SchedulerState, wakeAt } from "./state.ts";

/** Runs looked at per worker and time, so that a worker with many suspended ones costs no more. */
const RUNS_LOOKED_AT_MAX = 1_024;

/**
 * Looks at prefetched work. A worker that has kept some for too long gets no more until it gets on; if another worker is
 * idle meanwhile, half of it is asked back. It stays the worker's until it says that it had not begun.
 */
export function balance(state: SchedulerState): void {
  if (state.nowMs < state.balanceAtMs) {
    if (state.balanceAtMs !== Infinity) wakeAt(state, state.balanceAtMs);
    return;
  }
  state.balanceAtMs = Infinity;
  let isPrefetching = false;
  const slow: WorkerRecord[] = [];
  for (const worker of state.workers.values()) {
    if (worker.busy <= worker.threads) continue;
    isPrefetching = true;
    if (keptTooLong(state, worker).length > 0) slow.push(worker);
  }
  for (const worker of slow) {
    if (!worker.isStalled) {
      worker.isStalled = true;
      updateRoom(worker, state.limits);
    }
    takeBack(state, worker);
  }
  if (isPrefetching) askToBalance(state);
}

/** Tasks that found no fitting worker in time fail. */
export function failStranded(state: SchedulerState): void {
  if (state.nowMs < state.strandedUntilMs) {
    if (state.strandedUntilMs !== Infinity) wakeAt(state, state.strandedUntilMs);
    return;
  }
  state.strandedUntilMs = Infinity;
  for (const roster of state.rosters.values()) {
    for (const [task, untilMs] of [...roster.stranded]) {
      if (untilMs <= state.nowMs) failNoWorker(state, task);
      else state.strandedUntilMs = Math.min(state.strandedUntilMs, untilMs);
    }
  }
  if (state.strandedUntilMs !== Infinity) wakeAt(state, state.strandedUntilMs);
}

/** Tasks that have waited for one worker as long as moving their inputs takes may go to any. */
export function unparkWaited(state: SchedulerState): void {
  if (state.nowMs < state.parkedUntilMs) {
    if (state.parkedUntilMs !== Infinity) wakeAt(state, state.parkedUntilMs);
    return;
  }
  state.parkedUntilMs = Infinity;
  for (const worker of [...state.parkedOn]) {
    for (const [task, untilMs] of [...worker.parked]) {
      if (untilMs <= state.nowMs) unpark(state, task);
      else state.parkedUntilMs = Math.min(state.parkedUntilMs, untilMs);
    }
  }
  if (state.parkedUntilMs !== Infinity) wakeAt(state, state.parkedUntilMs);
}

/** Runs that have not been known to begin for longer than all that is in hand should take. Newest first. */
function keptTooLong(state: SchedulerState, worker: WorkerRecord): RunRecord[] {
  const before = state.nowMs - 2 * state.limits.prefetchTargetMs;
  const kept: RunRecord[] = [];
  let looks = RUNS_LOOKED_AT_MAX;
  for (let run = worker.lastRun; run !== undefined && looks > 0; run = run.previous, looks--) {
    if (run.hasStarted || run.isTakenBack || run.task === undefined || run.sentAtMs > before) continue;
    kept.push(run);
  }
  return kept;
}

function takeBack(state: SchedulerState, worker: WorkerRecord): void {
  // What others could run now, if there is nothing else for them to do.
  const movable = keptTooLong(state, worker).filter((run) => {
    const roster = run.task!.roster;
    const idle = roster.room.highest();
    if (roster.ready.size > 0 || idle === undefined || idle.level < OPEN_LEVEL || idle.worker === worker) return false;
    // Until it has waited as long as moving its inputs takes, it may as well wait on.
    return movingMsTo(run.task!, idle.worker) <= state.nowMs - run.sentAtMs;
  });
  const count = Math.min(movable.length, Math.ceil((worker.busy - worker.threads) / 2));
  if (count === 0) return;
  const taken = movable.slice(0, count);
  for (const run of taken) run.isTakenBack = true;
  tellWorker(state, worker, { type: "take-back", runIds: taken.map((run) => run.id) });
}

function failNoWorker(state: SchedulerState, task: TaskRecord): void {
  const restriction = describeRestriction(task.roster.restriction!);
  const timeoutMs = task.options?.noWorkerTimeoutMs ?? state.options.noWorkerTimeoutMs;
  const error = state.options.makeError(
    "task/no-worker",
    `Cannot run task ${describe(task.key)}: no worker fits ${restriction} for ${timeoutMs} ms`,
    "Start such a worker, or submit with other options",
    { key: task.key, restriction: { ...task.roster.restriction } },
  );
  end(state, task, { type: "failed", error, worker: undefined });
}
