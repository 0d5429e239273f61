/** The guard of the process's memory: buffers count against no executor's heap. @module */
import type { DeathRecord } from "../../protocol/task.ts";
import { endExecutor } from "./crew.ts";
import type { ExecutorRecord } from "./executor_record.ts";
import type { WorkerState } from "./state.ts";

/** Part of the limit above which one run at a time is handed out, and others are given work first. */
const PAUSE_PART = 0.8;
/** Part of the limit above which an executor is ended. */
const END_PART = 0.95;
/** How long the memory of an ended executor may take to come back. */
const GUARD_REST_MS = 2_000;

/** Takes note of the resident memory: pauses, goes on, or ends an executor. */
export function memoryMeasured(state: WorkerState, rssBytes: number): void {
  state.rssBytes = rssBytes;
  const limitBytes = state.options.memoryLimitBytes;
  if (limitBytes === undefined) return;
  const isPaused = rssBytes > PAUSE_PART * limitBytes;
  if (isPaused !== state.isPaused) {
    state.isPaused = isPaused;
    state.outbox.tellScheduler({ type: "paused", isPaused });
    const fact = `${formatBytes(rssBytes)} of ${formatBytes(limitBytes)} are in use`;
    if (isPaused) state.outbox.log("warning", `Memory is short: one task at a time, ${fact}`);
    else state.outbox.log("info", `Memory is free again: all executors work, ${fact}`);
  }
  if (rssBytes > END_PART * limitBytes && state.nowMs >= state.guardRestsUntilMs) relieve(state, limitBytes);
}

function relieve(state: WorkerState, limitBytes: number): void {
  const executor = longestBusy(state.crew);
  if (executor === undefined) return;
  state.guardRestsUntilMs = state.nowMs + GUARD_REST_MS;
  endExecutor(state, executor, "memory", `exceeded the worker's memory limit of ${formatBytes(limitBytes)}`);
}

/** The executor whose current run takes the longest. */
function longestBusy(crew: readonly ExecutorRecord[]): ExecutorRecord | undefined {
  let longest: ExecutorRecord | undefined;
  for (const executor of crew) {
    if (executor.phase !== "taking" || executor.activeCount === 0) continue;
    if (longest === undefined || executor.busySinceMs < longest.busySinceMs) longest = executor;
  }
  return longest;
}

/** A size for people. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let index = 0;
  let amount = bytes;
  while (amount >= 1024 && index < units.length - 1) {
    amount /= 1024;
    index++;
  }
  return `${Number.isInteger(amount) ? amount : amount.toFixed(1)} ${units[index]}`;
}

/** The record of an end that nobody but this worker saw. */
export function deathOf(state: WorkerState, reason: string): DeathRecord {
  return {
    worker: state.options.workerId,
    reason,
    exitCode: undefined,
    signal: undefined,
    lastLines: [],
    lastRssBytes: state.rssBytes === 0 ? undefined : state.rssBytes,
  };
}
