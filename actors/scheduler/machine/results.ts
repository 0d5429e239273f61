/** Values that workers say they have. @module */
import { ACTOR_STREAM_TYPE } from "../../protocol/cluster_actor.ts";
import type { Packed } from "../../protocol/packed.ts";
import type { TaskKey } from "../../protocol/task.ts";
import type { WorkerToScheduler } from "../../protocol/worker_scheduler.ts";
import { keep } from "./keepers.ts";
import { move } from "./move.ts";
import { learnDuration } from "./occupancy.ts";
import { tellClaimants, tellFree } from "./outbox.ts";
import { NO_HOLDERS, type RunRecord, type TaskRecord, type WorkerRecord } from "./records.ts";
import { addHolder, endCall, endForgetfulClaim, outcome } from "./retention.ts";
import { endRun, holderIds } from "./runs.ts";
import { recommend, RECONSIDER, type SchedulerState } from "./state.ts";
import { MEMORY, PLACING, PROCESSING } from "./transitions.ts";

/** Holders named to a client. */
const HOLDERS_MAX = 8;

/** A run has finished. */
export function runFinished(
  state: SchedulerState,
  run: RunRecord,
  m: Extract<WorkerToScheduler, { type: "finished" }>,
): void {
  const task = run.task;
  run.worker.isStalled = false;
  endRun(state, run);
  if (task === undefined) return dropStaleValue(state, run.worker, run.key);
  learnDuration(run.fn, m.durationMs);
  task.bytes = m.bytes;
  task.valueType = m.valueType;
  task.isSuspect = false;
  task.missed = 0;
  addHolder(task, run.worker);
  // Whoever holds a stream holds its actor.
  if (task.role?.type === "call" && m.valueType === ACTOR_STREAM_TYPE) {
    keep(state, task.key, [task.role.actor.task.key]);
  }
  move(state, task, MEMORY);
  if (task.role?.type === "call") endCall(state, task);
  if (task.claimant !== undefined) tellFinished(state, task, m.hasValue, m.value);
  if (state.forgetful !== undefined) endForgetfulClaim(state, task);
  if (task.claimant === undefined && task.neededBy === 0) recommend(state, task, RECONSIDER);
}

/** A worker stores a value: scattered, or fetched as an input. */
export function valueStored(
  state: SchedulerState,
  worker: WorkerRecord,
  m: Extract<WorkerToScheduler, { type: "stored" }>,
): void {
  const task = state.tasks.get(m.key);
  // There is one of it, and what travels under its key is nothing.
  if (task?.role?.type === "actor") return;
  if (task?.state === MEMORY) {
    if (!task.holders.includes(worker)) addHolder(task, worker);
    return;
  }
  if (task?.state !== PLACING) return dropStaleValue(state, worker, m.key);
  task.holders = NO_HOLDERS;
  task.bytes = m.bytes;
  task.valueType = m.valueType;
  addHolder(task, worker);
  move(state, task, MEMORY);
  tellClaimants(state, task, outcome(task)!);
  if (state.forgetful !== undefined) endForgetfulClaim(state, task);
  if (task.claimant === undefined && task.neededBy === 0) recommend(state, task, RECONSIDER);
}

/**
 * A worker has a value that nobody knows of: from a run given up, or of a record that is gone. It is freed, unless the
 * worker is just computing the same key: a `free` on its way would hit that value. Then it goes when that run ends
 * without one.
 */
export function dropStaleValue(state: SchedulerState, worker: WorkerRecord, key: TaskKey): void {
  const task = state.tasks.get(key);
  if (task?.state === MEMORY && task.holders.includes(worker)) return;
  if (task?.state === PROCESSING && task.run?.worker === worker) task.run.hasStaleValue = true;
  else tellFree(state, worker, key);
}

function tellFinished(state: SchedulerState, task: TaskRecord, hasValue: boolean, value: Packed): void {
  const holders = holderIds(task, HOLDERS_MAX);
  const { key, bytes, valueType } = task;
  tellClaimants(state, task, { type: "finished", key, bytes, valueType, holders, hasValue, value });
}
