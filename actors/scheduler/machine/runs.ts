/** Begin and end of runs, as far as the scheduler knows of them. @module */
import type { ActorPart } from "../../protocol/cluster_actor.ts";
import type { TaskKey, WorkerId } from "../../protocol/task.ts";
import type { RunMessage } from "../../protocol/worker_scheduler.ts";
import { tellFunction } from "./functions.ts";
import { move } from "./move.ts";
import { estimateMs, houseActor, occupy, vacate } from "./occupancy.ts";
import { tellWorker } from "./outbox.ts";
import { type ActorRecord, type CallRecord, RunRecord, type TaskRecord, type WorkerRecord } from "./records.ts";
import { type SchedulerState, wakeAt } from "./state.ts";
import { PROCESSING } from "./transitions.ts";

/** Runs of functions that take longer than this announce their begin: it costs nothing beside them. */
const SILENT_MEAN_MS_MAX = 1;
/** Holders of an input that are named to a worker: enough to choose from. */
const HOLDERS_MAX = 8;
/** Prefetched work is looked at after this many times `prefetchTargetMs`. */
const BALANCE_TARGETS = 2;

const NO_KEYS: readonly TaskKey[] = [];
const NO_HOLDERS: readonly (readonly WorkerId[])[] = [];

/** Sends a queued task to a worker. */
export function startRun(state: SchedulerState, task: TaskRecord, worker: WorkerRecord): void {
  const fn = task.fn!;
  const run = new RunRecord(state.nextRunId++, task, fn, worker, state.nowMs, estimateMs(fn, state.limits));
  task.run = run;
  task.attempts++;
  task.avoid = undefined;
  task.isRestless = false;
  state.runs.set(run.id, run);
  run.previous = worker.lastRun;
  if (worker.lastRun === undefined) worker.firstRun = run;
  else worker.lastRun.next = run;
  worker.lastRun = run;
  // What runs aside is to its slot as if it awaited something: it takes none.
  if (run.isAside) run.isSuspended = true;
  else occupy(run, state.limits);
  if (task.role?.type === "actor") houseActor(run, state.limits);
  // What it was at when its worker dies fails anyway: no need to know.
  if (run.calls !== undefined) run.hasStarted = true;
  move(state, task, PROCESSING);
  tellFunction(state, worker, fn);
  tellWorker(state, worker, runMessage(task, run));
  if (worker.busy > worker.threads && state.balanceAtMs === Infinity) askToBalance(state);
}

/** Asks for a look at prefetched work, as long after this as it may at most take. */
export function askToBalance(state: SchedulerState): void {
  state.balanceAtMs = state.nowMs + BALANCE_TARGETS * state.limits.prefetchTargetMs;
  wakeAt(state, state.balanceAtMs);
}

/**
 * Takes a run out of the records: the worker has told its end, or is gone. The task, if any, has no run then.
 *
 * @param isDead Whether it ended with whoever ran it.
 */
export function endRun(state: SchedulerState, run: RunRecord, isDead = false): void {
  state.runs.delete(run.id);
  if (state.coordination?.runs.has(run.id) === true) state.endedHolders.push({ run, isDead });
  const worker = run.worker;
  if (run.previous === undefined) worker.firstRun = run.next;
  else run.previous.next = run.next;
  if (run.next === undefined) worker.lastRun = run.previous;
  else run.next.previous = run.previous;
  if (!run.isSuspended) vacate(run, state.limits);
  if (run.task !== undefined) run.task.run = undefined;
  if (run.calls === undefined) return;
  run.calls.inHand--;
  state.actors.due.add(run.calls);
}

/** Stops a run whose result nobody wants. It keeps its slot until the worker has told its end. */
export function giveUpRun(state: SchedulerState, run: RunRecord, reason: string): void {
  if (run.task !== undefined) run.task.run = undefined;
  run.task = undefined;
  const graceMs = state.limits.cancelGraceMs;
  tellWorker(state, run.worker, { type: "cancel-run", runId: run.id, reason, graceMs });
}

function runMessage(task: TaskRecord, run: RunRecord): RunMessage {
  const meanMs = run.fn.meanMs;
  const timeoutMs = task.options?.timeoutMs;
  return {
    type: "run",
    runId: run.id,
    key: task.key,
    fn: run.fn.hash,
    args: task.args,
    ...inputsOf(task),
    user: task.user,
    depth: task.depth,
    order: task.order,
    attempt: task.attempts,
    clientId: task.clientId,
    announce: run.calls === undefined &&
      (meanMs < 0 || meanMs > SILENT_MEAN_MS_MAX || task.isSuspect || task.deaths > 0 || timeoutMs !== undefined),
    timeoutMs,
    ...(run.isAside && task.role === undefined && { isAside: true }),
    ...(task.role !== undefined && { actor: partOf(task.role) }),
  };
}

function partOf(role: ActorRecord | CallRecord): ActorPart {
  if (role.type === "actor") return { type: "make", isReentrant: role.isReentrant };
  return { type: "call", actor: role.actor.task.key, caller: role.caller, name: role.actor.name };
}

function inputsOf(task: TaskRecord): Pick<RunMessage, "deps" | "holders"> {
  if (task.deps.length === 0) return { deps: NO_KEYS, holders: NO_HOLDERS };
  if (task.role?.type !== "call") return { deps: task.wiring ?? task.deps.map(keyOf), holders: holdersOf(task) };
  // Without the actor: it is there.
  const { inputs } = task.role;
  const byKey = new Map(task.deps.map((dep) => [dep.key, dep]));
  return { deps: inputs, holders: inputs.map((key) => holderIds(byKey.get(key)!, HOLDERS_MAX)) };
}

function holdersOf(task: TaskRecord): readonly (readonly WorkerId[])[] {
  const lists = task.deps.map((dep) => holderIds(dep, HOLDERS_MAX));
  if (task.wiring === undefined) return lists;
  const byKey = new Map(task.deps.map((dep, index) => [dep.key, lists[index]!]));
  return task.wiring.map((key) => byKey.get(key)!);
}

/** The ids of the workers that have a value, at most `max`. */
export function holderIds(task: TaskRecord, max: number): readonly WorkerId[] {
  const holders = task.holders;
  if (holders.length === 1) return [holders[0]!.id];
  return holders.slice(0, max).map(idOf);
}

function keyOf(task: TaskRecord): TaskKey {
  return task.key;
}

function idOf(worker: WorkerRecord): WorkerId {
  return worker.id;
}
