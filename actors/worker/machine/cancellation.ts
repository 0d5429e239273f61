/** Runs that shall not go on: taken back, cancelled, or out of time. @module */
import { describe } from "../../base/errors.ts";
import type { RunId } from "../../protocol/task.ts";
import type { SchedulerToWorker } from "../../protocol/worker_scheduler.ts";
import type { WorkerEvent } from "./event.ts";
import type { ExecutorRecord } from "./executor_record.ts";
import { endExecutor } from "./crew.ts";
import { askBack } from "./occupancy.ts";
import type { RunRecord } from "./run_record.ts";
import { endRun, requeueRun, setAlarm } from "./runs.ts";
import type { WorkerState } from "./state.ts";
import { enterPhase } from "./transitions.ts";

/** The scheduler wants these back if they have not begun. */
export function takeBackRuns(state: WorkerState, runIds: readonly RunId[]): void {
  const returned: RunId[] = [];
  for (const runId of runIds) {
    const run = state.runs.get(runId);
    if (run === undefined) continue;
    if (run.phase === "fetching" || run.phase === "ready") {
      endRun(state, run);
      returned.push(runId);
    } else if (run.phase === "assigned") {
      const executor = state.executors.get(run.executorId);
      if (executor?.phase === "taking") askBack(state, executor, run, "scheduler");
      // Its executor is about to die: then it is given back instead of queued again.
      else run.askedFor = "scheduler";
    }
  }
  if (returned.length > 0) state.outbox.tellScheduler({ type: "returned", runIds: returned });
}

/** The scheduler wants this run to stop. */
export function cancelRun(state: WorkerState, message: Extract<SchedulerToWorker, { type: "cancel-run" }>): void {
  const run = state.runs.get(message.runId);
  if (run === undefined || run.isAnswered) return;
  const executor = state.executors.get(run.executorId);
  if (executor === undefined) {
    tellStopped(state, run);
    return;
  }
  const endAtMs = state.nowMs + message.graceMs;
  if (run.phase === "cancelling") {
    if (run.message.actor === undefined && endAtMs < run.alarmMs) setAlarm(state, run, endAtMs);
    return;
  }
  const mayBeUnbegun = run.phase === "assigned";
  enterPhase(run, "cancelling");
  run.cancelReason = message.reason;
  // Its executor is not ended for its sake: others live there.
  if (run.message.actor === undefined) setAlarm(state, run, endAtMs);
  // It says `stopped` when it dies.
  if (executor.phase !== "taking") return;
  // A run that waits behind another must not have the executor ended for that one's sake: it is taken back.
  if (mayBeUnbegun) askBack(state, executor, run, "cancel");
  else signalRun(state, executor, run);
}

/** An executor has answered which of the runs asked for had not begun. */
export function runsTakenBack(state: WorkerState, event: Extract<WorkerEvent, { type: "runs-taken-back" }>): void {
  const executor = state.executors.get(event.executorId);
  const asked = executor?.asked.shift();
  if (executor === undefined || asked === undefined) return;
  const taken = new Set(event.runIds);
  const returned: RunId[] = [];
  const begun: RunId[] = [];
  for (const run of asked) {
    if (run.executorId !== executor.id || run.askedFor === "none") continue;
    const cause = run.askedFor;
    run.askedFor = "none";
    if (!taken.has(run.runId)) {
      if (run.phase === "cancelling") signalRun(state, executor, run);
      else if (markBegun(state, run)) begun.push(run.runId);
    } else if (run.phase === "cancelling") {
      tellStopped(state, run);
    } else if (cause === "scheduler") {
      endRun(state, run);
      returned.push(run.runId);
    } else {
      requeueRun(state, run);
    }
  }
  if (begun.length > 0) state.outbox.tellScheduler({ type: "started", runIds: begun });
  if (returned.length > 0) state.outbox.tellScheduler({ type: "returned", runIds: returned });
}

/** Notes that a run has begun; false when that was known. Its time starts to count. */
export function markBegun(state: WorkerState, run: RunRecord): boolean {
  if (run.phase !== "assigned") return false;
  enterPhase(run, "running");
  run.startedMs = state.nowMs;
  const { timeoutMs } = run.message;
  if (timeoutMs !== undefined && run.message.actor === undefined) {
    setAlarm(state, run, state.nowMs + timeoutMs + state.options.limits.cancelGraceMs);
  }
  return true;
}

/** Looks at every run whose alarm has come: one that did not stop costs its executor. */
export function ringAlarms(state: WorkerState): void {
  for (let run = state.alarms.peek(); run !== undefined && run.alarmMs <= state.nowMs; run = state.alarms.peek()) {
    setAlarm(state, run, Infinity);
    const executor = state.executors.get(run.executorId);
    if (executor === undefined) continue;
    if (run.phase === "cancelling") {
      endExecutor(state, executor, "run", `ended because it ignored the cancellation of task ${describe(run.key)}`);
    } else {
      timeOut(state, executor, run);
    }
  }
}

/** The executor should have failed this run itself. */
function timeOut(state: WorkerState, executor: ExecutorRecord, run: RunRecord): void {
  const { key, timeoutMs } = run.message;
  const text = `Cannot finish task ${describe(key)}: it ran longer than ${timeoutMs} ms`;
  const error = state.options.makeError("task/timeout", text, undefined, { key, timeoutMs });
  const durationMs = state.nowMs - run.startedMs;
  state.outbox.tellScheduler({ type: "failed", runId: run.runId, error, durationMs, retriable: true });
  enterPhase(run, "cancelling");
  run.isAnswered = true;
  endExecutor(state, executor, "run", `ended because task ${describe(key)} ignored its time limit`);
}

function signalRun(state: WorkerState, executor: ExecutorRecord, run: RunRecord): void {
  if (executor.phase !== "taking") return;
  state.outbox.tellExecutor(executor, { type: "cancel", runId: run.runId, reason: run.cancelReason });
}

/** Ends a run that was cancelled. */
export function tellStopped(state: WorkerState, run: RunRecord): void {
  if (!run.isAnswered) state.outbox.tellScheduler({ type: "stopped", runId: run.runId });
  endRun(state, run);
}
