/** The executors' beginning and end. @module */
import type { DeathRecord, RunId } from "../../protocol/task.ts";
import type { ExecutorId, WorkerEvent } from "./event.ts";
import { type EndCause, ExecutorRecord } from "./executor_record.ts";
import type { RunRecord } from "./run_record.ts";
import { endRun, giveBackCalls, requeueRun } from "./runs.ts";
import { forgetHome } from "./actor_homes.ts";
import { freeValue } from "./values.ts";
import { leaveIdle } from "./slots.ts";
import type { WorkerState } from "./state.ts";

/** Executors that may die in a row before they are ready; then the next start waits. */
const FAILED_STARTS_MAX = 3;
/** How long it waits. */
const RESTART_DELAY_MS = 1_000;

/** Starts one more executor. */
export function startExecutor(state: WorkerState): void {
  const executor = new ExecutorRecord(`executor-${++state.lastExecutorNumber}`);
  state.executors.set(executor.id, executor);
  state.crew.push(executor);
  state.outbox.startExecutor(executor.id);
}

/** Starts the executors whose start had to wait. */
export function startOwed(state: WorkerState): void {
  const count = state.owedStarts;
  state.owedStarts = 0;
  state.restartAtMs = Infinity;
  for (let i = 0; i < count; i++) startExecutor(state);
}

/** An executor takes work now. */
export function executorReady(state: WorkerState, executorId: ExecutorId): void {
  const executor = state.executors.get(executorId);
  if (executor?.phase !== "starting") return;
  executor.phase = "taking";
  state.failedStarts = 0;
  if (!executor.isForActors) state.idle.push(executor);
}

/** Ends an executor, unless that is under way: it gets no more work, what it still says counts. */
export function endExecutor(state: WorkerState, executor: ExecutorRecord, cause: EndCause, reason: string): void {
  if (executor.phase !== "taking") return;
  executor.phase = "ending";
  executor.endCause = cause;
  leaveIdle(state, executor);
  state.outbox.endExecutor(executor.id, reason);
}

/**
 * The worker begins anew: nothing that a task left behind in an executor lives on. The scheduler has cancelled all runs
 * before. A worker with a nanny ends its whole process.
 */
export function restartExecutors(state: WorkerState, reason: string): void {
  if (state.options.hasNanny) return state.outbox.restart(reason);
  for (const executor of state.executors.values()) {
    // One that is starting has run nothing yet.
    if (executor.phase === "starting") continue;
    state.outgoing.add(executor.id);
    endExecutor(state, executor, "run", `ended because ${reason}`);
  }
  if (state.outgoing.size === 0) state.outbox.tellScheduler({ type: "restarted" });
}

/** An executor is gone: its runs are blamed, given back or queued again, and another takes its place. */
export function executorDied(state: WorkerState, event: Extract<WorkerEvent, { type: "executor-died" }>): void {
  const executor = state.executors.get(event.executorId);
  if (executor === undefined) return;
  const wasReady = executor.phase !== "starting";
  executor.phase = "ending";
  leaveIdle(state, executor);
  if (!state.isStopping) state.outbox.log("warning", `An executor ended: ${executor.id} ${event.death.reason}`);
  settleActors(state, executor, wasReady, event.death);
  settleRuns(state, executor, new Set(event.startedRuns), event.death);
  state.executors.delete(executor.id);
  const crew = executor.isForActors ? state.actorCrew : state.crew;
  crew.splice(crew.indexOf(executor), 1);
  if (state.outgoing.delete(executor.id) && state.outgoing.size === 0) {
    state.outbox.tellScheduler({ type: "restarted" });
  }
  // Another one for actors is started when there is an actor for it.
  if (!state.isStopping && !executor.isForActors) replaceExecutor(state, wasReady, event.death);
}

/** The actors that lived there are gone, and those that were to be made there cannot be. */
function settleActors(state: WorkerState, executor: ExecutorRecord, wasReady: boolean, death: DeathRecord): void {
  for (const { key, executor: home } of [...state.homes.values()]) {
    if (home !== executor) continue;
    giveBackCalls(state, forgetHome(state, key, death));
    freeValue(state, key);
  }
  if (wasReady) return;
  for (const run of [...state.unmade]) {
    if (state.homes.has(run.key)) continue;
    // Were it tried again here, and again: who counts deaths is the scheduler.
    state.outbox.tellScheduler({ type: "died", runId: run.runId, started: true, death });
    endRun(state, run);
  }
}

function settleRuns(
  state: WorkerState,
  executor: ExecutorRecord,
  startedRuns: ReadonlySet<RunId>,
  death: DeathRecord,
): void {
  const hasBegun = (run: RunRecord): boolean => startedRuns.has(run.runId) || run.phase !== "assigned";
  const runs = [...executor.runs];
  const hasActiveBegun = runs.some((run) => run.isActive && hasBegun(run));
  const returned: RunId[] = [];
  for (const run of runs) {
    const { runId } = run;
    if (run.phase === "cancelling") {
      if (!run.isAnswered) state.outbox.tellScheduler({ type: "stopped", runId });
      endRun(state, run);
    } else if (hasBegun(run)) {
      const started = isBlamed(executor.endCause, run.isActive || !hasActiveBegun);
      state.outbox.tellScheduler({ type: "died", runId, started, death });
      endRun(state, run);
    } else if (run.askedFor === "scheduler" || run.message.actor?.type === "call") {
      returned.push(runId);
      endRun(state, run);
    } else {
      requeueRun(state, run);
    }
  }
  if (returned.length > 0) state.outbox.tellScheduler({ type: "returned", runIds: returned });
}

/**
 * Whether a run that had begun is blamed for the death of its executor. An executor ended for the sake of one run takes
 * the others with it: they are innocent, and told as not started, so that they run again without a mark. One that took
 * too much memory is blamed on what was on the CPU, not on what was suspended.
 */
function isBlamed(cause: EndCause, isSuspect: boolean): boolean {
  return cause === "none" || (cause === "memory" && isSuspect);
}

function replaceExecutor(state: WorkerState, wasReady: boolean, death: DeathRecord): void {
  if (!wasReady) state.failedStarts++;
  if (wasReady || state.failedStarts < FAILED_STARTS_MAX) {
    startExecutor(state);
    return;
  }
  state.owedStarts++;
  if (state.restartAtMs !== Infinity) return;
  state.restartAtMs = state.nowMs + RESTART_DELAY_MS;
  const count = state.failedStarts;
  state.outbox.log(
    "error",
    `Cannot start executors: ${count} in a row died before they were ready, the last ${death.reason}`,
  );
}
