/** New tasks, and claims on known ones. @module */
import { describe } from "../../base/errors.ts";
import type { ClientToScheduler } from "../../protocol/client_scheduler.ts";
import type { PackedArg } from "../../protocol/packed.ts";
import type { ClientId, FunctionHash, RunId, SubmitOptions, TaskKey } from "../../protocol/task.ts";
import { admitActor, claimByName } from "./actors.ts";
import { CompactSet } from "./compact_set.ts";
import { missingUnit } from "./functions.ts";
import { forgetIdleRoster, rosterFor } from "./rosters.ts";
import { move } from "./move.ts";
import { tellClaimants, tellClient } from "./outbox.ts";
import { type ClientRecord, type Roster, TaskRecord } from "./records.ts";
import { claim, dropKeeper, dropSpec, tellOutcome } from "./retention.ts";
import { isSameTask } from "./same_task.ts";
import { end, pursue } from "./settle.ts";
import type { SchedulerState } from "./state.ts";
import { CANCELLED, LOST, MEMORY, RELEASED } from "./transitions.ts";

/** What the tasks of one message share. */
interface Batch {
  readonly client: ClientRecord;
  readonly fn: FunctionHash;
  readonly options: SubmitOptions | undefined;
  readonly roster: Roster;
  readonly user: number;
  readonly depth: number;
  /** Who is shown what the tasks print: of nested tasks, whoever is shown what their parent prints. */
  readonly audience: ClientId;
}

/** A client submits one task. */
export function submit(
  state: SchedulerState,
  client: ClientRecord,
  m: Extract<ClientToScheduler, { type: "submit" }>,
): void {
  const batch = makeBatch(state, client, m.fn, m.options, m.parent);
  submitOne(state, batch, m.key, m.args, m.deps);
  forgetIdleRoster(state, batch.roster);
}

/** A client submits many tasks of one function. */
export function submitMap(
  state: SchedulerState,
  client: ClientRecord,
  m: Extract<ClientToScheduler, { type: "submit-map" }>,
): void {
  const batch = makeBatch(state, client, m.fn, m.options, m.parent);
  for (let i = 0; i < m.keys.length; i++) submitOne(state, batch, m.keys[i]!, m.args[i]!, m.deps[i]!);
  forgetIdleRoster(state, batch.roster);
}

/** A client submits tasks of several functions, each after its inputs. */
export function submitGraph(
  state: SchedulerState,
  client: ClientRecord,
  m: Extract<ClientToScheduler, { type: "submit-graph" }>,
): void {
  let batch = makeBatch(state, client, "", m.options, m.parent);
  for (let i = 0; i < m.keys.length; i++) {
    const fn = m.fns[i]!;
    if (batch.fn !== fn) batch = { ...batch, fn };
    submitOne(state, batch, m.keys[i]!, m.args[i]!, m.deps[i]!);
  }
  forgetIdleRoster(state, batch.roster);
}

/** A client claims results that it did not submit: futures arrived in it. */
export function claimKeys(state: SchedulerState, client: ClientRecord, keys: readonly TaskKey[]): void {
  for (const key of keys) {
    const task = state.tasks.get(key);
    if (task === undefined) {
      const reason = `no client or task held a claim on ${describe(key)} any more`;
      tellClient(state, client, { type: "lost", key, reason });
      continue;
    }
    claim(client, task);
    if (task.state === RELEASED) pursue(state, task);
    else tellOutcome(state, client, task);
  }
}

/** Says what a call of an actor is made of. */
export function specifyCall(
  state: SchedulerState,
  client: ClientRecord,
  task: TaskRecord,
  actor: TaskRecord,
  m: Extract<ClientToScheduler, { type: "call-actor" }>,
): void {
  const batch = makeBatch(state, client, actor.fn!.hash, undefined, m.parent);
  specify(state, task, batch, m.args, [...m.deps, actor.key]);
}

/** A record for a key, without anything to compute it from. */
export function createTask(state: SchedulerState, key: TaskKey, roster: Roster): TaskRecord {
  const task = new TaskRecord(key, state.nextOrder++, roster);
  roster.users++;
  state.tasks.set(key, task);
  return task;
}

function makeBatch(
  state: SchedulerState,
  client: ClientRecord,
  fn: FunctionHash,
  options: SubmitOptions | undefined,
  parentId: RunId | undefined,
): Batch {
  const parent = parentId === undefined ? undefined : state.runs.get(parentId)?.task;
  // A parent that is gone still was one: what it submitted last is nested work.
  const depth = parentId === undefined ? 0 : (parent?.depth ?? 0) + 1;
  const user = options?.priority ?? parent?.user ?? 0;
  const audience = parent?.clientId ?? client.id;
  return { client, fn, options, roster: rosterFor(state, options), user, depth, audience };
}

function submitOne(
  state: SchedulerState,
  batch: Batch,
  key: TaskKey,
  args: readonly PackedArg[],
  depKeys: readonly TaskKey[],
): void {
  const known = state.tasks.get(key);
  if (known === undefined) {
    const task = createTask(state, key, batch.roster);
    claim(batch.client, task);
    const wish = batch.options?.actor;
    if (wish !== undefined && !admitActor(state, task, wish)) return;
    specify(state, task, batch, args, depKeys);
    claimByName(state, task);
    return;
  }
  if (!isSameTask(state, known, batch.fn, args, depKeys)) {
    if (mayReplace(known)) replace(state, known, batch, args, depKeys);
    else refuse(state, batch.client, key);
    return;
  }
  if (isOver(known)) {
    adopt(state, known, batch);
    revive(state, known, batch.client);
  } else {
    claim(batch.client, known);
  }
  if (known.state === RELEASED) pursue(state, known);
  else tellOutcome(state, batch.client, known);
}

/** Says what a record is computed from, and starts on it. */
function specify(
  state: SchedulerState,
  task: TaskRecord,
  batch: Batch,
  args: readonly PackedArg[],
  depKeys: readonly TaskKey[],
): void {
  task.user = batch.user;
  task.depth = batch.depth;
  task.options = batch.options;
  task.clientId = batch.audience;
  task.retriesLeft = batch.options?.retries ?? 0;
  const fn = state.functions.get(batch.fn);
  const missing = fn === undefined ? batch.fn : missingUnit(state, fn);
  if (fn === undefined || missing !== undefined) return failUnknownFunction(state, task, missing ?? batch.fn);
  for (const key of depKeys) {
    if (!state.tasks.has(key)) return failUnknownInput(state, task, key);
  }
  fn.users++;
  task.fn = fn;
  task.args = args;
  if (depKeys.length > 0) link(state, task, depKeys);
  pursue(state, task);
}

/** Tasks behind the same unfinished one that keep their order of arrival. */
const SIBLINGS_TOLD_APART = 2 ** 20;

/**
 * Ties a task to its inputs. It goes right behind the last of those that are unfinished, before whatever was submitted
 * later: depth first, so that inputs are freed before more of them are made.
 */
function link(state: SchedulerState, task: TaskRecord, depKeys: readonly TaskKey[]): void {
  const keys = depKeys.length === 1 ? depKeys : [...new Set(depKeys)];
  if (keys.length !== depKeys.length) task.wiring = depKeys;
  const deps: TaskRecord[] = [];
  let latest = -1;
  for (const key of keys) {
    const dep = state.tasks.get(key)!;
    if (dep.state !== MEMORY && dep.order > latest) latest = dep.order;
    if (dep.dependents === undefined) dep.dependents = new CompactSet(task);
    else dep.dependents.add(task);
    deps.push(dep);
  }
  task.deps = deps;
  if (latest >= 0) task.order = Math.floor(latest) + (task.order % SIBLINGS_TOLD_APART) / SIBLINGS_TOLD_APART;
}

/** Cancelled and lost keys, those never computable, and lineage that nobody holds, may be used for something else. */
function mayReplace(task: TaskRecord): boolean {
  if (task.neededBy > 0) return false;
  if (task.state === CANCELLED || task.state === LOST) return true;
  return task.state === RELEASED ? task.claimant === undefined : task.fate !== undefined && task.fn === undefined;
}

/** Submits a task under a key whose record has ended. What else was computed from the old one cannot be computed again. */
function replace(
  state: SchedulerState,
  task: TaskRecord,
  batch: Batch,
  args: readonly PackedArg[],
  depKeys: readonly TaskKey[],
): void {
  if (task.dependents !== undefined) {
    for (const dependent of task.dependents.toArray()) dropSpec(state, dependent);
  }
  adopt(state, task, batch);
  revive(state, task, batch.client);
  dropSpec(state, task);
  dropKeeper(state, task);
  specify(state, task, batch, args, depKeys);
}

/** Whether its end says nothing of the call, so that who submits it anew has it run: no run of it has failed. */
function isOver({ state, fate }: TaskRecord): boolean {
  return state === CANCELLED || state === LOST || (fate?.type === "failed" && fate.worker === undefined);
}

/** An ended task runs under the options of who wants it again: the old ones may be why it has ended. */
function adopt(state: SchedulerState, task: TaskRecord, batch: Batch): void {
  batch.roster.users++;
  task.roster.users--;
  forgetIdleRoster(state, task.roster);
  task.roster = batch.roster;
  task.options = batch.options;
  task.user = batch.user;
  task.depth = batch.depth;
  task.clientId = batch.audience;
}

/** An ended task is wanted again. */
function revive(state: SchedulerState, task: TaskRecord, client: ClientRecord): void {
  if (task.state !== RELEASED) {
    move(state, task, RELEASED);
    task.fate = undefined;
    task.deaths = 0;
    task.missed = 0;
    task.attempts = 0;
    task.retriesLeft = task.options?.retries ?? 0;
    tellClaimants(state, task, { type: "pending", key: task.key });
  }
  claim(client, task);
}

function refuse(state: SchedulerState, client: ClientRecord, key: TaskKey): void {
  const error = state.options.makeError(
    "task/key-conflict",
    `Cannot submit task ${describe(key)}: the key names a different task`,
    "Use another key, or release the futures of the other task first",
    { key },
  );
  tellClient(state, client, { type: "failed", key, error, worker: undefined });
}

function failUnknownFunction(state: SchedulerState, task: TaskRecord, hash: FunctionHash): void {
  const message = `Cannot run task ${describe(task.key)}: its function ${describe(hash)} was never told`;
  const error = state.options.makeError("input/invalid", message, undefined, { key: task.key, hash });
  end(state, task, { type: "failed", error, worker: undefined });
}

function failUnknownInput(state: SchedulerState, task: TaskRecord, input: TaskKey): void {
  const error = state.options.makeError(
    "task/lost",
    `Cannot run task ${describe(task.key)}: its input ${describe(input)} is not known any more`,
    "Keep the future of an input until what needs it is submitted",
    { key: task.key, input },
  );
  end(state, task, { type: "failed", error, worker: undefined });
}
