/** The beginning and the end of a run in hand. @module */
import { describe } from "../../base/errors.ts";
import type { RunMessage } from "../../protocol/worker_scheduler.ts";
import { actorRunChanged, homeOf, lineUp, tellReturned } from "./actor_homes.ts";
import { missingUnits } from "./functions.ts";
import { RunRecord } from "./run_record.ts";
import { detachRun } from "./slots.ts";
import type { WorkerState } from "./state.ts";
import { enterPhase } from "./transitions.ts";
import { gatherInputs, releaseInputs } from "./values.ts";

/** Takes a run in hand. */
export function acceptRun(state: WorkerState, message: RunMessage): void {
  if (state.runs.has(message.runId)) {
    state.outbox.log(
      "error",
      `Cannot take run ${message.runId} of task ${describe(message.key)}: it is in hand already`,
    );
    return;
  }
  const { actor } = message;
  const home = actor?.type === "call" ? homeOf(state, actor.actor) : undefined;
  // It is gone: the scheduler hears of that first.
  if (actor?.type === "call" && home === undefined) return tellReturned(state, [message.runId]);
  const fn = state.functions.get(message.fn);
  const missing = fn === undefined ? [message.fn] : missingUnits(state, fn);
  if (fn === undefined || missing.length > 0) {
    state.outbox.tellScheduler({ type: "missing-functions", runId: message.runId, hashes: missing });
    return;
  }
  fn.usedBy++;
  fn.isRecent = true;
  const run = new RunRecord(message, fn);
  state.runs.set(run.runId, run);
  if (home !== undefined) lineUp(home, run);
  gatherInputs(state, run);
}

/** A run that had not begun waits for an executor again, and for its inputs if they were dropped meanwhile. */
export function requeueRun(state: WorkerState, run: RunRecord): void {
  const executor = state.executors.get(run.executorId);
  if (executor !== undefined) detachRun(state, executor, run);
  setAlarm(state, run, Infinity);
  gatherInputs(state, run);
}

/** Lets go of a run. Its end has been told, or is told by the caller. */
export function endRun(state: WorkerState, run: RunRecord): void {
  if (run.phase === "ready" && run.message.actor === undefined) state.ready.remove(run);
  const executor = state.executors.get(run.executorId);
  if (executor !== undefined) detachRun(state, executor, run);
  else releaseInputs(state, run);
  setAlarm(state, run, Infinity);
  const hadNoExecutor = executor === undefined;
  enterPhase(run, "ended");
  if (hadNoExecutor) actorRunChanged(state, run);
  run.fn.usedBy--;
  state.runs.delete(run.runId);
}

/** Gives calls back that no executor has. */
export function giveBackCalls(state: WorkerState, calls: readonly RunRecord[]): void {
  for (const call of calls) endRun(state, call);
  tellReturned(state, calls.map((call) => call.runId));
}

/** Has the machine look at a run at this time; Infinity: never. */
export function setAlarm(state: WorkerState, run: RunRecord, atMs: number): void {
  if (run.alarmMs !== Infinity) state.alarms.remove(run);
  run.alarmMs = atMs;
  if (atMs !== Infinity) state.alarms.push(run);
}
