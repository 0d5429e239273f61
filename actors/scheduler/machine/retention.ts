/** Who wants which results, and what goes when nobody does. A claimant is a session or a pseudo-claimant. @module */
import type { SchedulerToClient } from "../../protocol/client_scheduler.ts";
import { unreachable } from "../../base/assert.ts";
import type { TaskKey } from "../../protocol/task.ts";
import { releaseFunction } from "./functions.ts";
import { forgetIdleRoster } from "./rosters.ts";
import { move } from "./move.ts";
import { tellClient, tellFree } from "./outbox.ts";
import { type ClientRecord, type Fate, NO_HOLDERS } from "./records.ts";
import type { TaskRecord, WorkerRecord } from "./records.ts";
import { giveUpRun, holderIds } from "./runs.ts";
import { recommend, RECONSIDER, type SchedulerState } from "./state.ts";
import { FORGOTTEN, isDoomed, MEMORY, RELEASED } from "./transitions.ts";

/** Holders named to a client. */
const HOLDERS_MAX = 8;

/** A client wants a result from now on; nothing changes when it did already. */
export function claim(client: ClientRecord, task: TaskRecord): void {
  if (task.claimant === client || client.claims.has(task)) return;
  client.claims.add(task);
  if (task.claimant === undefined) task.claimant = client;
  else if (task.otherClaimants === undefined) task.otherClaimants = [client];
  else task.otherClaimants.push(client);
}

/** A client no longer wants a result; nothing changes when it did not. */
export function unclaim(state: SchedulerState, client: ClientRecord, task: TaskRecord): void {
  if (!client.claims.delete(task)) return;
  const others = task.otherClaimants;
  if (task.claimant === client) task.claimant = others?.shift();
  else others!.splice(others!.indexOf(client), 1);
  if (others?.length === 0) task.otherClaimants = undefined;
  if (task.claimant === undefined && task.neededBy === 0) recommend(state, task, RECONSIDER);
}

/** A client no longer wants these results. Keys that it does not claim are passed over: both sides may end a claim. */
export function releaseKeys(state: SchedulerState, client: ClientRecord, keys: readonly TaskKey[]): void {
  for (const key of keys) {
    const task = state.tasks.get(key);
    if (task !== undefined) unclaim(state, client, task);
  }
}

/** Whether somebody or something needs the value. */
export function isWanted(task: TaskRecord): boolean {
  return task.claimant !== undefined || task.neededBy > 0;
}

/** Lets go of a task that nobody wants: its run, its value, its record; dependencies are looked at next. */
export function reconsider(state: SchedulerState, task: TaskRecord): void {
  if (isWanted(task) || task.state === FORGOTTEN) return;
  const isKept = task.dependents !== undefined && task.dependents.size > 0;
  if (task.state !== RELEASED) {
    // A doomed task that others have inherited from is kept as it is: it explains them, and retry starts from it.
    if (isKept && isDoomed(task.state)) return;
    // Its run may just have died, with the worker whose end made it unwanted.
    if (task.run !== undefined) giveUpRun(state, task.run, "nobody wants its result");
    if (task.state === MEMORY) freeValue(state, task);
    move(state, task, RELEASED);
    task.fate = undefined;
    task.holders = NO_HOLDERS;
  }
  if (!isKept) forget(state, task);
}

/** Frees a value wherever it is. The task is in no state to have holders any more after that: the caller moves it. */
export function freeValue(state: SchedulerState, task: TaskRecord): void {
  for (const worker of task.holders) {
    dropHolding(worker, task);
    tellFree(state, worker, task.key);
  }
  task.holders = NO_HOLDERS;
}

/** A worker has a value from now on. */
export function addHolder(task: TaskRecord, worker: WorkerRecord): void {
  if (task.holders.length === 0) task.holders = [worker];
  else task.holders.push(worker);
  worker.holds.add(task);
  worker.heldBytes += task.bytes;
}

/** A worker has lost a value; the caller sees to a task that nobody has any more. */
export function removeHolder(task: TaskRecord, worker: WorkerRecord): boolean {
  const index = task.holders.indexOf(worker);
  if (index < 0) return false;
  task.holders.splice(index, 1);
  dropHolding(worker, task);
  return true;
}

/** What a client is told of a task that has ended; undefined while it has not. */
export function outcome(task: TaskRecord): SchedulerToClient | undefined {
  if (task.fate !== undefined) return fateMessage(task, task.fate);
  if (task.state !== MEMORY) return undefined;
  return {
    type: "finished",
    key: task.key,
    bytes: task.bytes,
    valueType: task.valueType,
    holders: holderIds(task, HOLDERS_MAX),
    hasValue: false,
    value: undefined,
  };
}

/** Tells a client how a task has ended, if it has. */
export function tellOutcome(state: SchedulerState, client: ClientRecord, task: TaskRecord): void {
  const message = outcome(task);
  if (message !== undefined) tellClient(state, client, message);
}

/** The claims that end with the task end now. */
export function endForgetfulClaim(state: SchedulerState, task: TaskRecord): void {
  if (state.forgetful !== undefined) unclaim(state, state.forgetful, task);
}

/** Cuts an inactive task off from what it was to be computed from. */
export function dropSpec(state: SchedulerState, task: TaskRecord): void {
  for (const dep of task.deps) {
    dep.dependents!.delete(task);
    if (dep.dependents!.size > 0) continue;
    dep.dependents = undefined;
    if (!isWanted(dep)) recommend(state, dep, RECONSIDER);
  }
  if (task.fn !== undefined) releaseFunction(state, task.fn);
  task.fn = undefined;
  task.deps = [];
  task.wiring = undefined;
}

/** A call of an actor has ended: it is never made again. */
export function endCall(state: SchedulerState, task: TaskRecord): void {
  dropSpec(state, task);
  const deadline = state.actors.deadlineOf.get(task);
  if (deadline === undefined) return;
  state.actors.deadlineOf.delete(task);
  state.actors.deadlines.remove(deadline);
}

/** What a task names is no longer wanted for its sake. */
export function dropKeeper(state: SchedulerState, task: TaskRecord): void {
  const keeper = state.keepers.get(task);
  if (keeper === undefined) return;
  state.keepers.delete(task);
  state.claimants.delete(keeper.id);
  for (const named of [...keeper.claims]) unclaim(state, keeper, named);
}

function forget(state: SchedulerState, task: TaskRecord): void {
  move(state, task, FORGOTTEN);
  if (state.keepers.size > 0) dropKeeper(state, task);
  state.tasks.delete(task.key);
  dropSpec(state, task);
  task.roster.users--;
  forgetIdleRoster(state, task.roster);
}

function dropHolding(worker: WorkerRecord, task: TaskRecord): void {
  if (worker.holds.delete(task)) worker.heldBytes -= task.bytes;
}

function fateMessage(task: TaskRecord, fate: Fate): SchedulerToClient {
  switch (fate.type) {
    case "failed":
      return { type: "failed", key: task.key, error: fate.error, worker: fate.worker };
    case "cancelled":
      return { type: "cancelled", key: task.key, reason: fate.reason };
    case "lost":
      return { type: "lost", key: task.key, reason: fate.reason };
    default:
      return unreachable(fate);
  }
}
