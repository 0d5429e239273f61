/** Which worker runs a task: the one where it can begin first, waiting and moving of inputs counted. @module */
import { areAvailable, estimateMs, isShort } from "./occupancy.ts";
import { type Berth, OPEN_LEVEL, type Roster, type TaskRecord, type WorkerRecord } from "./records.ts";
import type { SchedulerState } from "./state.ts";
import { NO_LEVEL } from "./level_index.ts";

/** What moving a missing input costs at least: a request and its answer. */
const FETCH_MS = 0.5;
/** Bytes that move between workers in a millisecond: a modest network. */
const BYTES_PER_MS = 500_000;
/** Inputs and holders looked at in one placement, so that no task is expensive to place. */
const INPUTS_MAX = 256;
const HOLDERS_MAX = 8;
/** Tasks that may wait for one worker, per thread. */
const PARKED_PER_THREAD = 2;

/** Where to put a task. */
export type Placement =
  /** Send it there. */
  | { readonly type: "send"; readonly worker: WorkerRecord }
  /** Let it wait for this worker, which is busy but has its inputs: `movingMs` is what another would cost more. */
  | { readonly type: "park"; readonly worker: WorkerRecord; readonly movingMs: number }
  /** No worker has room. */
  | { readonly type: "wait" }
  /** No worker ever has the memory for its inputs. */
  | { readonly type: "too-large"; readonly bytes: number };

const WAIT: Placement = { type: "wait" };

/** Chooses for the task on top of its roster's queue. Costs the same for any number of workers. */
export function choosePlacement(state: SchedulerState, task: TaskRecord): Placement {
  if (task.role !== undefined) return amongActors(state, task);
  if (task.options?.isAside) return besideOthers(state, task);
  const free = roomiest(state, task);
  if (free === undefined) return WAIT;
  if (task.deps.length === 0) return { type: "send", worker: free };
  return nearInputs(state, task, free);
}

/** Whether a worker takes this task now. */
export function hasRoom(state: SchedulerState, task: TaskRecord, berth: Berth): boolean {
  if (berth.level >= OPEN_LEVEL) return true;
  if (berth.level === NO_LEVEL || !isShort(task.fn!, state.limits)) return false;
  const worker = berth.worker;
  const work = worker.estimateMs + estimateMs(task.fn!, state.limits);
  return work <= state.limits.prefetchTargetMs * worker.threads;
}

/** A worker's place in a roster. */
export function berthIn(worker: WorkerRecord, roster: Roster): Berth | undefined {
  const berths = worker.berths;
  for (let i = 0; i < berths.length; i++) {
    if (berths[i]!.roster === roster) return berths[i];
  }
  return undefined;
}

function besideOthers(state: SchedulerState, task: TaskRecord): Placement {
  for (const worker of state.workers.values()) {
    if (worker.isOpen && berthIn(worker, task.roster) !== undefined) return { type: "send", worker };
  }
  return WAIT;
}

/** An actor goes to the open worker with the fewest actors that has what it needs. */
function amongActors(state: SchedulerState, task: TaskRecord): Placement {
  const resources = task.roster.restriction?.resources;
  let best: WorkerRecord | undefined;
  for (const worker of state.workers.values()) {
    if (!worker.isOpen || berthIn(worker, task.roster) === undefined) continue;
    if (resources !== undefined && !areAvailable(worker, resources)) continue;
    if (best === undefined || isRoomier(worker, best, task.avoid)) best = worker;
  }
  return best === undefined ? WAIT : { type: "send", worker: best };
}

function isRoomier(a: WorkerRecord, b: WorkerRecord, avoid: WorkerRecord | undefined): boolean {
  if ((a === avoid) !== (b === avoid)) return b === avoid;
  const [left, right] = [a.residents.size / a.threads, b.residents.size / b.threads];
  return left === right ? a.busy / a.threads < b.busy / b.threads : left < right;
}

function roomiest(state: SchedulerState, task: TaskRecord): WorkerRecord | undefined {
  let berth = task.roster.room.highest();
  if (berth === undefined) return undefined;
  if (berth.worker === task.avoid) {
    const other = task.roster.room.afterHighest(berth);
    if (other !== undefined && hasRoom(state, task, other)) berth = other;
  }
  return hasRoom(state, task, berth) ? berth.worker : undefined;
}

function nearInputs(state: SchedulerState, task: TaskRecord, free: WorkerRecord): Placement {
  const count = Math.min(task.deps.length, INPUTS_MAX);
  const near: WorkerRecord[] = [free];
  let totalBytes = 0;
  for (let i = 0; i < count; i++) {
    const dep = task.deps[i]!;
    totalBytes += dep.bytes;
    countHolders(task, dep, near);
  }
  const isTooLarge = totalBytes > state.largestMemoryBytes;
  let best = free;
  let bestCost = Infinity;
  let freeCost = Infinity;
  for (const worker of near) {
    const cost = waitMs(worker) + movingMs(totalBytes - worker.localBytes, count - worker.localCount);
    if (worker === free) freeCost = cost;
    const isChoice = worker === free || isCandidate(state, task, worker);
    if (isChoice && cost < bestCost) {
      best = worker;
      bestCost = cost;
    }
    worker.localBytes = 0;
    worker.localCount = 0;
  }
  if (isTooLarge) return { type: "too-large", bytes: totalBytes };
  const berth = berthIn(best, task.roster)!;
  if (best === free || hasRoom(state, task, berth)) return { type: "send", worker: best };
  return { type: "park", worker: best, movingMs: freeCost };
}

function countHolders(task: TaskRecord, dep: TaskRecord, near: WorkerRecord[]): void {
  const holders = dep.holders;
  const count = Math.min(holders.length, HOLDERS_MAX);
  for (let i = 0; i < count; i++) {
    const worker = holders[i]!;
    if (worker.localCount === 0 && worker !== near[0] && worker !== task.avoid) near.push(worker);
    worker.localCount++;
    worker.localBytes += dep.bytes;
  }
  // A holder that is to be avoided was counted, but is in no list that resets it.
  if (task.avoid !== undefined && task.avoid !== near[0]) {
    task.avoid.localCount = 0;
    task.avoid.localBytes = 0;
  }
}

/** Whether a holder may be chosen: it fits, and has room or may be waited for. */
function isCandidate(state: SchedulerState, task: TaskRecord, worker: WorkerRecord): boolean {
  const berth = berthIn(worker, task.roster);
  if (berth === undefined || !worker.isOpen) return false;
  if (hasRoom(state, task, berth)) return true;
  return !task.isRestless && !worker.isPaused && worker.parked.size < PARKED_PER_THREAD * worker.threads;
}

function waitMs(worker: WorkerRecord): number {
  return worker.busy < worker.threads ? 0 : worker.estimateMs / worker.threads;
}

/** What moving the inputs of a task to a worker costs. */
export function movingMsTo(task: TaskRecord, worker: WorkerRecord): number {
  let bytes = 0;
  let missing = 0;
  const count = Math.min(task.deps.length, INPUTS_MAX);
  for (let i = 0; i < count; i++) {
    const dep = task.deps[i]!;
    if (dep.holders.includes(worker)) continue;
    bytes += dep.bytes;
    missing++;
  }
  return movingMs(bytes, missing);
}

function movingMs(bytes: number, count: number): number {
  return bytes / BYTES_PER_MS + count * FETCH_MS;
}
