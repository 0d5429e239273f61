/** Runs that end without a result, and values that are gone. @module */
import { describe } from "../../base/errors.ts";
import type { DeathRecord, FunctionHash, TaskKey, WireError, WorkerId } from "../../protocol/task.ts";
import type { WorkerToScheduler } from "../../protocol/worker_scheduler.ts";
import { actorLost, leaveHome } from "./actors.ts";
import { callDied, lineUpAgain } from "./calls.ts";
import { move } from "./move.ts";
import { learnDuration } from "./occupancy.ts";
import { tellClaimants, tellFree } from "./outbox.ts";
import type { RunRecord, TaskRecord } from "./records.ts";
import { dropStaleValue } from "./results.ts";
import { isWanted, reconsider, removeHolder } from "./retention.ts";
import { endRun } from "./runs.ts";
import { end, pursue } from "./settle.ts";
import type { SchedulerState } from "./state.ts";
import { RELEASED } from "./transitions.ts";

/** Runs of a task that found workers, but not their inputs: then it is given up, lest these are computed for ever. */
const MISSED_MAX = 5;

/** The task threw: it is run again while it has retries, else it fails for good. */
export function runFailed(
  state: SchedulerState,
  run: RunRecord,
  m: Extract<WorkerToScheduler, { type: "failed" }>,
): void {
  run.worker.isStalled = false;
  const task = closeRun(state, run);
  if (task === undefined) return;
  learnDuration(run.fn, m.durationMs);
  if (m.retriable && task.retriesLeft > 0) {
    task.retriesLeft--;
    pursue(state, task);
  } else {
    end(state, task, { type: "failed", error: m.error, worker: run.worker.id });
  }
}

/** The run never began: the task is placed again. `avoids`: elsewhere, if possible. */
export function runReturned(state: SchedulerState, run: RunRecord, avoids: boolean): void {
  if (run.task?.role?.type === "call") lineUpAgain(run.task.role, run.task);
  if (run.task !== undefined) run.task.attempts--;
  runRescheduled(state, run, avoids);
}

/** The run ended without a verdict: the task is placed again. `avoids`: elsewhere, if possible. */
export function runRescheduled(state: SchedulerState, run: RunRecord, avoids: boolean): void {
  const task = closeRun(state, run);
  if (task === undefined) return;
  if (avoids) task.avoid = run.worker;
  pursue(state, task);
}

/**
 * The executor or worker that had the run in hand died. Only a run that had begun is blamed; one that had not may still
 * have been the cause, so its next run is announced.
 */
export function runDied(
  state: SchedulerState,
  run: RunRecord,
  hasStarted: boolean,
  isBlamed: boolean,
  death: DeathRecord,
): void {
  const task = closeRun(state, run, true);
  if (task === undefined) return;
  if (task.role?.type === "call") return callDied(state, task, task.role, death);
  if (isBlamed) task.isSuspect = true;
  if (hasStarted && isBlamed) {
    task.deaths++;
    if (task.deaths >= state.limits.deathsAllowed) {
      end(state, task, { type: "failed", error: killedWorker(state, task, death), worker: death.worker });
      return;
    }
  }
  pursue(state, task);
}

/** A worker could get some inputs of a run from nobody. */
export function inputsMissing(
  state: SchedulerState,
  run: RunRecord,
  m: Extract<WorkerToScheduler, { type: "missing-inputs" }>,
): void {
  const { task } = run;
  // Who has left cannot be asked: that is no sign of a broken link.
  const wereThere = m.from.length > 0 && m.from.every((id) => state.workers.has(id));
  valuesMissing(state, m.keys, m.from);
  if (task !== undefined && wereThere && ++task.missed >= MISSED_MAX) {
    closeRun(state, run);
    end(state, task, {
      type: "failed",
      error: unreachableInputs(state, task, run.worker.id, m),
      worker: run.worker.id,
    });
  } else {
    runReturned(state, run, true);
  }
}

/** These workers do not have, or cannot give, these values: what nobody else has is computed again. */
export function valuesMissing(state: SchedulerState, keys: readonly TaskKey[], from: readonly WorkerId[]): void {
  for (const key of keys) {
    const task = state.tasks.get(key);
    if (task === undefined) continue;
    for (const id of from) {
      const worker = state.workers.get(id);
      if (worker === undefined || !removeHolder(task, worker)) continue;
      // It may have the value after all and just be out of reach: then it would keep it for ever.
      tellFree(state, worker, key);
      // Made there again, it would be as far away as before.
      task.avoid = worker;
      if (task.holders.length === 0) valueGone(state, task, `no worker that had ${describe(key)} could give it`);
    }
  }
}

/** The worker lacks units of code that it was taken to have: they are told again, and the run never began. */
export function functionsMissing(state: SchedulerState, run: RunRecord, hashes: readonly FunctionHash[]): void {
  for (const hash of hashes) run.worker.known.delete(hash);
  run.worker.known.delete(run.fn.hash);
  runReturned(state, run, false);
}

/** The last copy of a value in memory is gone: it is computed again if somebody needs it and it can be. */
export function valueGone(state: SchedulerState, task: TaskRecord, reason: string, death?: DeathRecord): void {
  if (task.role?.type === "actor") return actorLost(state, task, reason, death);
  if (task.fn === undefined) {
    end(state, task, { type: "lost", reason });
    return;
  }
  move(state, task, RELEASED);
  if (!isWanted(task)) return reconsider(state, task);
  tellClaimants(state, task, { type: "pending", key: task.key });
  pursue(state, task);
}

/** No worker has the memory for a task's inputs: it would take down one after the other. */
export function failTooLarge(state: SchedulerState, task: TaskRecord, bytes: number): void {
  const error = state.options.makeError(
    "task/too-large",
    `Cannot run task ${describe(task.key)}: its inputs take ${bytes} bytes, ` +
      `and the largest memory limit of a worker is ${state.largestMemoryBytes} bytes`,
    "Split the work so that each task gets a part, or start a worker with more memory",
    { key: task.key, bytes, limitBytes: state.largestMemoryBytes },
  );
  end(state, task, { type: "failed", error, worker: undefined });
}

/** Ends a run that gave no result. What an older run left behind under its key goes too. */
function closeRun(state: SchedulerState, run: RunRecord, isDead = false): TaskRecord | undefined {
  const task = run.task;
  endRun(state, run, isDead);
  leaveHome(state, run.worker, run.key);
  // Unless the next run of the key is on the same worker already: a `free` could hit its value.
  if (run.hasStaleValue) dropStaleValue(state, run.worker, run.key);
  return task;
}

function unreachableInputs(
  state: SchedulerState,
  task: TaskRecord,
  worker: WorkerId,
  { keys, from }: { readonly keys: readonly TaskKey[]; readonly from: readonly WorkerId[] },
): WireError {
  return state.options.makeError(
    "task/lost",
    `Cannot run task ${describe(task.key)}: ${worker} could not get its input ${describe(keys[0])} from ` +
      `${from.join(" or ")}, the ${MISSED_MAX}th time in vain`,
    "Look whether these workers reach each other, or let the task run on other workers",
    { key: task.key, inputs: keys, worker, from },
  );
}

function killedWorker(state: SchedulerState, task: TaskRecord, death: DeathRecord): WireError {
  const lines = death.lastLines.length === 0 ? "" : `; its last lines: ${death.lastLines.join(" | ")}`;
  const count = task.deaths;
  return state.options.makeError(
    "task/killed-worker",
    `Cannot finish task ${describe(task.key)}: it was running on ${count} executors or workers that died: ` +
      `${death.worker} ${death.reason}${lines}`,
    "Look for what ends the process there: memory, an exit, a native crash",
    { key: task.key, deaths: count, death: { ...death } },
  );
}
