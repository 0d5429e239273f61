/** How much each worker has in hand, and so how much room it has. @module */
import {
  type Berth,
  type FunctionRecord,
  openLevel,
  type Restriction,
  type RunRecord,
  STRETCH_LEVELS,
  type WorkerRecord,
} from "./records.ts";
import { NO_LEVEL } from "./level_index.ts";
import type { Limits } from "../../base/limits.ts";
import type { SchedulerState } from "./state.ts";

/** Least work that a run is taken for, in milliseconds: sending and receiving it costs that much. */
const ESTIMATE_MS_MIN = 0.005;
/** How fast means follow: downwards faster, since the first run of a function also compiles it. */
const MEAN_WEIGHT_DOWN = 0.5;
const MEAN_WEIGHT_UP = 0.25;

/** What a run of a function adds to a worker's work: unknown and long ones fill a thread. */
export function estimateMs(fn: FunctionRecord, limits: Limits): number {
  if (fn.meanMs < 0 || fn.meanMs >= limits.prefetchTargetMs) return limits.prefetchTargetMs;
  return fn.meanMs < ESTIMATE_MS_MIN ? ESTIMATE_MS_MIN : fn.meanMs;
}

/** Whether runs of a function may wait in a worker's hand behind others. */
export function isShort(fn: FunctionRecord, limits: Limits): boolean {
  return fn.meanMs >= 0 && fn.meanMs <= limits.prefetchTargetMs / 2;
}

/** Counts a finished run into the mean of its function. */
export function learnDuration(fn: FunctionRecord, durationMs: number): void {
  if (fn.meanMs < 0) fn.meanMs = durationMs;
  else fn.meanMs += (durationMs - fn.meanMs) * (durationMs < fn.meanMs ? MEAN_WEIGHT_DOWN : MEAN_WEIGHT_UP);
}

/** A run takes its slot. */
export function occupy(run: RunRecord, limits: Limits): void {
  const worker = run.worker;
  worker.busy++;
  worker.estimateMs += run.estimateMs;
  if (run.resources !== undefined) changeAvailable(worker, run.resources, -1);
  updateRoom(worker, limits);
}

/** A run gives its slot back. */
export function vacate(run: RunRecord, limits: Limits): void {
  const worker = run.worker;
  worker.busy--;
  // An idle worker has nothing to do: no rounding errors are carried on.
  worker.estimateMs = worker.busy === 0 ? 0 : worker.estimateMs - run.estimateMs;
  if (run.resources !== undefined) changeAvailable(worker, run.resources, 1);
  updateRoom(worker, limits);
}

/** An actor takes its place on a worker: no slot, but its resources as long as it lives there. */
export function houseActor(run: RunRecord, limits: Limits): void {
  const { worker, key, resources } = run;
  worker.residents.set(key, resources);
  if (resources === undefined) return;
  changeAvailable(worker, resources, -1);
  updateRoom(worker, limits);
}

/** An actor does not live on a worker any more; false when it did not. */
export function unhouseActor(worker: WorkerRecord, key: string, limits: Limits): boolean {
  const resources = worker.residents.get(key);
  if (!worker.residents.delete(key)) return false;
  if (resources === undefined) return true;
  changeAvailable(worker, resources, 1);
  updateRoom(worker, limits);
  return true;
}

/** Sorts a worker anew in all its rosters. */
export function updateRoom(worker: WorkerRecord, limits: Limits): void {
  const berths = worker.berths;
  for (let i = 0; i < berths.length; i++) {
    const berth = berths[i]!;
    berth.roster.room.place(berth, levelOf(berth, limits));
  }
}

/** Whether a worker takes new work as it comes. */
export function isTaking(worker: WorkerRecord): boolean {
  return worker.isOpen && !worker.isPaused;
}

/** The workers that take new work and values: without those that are short of memory, unless all are. */
export function takers(state: SchedulerState): WorkerRecord[] {
  const open = [...state.workers.values()].filter((worker) => worker.isOpen);
  const roomy = open.filter(isTaking);
  return roomy.length > 0 ? roomy : open;
}

/** Sorts workers that are short of memory anew: whether others can do their work may have changed. */
export function refreshPaused(state: SchedulerState): void {
  if (state.paused.size === 0) return;
  for (const roster of state.rosters.values()) roster.takers = 0;
  state.everyone.takers = 0;
  for (const worker of state.workers.values()) {
    if (isTaking(worker)) { for (const { roster } of worker.berths) roster.takers++; }
  }
  for (const worker of state.paused) updateRoom(worker, state.limits);
}

/** Whether a worker has the abstract resources at all. */
export function hasResources(worker: WorkerRecord, restriction: Restriction): boolean {
  if (restriction.resources === undefined) return true;
  for (const name in restriction.resources) {
    if ((worker.resources[name] ?? 0) < restriction.resources[name]!) return false;
  }
  return true;
}

function levelOf(berth: Berth, limits: Limits): number {
  const worker = berth.worker;
  if (!worker.isOpen) return NO_LEVEL;
  const resources = berth.roster.restriction?.resources;
  if (resources !== undefined && !areAvailable(worker, resources)) return NO_LEVEL;
  // One run at a time, and only where all that fit are short of memory.
  if (worker.isPaused) return berth.roster.takers === 0 && worker.busy === 0 ? openLevel(1) : NO_LEVEL;
  const free = worker.threads - worker.busy;
  if (free > 0) return openLevel(free);
  // Abstract resources are occupied by what runs, so nothing that needs them waits in hand.
  if (resources !== undefined || worker.isStalled) return NO_LEVEL;
  const extraMax = worker.threads * limits.prefetchMax;
  const fillByCount = -free / extraMax;
  const fillByTime = worker.estimateMs / (limits.prefetchTargetMs * worker.threads);
  const fill = fillByCount > fillByTime ? fillByCount : fillByTime;
  return fill < 1 ? STRETCH_LEVELS - 1 - Math.floor(fill * STRETCH_LEVELS) : NO_LEVEL;
}

/** Whether this much is not occupied. */
export function areAvailable(worker: WorkerRecord, resources: Readonly<Record<string, number>>): boolean {
  for (const name in resources) {
    if ((worker.available.get(name) ?? 0) < resources[name]!) return false;
  }
  return true;
}

function changeAvailable(worker: WorkerRecord, resources: Readonly<Record<string, number>>, sign: number): void {
  for (const name in resources) {
    worker.available.set(name, (worker.available.get(name) ?? 0) + sign * resources[name]!);
  }
}
