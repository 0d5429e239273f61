/** Workers and clients come and go. @module */
import { describe } from "../../base/errors.ts";
import type { ClientToScheduler } from "../../protocol/client_scheduler.ts";
import type { ClientId, DeathRecord, WorkerId } from "../../protocol/task.ts";
import { setOpen } from "./availability.ts";
import { tellAllGone } from "./actors.ts";
import { enlistAnew, hostOf } from "./rosters.ts";
import { releaseFunction } from "./functions.ts";
import { runDied, valueGone } from "./failures.ts";
import { NO_LEVEL } from "./level_index.ts";
import { unpark } from "./move.ts";
import { updateRoom } from "./occupancy.ts";
import { log, tellClient, tellWorker } from "./outbox.ts";
import { Berth, ClientRecord, WorkerRecord, type WorkerRegistration } from "./records.ts";
import { removeHolder, tellOutcome, unclaim } from "./retention.ts";
import { scatterPending } from "./scatter.ts";
import { end } from "./settle.ts";
import { freeHeldBySession } from "./shared_things.ts";
import { type SchedulerState, wakeAt } from "./state.ts";

/** A worker comes. */
export function workerRegistered(state: SchedulerState, m: WorkerRegistration): void {
  if (state.workers.has(m.workerId)) {
    log(state, "warning", `Cannot register worker ${describe(m.workerId)}: it is registered already`);
    return;
  }
  const worker = new WorkerRecord(m, hostOf(m.workerId));
  worker.heardAtMs = state.nowMs;
  state.workers.set(worker.id, worker);
  worker.berths.push(new Berth(state.everyone, worker));
  state.everyone.size++;
  updateRoom(worker, state.limits);
  measureMemory(state);
  tellWorker(state, worker, { type: "welcome-worker", heartbeatMs: state.options.heartbeatMs });
  log(state, "info", `Worker ${describe(worker.name)} came: ${worker.id}, ${worker.threads} threads`);
  enlistAnew(state);
  scatterPending(state);
  tellWorkersChanged(state);
}

/** A worker gets no new work: it is about to leave. */
export function workerLeaving(state: SchedulerState, worker: WorkerRecord, reason: string): void {
  setOpen(state, worker, false);
  log(state, "info", `Worker ${describe(worker.name)} is leaving: ${reason}`);
}

/** A worker is gone: its runs go elsewhere, the values that only it had are computed again or lost. */
export function workerLeft(state: SchedulerState, id: WorkerId, isBlamed: boolean, death: DeathRecord): void {
  const worker = state.workers.get(id);
  if (worker === undefined) return;
  state.workers.delete(id);
  state.paused.delete(worker);
  worker.isOpen = false;
  worker.isGone = true;
  for (const berth of worker.berths) berth.roster.room.place(berth, NO_LEVEL);
  worker.berths.length = 0;
  state.everyone.size--;
  measureMemory(state);
  for (const task of [...worker.parked.keys()]) unpark(state, task);
  enlistAnew(state);
  log(state, isBlamed ? "warning" : "info", `Worker ${describe(worker.name)} is gone: it ${death.reason}`);
  for (const other of state.workers.values()) tellWorker(state, other, { type: "worker-gone", workerId: id });
  tellAllGone(state, worker);
  dropValues(state, worker, death);
  for (let run = worker.firstRun; run !== undefined; run = worker.firstRun) {
    runDied(state, run, run.hasStarted, isBlamed, death);
  }
  tellWorkersChanged(state);
}

/** A client session begins, or goes on within its grace time. */
export function clientRegistered(
  state: SchedulerState,
  m: Extract<ClientToScheduler, { type: "register-client" }>,
): void {
  let client = state.clients.get(m.clientId);
  if (client === undefined) {
    client = new ClientRecord(m.clientId, m.name, m.graceMs, false);
    state.clients.set(client.id, client);
  }
  client.graceMs = m.graceMs;
  client.leftAtMs = undefined;
  state.leaving.delete(client);
  const { address, dashboardUrl } = state.options;
  tellClient(state, client, { type: "welcome", address, dashboardUrl });
  tellClient(state, client, { type: "workers-changed", ...workerCounts(state) });
  for (const task of client.claims) tellOutcome(state, client, task);
}

/** The connection to a client is gone: its claims live on for its grace time. */
export function clientLeft(state: SchedulerState, id: ClientId): void {
  const client = state.clients.get(id);
  if (client === undefined || client.leftAtMs !== undefined) return;
  if (client.graceMs <= 0) return endSession(state, client);
  freeHeldBySession(state, id);
  client.leftAtMs = state.nowMs;
  state.leaving.add(client);
  wakeAt(state, state.nowMs + client.graceMs);
}

/** A session ends: all its claims are released. */
export function endSession(state: SchedulerState, client: ClientRecord): void {
  client.leftAtMs = state.nowMs;
  freeHeldBySession(state, client.id);
  state.clients.delete(client.id);
  state.leaving.delete(client);
  for (const task of [...state.placing]) {
    if (task.clientId !== client.id) continue;
    end(state, task, { type: "lost", reason: `client ${describe(client.name)} ended while it was scattering it` });
  }
  for (const task of [...client.claims]) unclaim(state, client, task);
  for (const fn of client.functions) releaseFunction(state, fn);
  client.functions.clear();
}

/** Ends the sessions whose grace time is over. */
export function endLeftSessions(state: SchedulerState): void {
  for (const client of [...state.leaving]) {
    const endsAtMs = client.leftAtMs! + client.graceMs;
    if (endsAtMs <= state.nowMs) endSession(state, client);
    else wakeAt(state, endsAtMs);
  }
}

function dropValues(state: SchedulerState, worker: WorkerRecord, death: DeathRecord): void {
  const reason = `it was only on ${worker.id}, which ${death.reason}`;
  for (const task of [...worker.holds]) {
    if (removeHolder(task, worker) && task.holders.length === 0) valueGone(state, task, reason, death);
  }
  for (const task of [...state.placing]) {
    const index = task.holders.indexOf(worker);
    if (index < 0) continue;
    task.holders.splice(index, 1);
    if (task.holders.length === 0) end(state, task, { type: "lost", reason });
  }
}

function measureMemory(state: SchedulerState): void {
  let largest = state.workers.size === 0 ? Infinity : 0;
  for (const worker of state.workers.values()) largest = Math.max(largest, worker.memoryLimitBytes ?? Infinity);
  state.largestMemoryBytes = largest;
}

function workerCounts(state: SchedulerState): { workers: number; threads: number } {
  let threads = 0;
  for (const worker of state.workers.values()) threads += worker.threads;
  return { workers: state.workers.size, threads };
}

function tellWorkersChanged(state: SchedulerState): void {
  const message = { type: "workers-changed", ...workerCounts(state) } as const;
  for (const client of state.clients.values()) tellClient(state, client, message);
}
