/** The door of the worker machine: events in, effects out. @module */
import { unreachable } from "../../base/assert.ts";
import type { ExecutorToWorker } from "../../protocol/worker_executor.ts";
import type { SchedulerToWorker } from "../../protocol/worker_scheduler.ts";
import { handOutToActors } from "./actor_executors.ts";
import { cancelRun, ringAlarms, runsTakenBack, takeBackRuns } from "./cancellation.ts";
import { executorDied, executorReady, restartExecutors, startExecutor, startOwed } from "./crew.ts";
import type { WorkerEffect } from "./effect.ts";
import type { WorkerEvent } from "./event.ts";
import type { ExecutorRecord } from "./executor_record.ts";
import { fetchAnswered, forgetHolder, giveBackHopeless, replicate, sendFetches } from "./fetching.ts";
import { defineFunction } from "./functions.ts";
import { pingExecutors, pongCame, sendHeartbeat, watchHealth, welcomed } from "./health.ts";
import { memoryMeasured } from "./memory.ts";
import { balance, handOut, watchBalance } from "./occupancy.ts";
import { actorEnded, runFinished, runGivenUp, runResumed, runsStarted, runSuspended } from "./reports.ts";
import { acceptRun } from "./runs.ts";
import type { WorkerState } from "./state.ts";
import { freeValue, storeValue } from "./values.ts";

/** What a worker does first: it starts its executors and registers. Runs that come before one is ready wait. */
export function begin(state: WorkerState): WorkerEffect[] {
  const { workerId, name, threads, memoryLimitBytes, resources, hasNanny } = state.options;
  for (let i = 0; i < threads; i++) startExecutor(state);
  state.outbox.tellScheduler({
    type: "register-worker",
    workerId,
    name,
    threads,
    memoryLimitBytes,
    resources,
    hasNanny,
  });
  return settle(state);
}

/**
 * Takes in what has happened, gives what is to be done. An answer that the shell has at once is an event of its own, after
 * all effects of this step.
 */
export function step(state: WorkerState, event: WorkerEvent): WorkerEffect[] {
  if (event.atMs > state.nowMs) state.nowMs = event.atMs;
  take(state, event);
  return settle(state);
}

function take(state: WorkerState, event: WorkerEvent): void {
  switch (event.type) {
    case "scheduler-said":
      for (const message of event.messages) schedulerSaid(state, message);
      return;
    case "executor-ready":
      return executorReady(state, event.executorId);
    case "executor-said":
      return executorSaid(state, event);
    case "executor-died":
      return executorDied(state, event);
    case "runs-taken-back":
      return runsTakenBack(state, event);
    case "fetch-answered":
      return fetchAnswered(state, event);
    case "value-put":
      return valuePut(state, event);
    case "memory-measured":
      return memoryMeasured(state, event.rssBytes);
    case "woken":
      return woken(state);
    default:
      return unreachable(event);
  }
}

function schedulerSaid(state: WorkerState, message: SchedulerToWorker): void {
  switch (message.type) {
    case "welcome-worker":
      return welcomed(state, message.heartbeatMs);
    case "define-function":
      return defineFunction(state, message);
    case "run":
      return acceptRun(state, message);
    case "free":
      return message.keys.forEach((key) => freeValue(state, key));
    case "cancel-run":
      return cancelRun(state, message);
    case "take-back":
      return takeBackRuns(state, message.runIds);
    case "replicate":
      return replicate(state, message.keys, message.holders);
    case "worker-gone":
      return forgetHolder(state, message.workerId);
    case "stop-worker":
      return stopped(state, message.reason);
    case "restart-worker":
      return restartExecutors(state, message.reason);
    default:
      return unreachable(message);
  }
}

function executorSaid(state: WorkerState, event: Extract<WorkerEvent, { type: "executor-said" }>): void {
  const executor = state.executors.get(event.executorId);
  // The dead say nothing: what they had in hand has been settled.
  if (executor === undefined) return;
  for (const message of event.messages) executorReported(state, executor, message);
}

function executorReported(state: WorkerState, executor: ExecutorRecord, message: ExecutorToWorker): void {
  switch (message.type) {
    case "started":
      return runsStarted(state, executor, message.runIds);
    case "suspended":
      return runSuspended(state, executor, message.runId);
    case "resumed":
      return runResumed(state, executor, message.runId);
    case "finished":
      return runFinished(state, executor, message);
    case "failed":
    case "rescheduled":
    case "stopped":
      return runGivenUp(state, executor, message);
    case "printed":
      return state.outbox.tellScheduler(message);
    case "pong":
      return pongCame(state, executor, message);
    case "actor-ended":
      return actorEnded(state, executor, message.key, message.reason);
    default:
      return unreachable(message);
  }
}

function valuePut(state: WorkerState, event: Extract<WorkerEvent, { type: "value-put" }>): void {
  const { key, bytes, valueType } = event;
  storeValue(state, key, bytes, valueType);
  state.outbox.tellScheduler({ type: "stored", key, bytes, valueType });
}

function stopped(state: WorkerState, reason: string): void {
  state.isStopping = true;
  state.outbox.stop(reason);
}

function woken(state: WorkerState): void {
  state.wakeAtMs = Infinity;
  if (state.isStopping) return;
  if (state.nowMs >= state.heartbeatAtMs) sendHeartbeat(state);
  if (state.nowMs >= state.restartAtMs) startOwed(state);
  if (state.nowMs >= state.pingAtMs) pingExecutors(state);
  if (state.nowMs >= state.balanceAtMs) balance(state);
  ringAlarms(state);
}

/** Brings the state to rest after an event: hands out runs, sends requests, asks to be woken. */
function settle(state: WorkerState): WorkerEffect[] {
  handOut(state);
  giveBackHopeless(state);
  handOutToActors(state);
  sendFetches(state);
  watchBalance(state);
  watchHealth(state);
  askWake(state);
  return state.outbox.flush(state.values);
}

function askWake(state: WorkerState): void {
  if (state.isStopping) return;
  const alarmMs = state.alarms.peek()?.alarmMs ?? Infinity;
  const atMs = Math.min(state.heartbeatAtMs, state.restartAtMs, state.pingAtMs, state.balanceAtMs, alarmMs);
  if (atMs >= state.wakeAtMs) return;
  state.wakeAtMs = atMs;
  state.outbox.wake(atMs);
}
