/** What executors say of their runs. @module */
import { ACTOR_STREAM_TYPE } from "../../protocol/cluster_actor.ts";
import type { RunId, TaskKey } from "../../protocol/task.ts";
import type { ExecutorToWorker } from "../../protocol/worker_executor.ts";
import { actorMade, actorUnmade, endActor, endStream, forgetHome } from "./actor_homes.ts";
import { markBegun, tellStopped } from "./cancellation.ts";
import type { ExecutorId } from "./event.ts";
import type { ExecutorRecord } from "./executor_record.ts";
import { deathOf } from "./memory.ts";
import type { RunRecord } from "./run_record.ts";
import { endRun, giveBackCalls } from "./runs.ts";
import { occupySlot, vacateSlot } from "./slots.ts";
import type { WorkerState } from "./state.ts";
import { enterPhase } from "./transitions.ts";
import { dropStray, freeValue, storeValue } from "./values.ts";

/**
 * Whether the result of this run is wanted. The shell asks before it puts a result into the store: that of a run that was
 * cancelled or given up must not take the place of another one under the same key.
 */
export function wantsResult(state: WorkerState, executorId: ExecutorId, runId: RunId): boolean {
  const run = state.runs.get(runId);
  return run !== undefined && run.executorId === executorId && run.phase !== "cancelling";
}

/** These runs have begun. */
export function runsStarted(state: WorkerState, executor: ExecutorRecord, runIds: readonly RunId[]): void {
  const begun: RunId[] = [];
  for (const runId of runIds) {
    const run = runOf(state, executor, runId);
    if (run !== undefined && markBegun(state, run)) begun.push(runId);
  }
  if (begun.length > 0) state.outbox.tellScheduler({ type: "started", runIds: begun });
}

/** This run awaits something of the cluster: its executor has room. */
export function runSuspended(state: WorkerState, executor: ExecutorRecord, runId: RunId): void {
  const run = runOf(state, executor, runId);
  if (run === undefined) return;
  vacateSlot(state, executor, run);
  if (run.phase === "cancelling" || run.phase === "suspended") return;
  markBegun(state, run);
  enterPhase(run, "suspended");
  state.outbox.tellScheduler({ type: "suspended", runId });
}

/** This run goes on. */
export function runResumed(state: WorkerState, executor: ExecutorRecord, runId: RunId): void {
  const run = runOf(state, executor, runId);
  if (run === undefined) return;
  occupySlot(state, executor, run);
  if (run.phase !== "suspended") return;
  enterPhase(run, "running");
  state.outbox.tellScheduler({ type: "resumed", runId });
}

/** The task returned, its result is in the store. */
export function runFinished(
  state: WorkerState,
  executor: ExecutorRecord,
  message: Extract<ExecutorToWorker, { type: "finished" }>,
): void {
  const run = runOf(state, executor, message.runId);
  if (run === undefined) return;
  const { runId, bytes, valueType, durationMs } = message;
  if (run.message.actor?.type === "make") actorMade(state, run.key);
  if (run.phase === "cancelling") {
    endActor(state, run.key);
    if (valueType === ACTOR_STREAM_TYPE) endStream(state, run.key);
    dropStray(state, run.key);
    tellStopped(state, run);
    return;
  }
  run.fn.learn(durationMs);
  endRun(state, run);
  storeValue(state, run.key, bytes, valueType);
  const hasValue = bytes <= state.options.limits.inlineBytesMax;
  const value = hasValue ? message.value : undefined;
  state.outbox.tellScheduler({ type: "finished", runId, bytes, valueType, durationMs, hasValue, value });
}

/** The task threw, asked to be placed again, or stopped. Of a cancelled run, all this means that it has stopped. */
export function runGivenUp(
  state: WorkerState,
  executor: ExecutorRecord,
  message: Extract<ExecutorToWorker, { type: "failed" | "rescheduled" | "stopped" }>,
): void {
  const run = runOf(state, executor, message.runId);
  if (run === undefined) return;
  if (run.message.actor?.type === "make") actorUnmade(state, run.key);
  if (run.phase === "cancelling") {
    tellStopped(state, run);
    return;
  }
  state.outbox.tellScheduler(message);
  endRun(state, run);
}

/** An actor has ended: as it was told to, or by itself, for a reason. */
export function actorEnded(state: WorkerState, executor: ExecutorRecord, key: TaskKey, reason: string): void {
  if (state.homes.get(key)?.executor !== executor) return;
  const death = reason === "" ? undefined : deathOf(state, reason);
  giveBackCalls(state, forgetHome(state, key, death));
  freeValue(state, key);
}

/** The run, if it is in this executor's hands: what is said of others is late, and changes nothing. */
function runOf(state: WorkerState, executor: ExecutorRecord, runId: RunId): RunRecord | undefined {
  const run = state.runs.get(runId);
  return run?.executorId === executor.id ? run : undefined;
}
