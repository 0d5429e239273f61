/** Whether the executors are well, and telling the scheduler that the worker is. @module */
import type { RunId } from "../../protocol/task.ts";
import type { ExecutorToWorker } from "../../protocol/worker_executor.ts";
import { tellStopped } from "./cancellation.ts";
import { endExecutor } from "./crew.ts";
import type { ExecutorRecord } from "./executor_record.ts";
import { deathOf, formatBytes } from "./memory.ts";
import { endRun } from "./runs.ts";
import type { WorkerState } from "./state.ts";

/** How often a busy executor is pinged. */
export const PING_MS = 1_000;
/** Pongs in a row that do not know a run before it counts as dead. */
const MISSED_PONGS_MAX = 2;

/** Pings each executor that has a run and owes no pong: no pong while it computes is normal. */
export function pingExecutors(state: WorkerState): void {
  state.pingAtMs = Infinity;
  for (const executor of state.executors.values()) {
    if (executor.phase !== "taking" || executor.runs.size === 0 || executor.pingId !== 0) continue;
    executor.pingId = ++state.lastPingId;
    executor.pingSentMs = state.nowMs;
    state.outbox.tellExecutor(executor, { type: "ping", pingId: executor.pingId });
  }
}

/** Sees to it that busy executors are pinged. */
export function watchHealth(state: WorkerState): void {
  if (state.pingAtMs !== Infinity) return;
  for (const executor of state.executors.values()) {
    if (executor.runs.size === 0) continue;
    state.pingAtMs = state.nowMs + PING_MS;
    return;
  }
}

/** An executor has answered a ping. */
export function pongCame(
  state: WorkerState,
  executor: ExecutorRecord,
  pong: Extract<ExecutorToWorker, { type: "pong" }>,
): void {
  if (pong.pingId !== executor.pingId) return;
  executor.pingId = 0;
  if (executor.heapLimitBytes === 0) executor.heapLimitBytes = pong.heapLimitBytes;
  if (pong.heapLimitBytes > executor.heapLimitBytes) {
    endExecutor(state, executor, "memory", outOfMemory(state));
    return;
  }
  const known = new Set(pong.runIds);
  for (const run of [...executor.runs]) {
    // What was handed over after the ping may be missing from the pong.
    if (known.has(run.runId) || run.assignedMs >= executor.pingSentMs) run.missedPongs = 0;
    else if (++run.missedPongs < MISSED_PONGS_MAX) continue;
    else if (run.phase === "cancelling") tellStopped(state, run);
    else {
      state.outbox.tellScheduler({
        type: "died",
        runId: run.runId,
        started: true,
        death: deathOf(state, "ended without a word"),
      });
      endRun(state, run);
    }
  }
}

function outOfMemory(state: WorkerState): string {
  const bytes = state.options.executorMemoryBytes;
  return bytes === undefined ? "ran out of memory" : `ran out of memory: its heap may take ${formatBytes(bytes)}`;
}

/** The scheduler has welcomed the worker: reports begin. */
export function welcomed(state: WorkerState, heartbeatMs: number): void {
  state.heartbeatMs = heartbeatMs;
  state.heartbeatAtMs = state.nowMs + heartbeatMs;
}

/** Reports what is in hand. */
export function sendHeartbeat(state: WorkerState): void {
  state.heartbeatAtMs = state.nowMs + state.heartbeatMs;
  const runIds: RunId[] = [];
  for (const run of state.runs.values()) if (!run.isAnswered) runIds.push(run.runId);
  state.outbox.tellScheduler({
    type: "heartbeat",
    runIds,
    rssBytes: state.rssBytes,
    storedBytes: state.storedBytes,
  });
}
