/** Values that clients put on workers. @module */
import type { TaskKey, WorkerId } from "../../protocol/task.ts";
import { isNamed } from "./rosters.ts";
import { move } from "./move.ts";
import { isTaking } from "./occupancy.ts";
import { tellClaimants, tellClient } from "./outbox.ts";
import type { PendingScatter } from "./errand_records.ts";
import type { ClientRecord, WorkerRecord } from "./records.ts";
import { claim, releaseKeys, tellOutcome } from "./retention.ts";
import { pursue } from "./settle.ts";
import type { SchedulerState } from "./state.ts";
import { createTask } from "./submit.ts";
import { MEMORY, PLACING, RELEASED } from "./transitions.ts";

/**
 * A client asks where to put values. It claims them from now on; without any worker it is answered when one comes, by
 * when it may have released them.
 */
export function scatter(state: SchedulerState, client: ClientRecord, m: PendingScatter["message"]): void {
  for (let i = 0; i < m.keys.length; i++) expect(state, client, m.keys[i]!, m.bytes[i] ?? 0);
  if (!hasOpenWorker(state)) state.pendingScatters.push({ client, message: m });
  else answer(state, client, m);
}

/** Answers the scatters that waited for a worker: one has come, or takes new work again. */
export function scatterPending(state: SchedulerState): void {
  for (const { client, message } of state.pendingScatters.splice(0)) {
    if (state.clients.get(client.id) === client) answer(state, client, message);
  }
}

function hasOpenWorker(state: SchedulerState): boolean {
  for (const worker of state.workers.values()) if (worker.isOpen) return true;
  return false;
}

function expect(state: SchedulerState, client: ClientRecord, key: TaskKey, bytes: number): void {
  const task = state.tasks.get(key) ?? createTask(state, key, state.everyone);
  claim(client, task);
  if (task.fn === undefined && task.fate !== undefined) {
    move(state, task, RELEASED);
    task.fate = undefined;
    tellClaimants(state, task, { type: "pending", key });
  }
  if (task.state !== RELEASED) return tellOutcome(state, client, task);
  if (task.fn !== undefined) return pursue(state, task);
  task.bytes = bytes;
  task.clientId = client.id;
  move(state, task, PLACING);
}

function answer(state: SchedulerState, client: ClientRecord, m: PendingScatter["message"]): void {
  const names = m.workers;
  const open: WorkerRecord[] = [];
  for (const worker of state.workers.values()) {
    if (worker.isOpen && (names === undefined || isNamed(worker, names))) open.push(worker);
  }
  const roomy = open.filter(isTaking);
  // To those that are short of memory only when they are named one by one, or all are.
  const fitting = roomy.length > 0 && names === undefined ? roomy : open;
  if (fitting.length === 0) return refuse(state, client, m);
  const copies = Math.min(Math.max(1, m.copies), fitting.length);
  const workers = m.keys.map((key) => place(state, key, fitting, copies));
  tellClient(state, client, { type: "placed", ackId: m.ackId, workers });
}

function refuse(state: SchedulerState, client: ClientRecord, m: PendingScatter["message"]): void {
  releaseKeys(state, client, m.keys);
  const error = state.options.makeError(
    "task/no-worker",
    `Cannot scatter ${m.keys.length} values: no worker is one of ${JSON.stringify(m.workers ?? [])}`,
    "Give the address, name or host of a worker, or leave the workers out",
  );
  tellClient(state, client, { type: "refused", ackId: m.ackId, error });
}

/** Where a value goes: nowhere when it was released meanwhile. */
function place(
  state: SchedulerState,
  key: TaskKey,
  fitting: readonly WorkerRecord[],
  copies: number,
): readonly WorkerId[] {
  const task = state.tasks.get(key);
  if (task?.state === MEMORY) return task.holders.map(idOf);
  if (task?.state !== PLACING) return [];
  task.holders = takeTurns(state, fitting, copies);
  return task.holders.map(idOf);
}

/** The next `count` workers in turn. */
function takeTurns(state: SchedulerState, workers: readonly WorkerRecord[], count: number): WorkerRecord[] {
  const chosen: WorkerRecord[] = [];
  for (let i = 0; i < count; i++) chosen.push(workers[(state.scatterCursor + i) % workers.length]!);
  state.scatterCursor = (state.scatterCursor + count) % workers.length;
  return chosen;
}

function idOf(worker: WorkerRecord): WorkerId {
  return worker.id;
}
