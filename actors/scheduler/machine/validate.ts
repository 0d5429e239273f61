/** What must hold between steps. Called after every step in tests and simulations; too slow for more. @module */
import { invariant } from "../../base/assert.ts";
import { claimsOf, validateCoordination } from "./coordination/validate.ts";
import type { CallRecord, ClientRecord, Roster, RunRecord, TaskRecord, WorkerRecord } from "./records.ts";
import type { SchedulerState } from "./state.ts";
import { berthIn } from "./placement.ts";
import { NO_LEVEL } from "./level_index.ts";
import { isTaking } from "./occupancy.ts";
import {
  FORGOTTEN,
  isActive,
  isDoomed,
  MEMORY,
  NO_WORKER,
  PLACING,
  PROCESSING,
  QUEUED,
  RELEASED,
  STATE_NAMES,
  WAITING,
} from "./transitions.ts";

/** Checks every record against every other. @throws With the first broken invariant. */
export function validate(state: SchedulerState): void {
  invariant(state.agendaTasks.length === 0, "a step ends settled");
  invariant(state.toldClients.length + state.toldWorkers.length === 0, "a step ends with empty outboxes");
  for (const [key, task] of state.tasks) {
    invariant(task.key === key, "a task is filed under its key");
    validateTask(state, task);
  }
  for (const [id, run] of state.runs) {
    invariant(run.id === id, "a run is filed under its id");
    validateRun(state, run);
  }
  for (const worker of state.workers.values()) validateWorker(state, worker);
  for (const client of state.clients.values()) validateClient(state, client);
  for (const [id, claimant] of state.claimants) validateClaimant(state, id, claimant);
  for (const [task, keeper] of state.keepers) validateKeeper(state, task, keeper);
  validateRoster(state, state.everyone);
  for (const roster of state.rosters.values()) validateRoster(state, roster);
  validateFunctions(state);
  validateActors(state);
  validateSharing(state);
}

/** Shared things claim exactly what is in them. */
function validateSharing(state: SchedulerState): void {
  invariant(state.endedHolders.length === 0, "a step ends with all that ended runs held free");
  if (state.coordination === undefined) return;
  validateCoordination(state.coordination);
  for (const [id, thing] of state.coordination.things) {
    const claimed = Array.from(state.claimants.get(id)?.claims ?? [], (task) => task.key).sort();
    const inside = [...new Set(claimsOf(thing))].filter((key) => state.tasks.has(key)).sort();
    invariant(claimed.join() === inside.join(), `${id}: claims what is inside`);
  }
  for (const runId of state.coordination.runs.keys()) {
    invariant(state.runs.has(runId), `run ${runId}: is known while it waits for or holds something`);
  }
}

function validateTask(state: SchedulerState, task: TaskRecord): void {
  const name = `${task.key} (${STATE_NAMES[task.state]})`;
  const isHeld = task.dependents !== undefined && task.dependents.size > 0;
  const isWanted = task.claimant !== undefined || task.neededBy > 0;
  invariant(task.state !== FORGOTTEN, `${name}: forgotten tasks have no record`);
  invariant(isWanted || isHeld, `${name}: a record is kept while somebody wants it or it explains another`);
  invariant(isWanted || task.state === RELEASED || isDoomed(task.state), `${name}: what nobody wants is let go`);
  invariant(!(task.state === RELEASED && isWanted), `${name}: what is wanted is pursued`);
  invariant((task.state === PROCESSING) === (task.run !== undefined), `${name}: has a run exactly while processing`);
  invariant(task.run === undefined || task.run.task === task, `${name}: its run is for it`);
  invariant(isDoomed(task.state) === (task.fate !== undefined), `${name}: has a fate exactly when doomed`);
  invariant((task.state === PLACING) === state.placing.has(task), `${name}: is in the list of placing tasks`);
  const mayHold = task.state === MEMORY || task.state === PLACING;
  invariant(mayHold || task.holders.length === 0, `${name}: has holders in memory and placing only`);
  invariant(task.state !== MEMORY || task.holders.length > 0, `${name}: is somewhere while in memory`);
  invariant(new Set(task.holders).size === task.holders.length, `${name}: holders are named once`);
  for (const worker of task.holders) {
    invariant(state.workers.get(worker.id) === worker, `${name}: its holder ${worker.id} is a member`);
    invariant(worker.holds.has(task) === (task.state === MEMORY), `${name}: its holder ${worker.id} knows it`);
  }
  validateQueueing(task, name);
  validateLinks(state, task, name);
}

function validateQueueing(task: TaskRecord, name: string): void {
  const isQueued = task.heapIndex >= 0;
  const isParked = task.parkedOn !== undefined;
  if (task.role?.type === "call") return validateCall(task, task.role, name);
  invariant((task.state === QUEUED) === (isQueued || isParked), `${name}: is queued or parked exactly while queued`);
  invariant(!(isQueued && isParked), `${name}: is not both queued and parked`);
  if (isQueued) invariant(task.roster.ready.has(task), `${name}: is where its index says`);
  if (isParked) invariant(task.parkedOn!.parked.has(task), `${name}: its worker knows that it is parked`);
  invariant((task.state === NO_WORKER) === task.roster.stranded.has(task), `${name}: is stranded exactly in no-worker`);
}

/** Calls wait in lines of their own. */
function validateCall(task: TaskRecord, { actor, caller }: CallRecord, name: string): void {
  invariant(task.heapIndex < 0 && task.parkedOn === undefined, `${name}: a call is in no queue`);
  const isUnsent = task.state === WAITING || task.state === QUEUED;
  const isInLine = actor.lines.get(caller)?.includes(task) === true;
  invariant(!isUnsent || isInLine, `${name}: stands in its caller's line until it is sent`);
  invariant(task.state !== PROCESSING || !isInLine, `${name}: was sent once`);
  invariant(isActive(task.state) === task.deps.includes(actor.task), `${name}: needs its actor until it has ended`);
}

function validateActors(state: SchedulerState): void {
  const { due, ended, names, deadlineOf, deadlines, enders } = state.actors;
  invariant(due.size === 0 && ended.length === 0, "a step ends with nothing due for actors");
  for (const [name, { task, ...actor }] of names) {
    invariant(actor.name === name && task.fate === undefined, `actor ${name}: has its name until its end`);
    invariant(state.claimants.get(`actor:${name}`)?.claims.has(task) === true, `actor ${name}: is claimed by its name`);
  }
  invariant(deadlineOf.size === deadlines.size, "deadlines are counted once");
  for (const call of deadlineOf.keys()) {
    invariant(isActive(call.state), `${call.key}: has a deadline until it has ended`);
  }
  for (const { worker, key } of enders) {
    invariant(worker.residents.has(key), `${key}: is there while its end is awaited`);
  }
  for (const { role, key } of state.tasks.values()) {
    if (role?.type !== "actor") continue;
    let inHand = 0;
    for (const run of state.runs.values()) if (run.calls === role) inHand++;
    invariant(role.inHand === inHand, `actor ${key}: counts what is in hand`);
    for (const line of role.lines.values()) {
      const numbers = line.map((call) => call.role?.type === "call" ? call.role.number : 0);
      invariant(numbers.every((n, i) => i === 0 || n > numbers[i - 1]!), `actor ${key}: lines are in order`);
    }
  }
}

function validateLinks(state: SchedulerState, task: TaskRecord, name: string): void {
  let missing = 0;
  for (const dep of task.deps) {
    invariant(state.tasks.get(dep.key) === dep, `${name}: its dependency ${dep.key} is known`);
    invariant(dep.dependents?.has(task) === true, `${name}: its dependency ${dep.key} knows it`);
    if (dep.state !== MEMORY) missing++;
    const isSeenTo = task.state !== WAITING || (dep.state !== RELEASED && !isDoomed(dep.state));
    invariant(isSeenTo, `${name}: its dependency ${dep.key} is on its way`);
  }
  if (task.state === WAITING) invariant(task.waitingOn === missing && missing > 0, `${name}: counts what it lacks`);
  if (task.state === QUEUED || task.state === NO_WORKER) invariant(missing === 0, `${name}: is ready`);
  let neededBy = 0;
  for (const dependent of task.dependents?.items() ?? []) {
    invariant(dependent.deps.includes(task), `${name}: ${dependent.key} depends on it`);
    if (isActive(dependent.state)) neededBy++;
  }
  invariant(task.neededBy === neededBy, `${name}: counts its active dependents`);
  const claimants = task.claimant === undefined ? [] : [task.claimant, ...task.otherClaimants ?? []];
  invariant(task.claimant !== undefined || task.otherClaimants === undefined, `${name}: has a first claimant`);
  for (const client of claimants) {
    invariant(client.claims.has(task), `${name}: ${client.id} knows its claim`);
    const known = (client.isPseudo ? state.claimants : state.clients).get(client.id);
    invariant(known === client, `${name}: its claimant ${client.id} is there`);
  }
  invariant(new Set(claimants).size === claimants.length, `${name}: a client claims once`);
}

function validateKeeper(state: SchedulerState, task: TaskRecord, keeper: ClientRecord): void {
  invariant(state.tasks.get(task.key) === task, `keeper ${keeper.id}: its task is known`);
  invariant(!keeper.claims.has(task), `keeper ${keeper.id}: does not keep its own task`);
  invariant(state.claimants.get(keeper.id) === keeper, `keeper ${keeper.id}: is a claimant`);
}

function validateRun(state: SchedulerState, run: RunRecord): void {
  invariant(state.workers.get(run.worker.id) === run.worker, `run ${run.id}: is on a member`);
  invariant(run.id < state.nextRunId, `run ${run.id}: has an id that was given`);
  if (run.task === undefined) return;
  invariant(run.task.run === run, `run ${run.id}: is the run of its task ${run.key}`);
  invariant(state.tasks.get(run.key) === run.task, `run ${run.id}: its task ${run.key} is known`);
}

function validateWorker(state: SchedulerState, worker: WorkerRecord): void {
  const name = `worker ${worker.id}`;
  let busy = 0;
  let work = 0;
  let previous: RunRecord | undefined;
  for (let run = worker.firstRun; run !== undefined; run = run.next) {
    invariant(run.previous === previous && run.worker === worker, `${name}: its runs are linked`);
    invariant(state.runs.get(run.id) === run, `${name}: its run ${run.id} is known`);
    if (!run.isSuspended) busy++;
    if (!run.isSuspended) work += run.estimateMs;
    previous = run;
  }
  invariant(worker.lastRun === previous, `${name}: knows its newest run`);
  invariant(worker.busy === busy, `${name}: counts its busy runs`);
  invariant(Math.abs(worker.estimateMs - work) < 1e-6, `${name}: adds up its work`);
  invariant(berthIn(worker, state.everyone) !== undefined, `${name}: is in the roster of all`);
  invariant(state.paused.has(worker) === worker.isPaused, `${name}: is listed while short of memory`);
  invariant(!worker.isPaused || worker.parked.size === 0, `${name}: nothing waits for it while it is short of memory`);
  invariant(state.parkedOn.has(worker) === worker.parked.size > 0, `${name}: is listed when tasks wait for it`);
  for (const task of worker.holds) {
    invariant(task.state === MEMORY && task.holders.includes(worker), `${name}: holds ${task.key}, which knows it`);
  }
  for (const resource of worker.available.keys()) {
    let used = 0;
    for (let run = worker.firstRun; run !== undefined; run = run.next) {
      if (!run.isSuspended) used += run.resources?.[resource] ?? 0;
    }
    for (const amounts of worker.residents.values()) used += amounts?.[resource] ?? 0;
    const total = worker.resources[resource] ?? 0;
    invariant(
      Math.abs(worker.available.get(resource)! - (total - used)) < 1e-6,
      `${name}: counts resource ${resource}`,
    );
  }
}

function validateClient(state: SchedulerState, client: ClientRecord): void {
  for (const task of client.claims) {
    const isListed = task.claimant === client || task.otherClaimants?.includes(client) === true;
    invariant(isListed, `client ${client.id}: its claim on ${task.key} is listed`);
    invariant(state.tasks.get(task.key) === task, `client ${client.id}: what it claims, ${task.key}, is known`);
  }
  const isLeaving = client.leftAtMs !== undefined;
  invariant(isLeaving === state.leaving.has(client), `client ${client.id}: is listed while it is leaving`);
}

function validateClaimant(state: SchedulerState, id: string, claimant: ClientRecord): void {
  validateClient(state, claimant);
  invariant(claimant.id === id && claimant.isPseudo, `claimant ${id}: is filed under its id`);
  invariant(claimant.claims.size > 0 || claimant === state.forgetful, `claimant ${id}: is kept while it claims`);
  for (const [task, again] of claimant.again) {
    invariant(again > 0 && claimant.claims.has(task), `claimant ${id}: counts what it claims, ${task.key}`);
  }
}

function validateRoster(state: SchedulerState, roster: Roster): void {
  const name = `roster ${roster.signature || "of all"}`;
  let size = 0;
  let takers = 0;
  for (const worker of state.workers.values()) {
    const berth = berthIn(worker, roster);
    if (berth === undefined) continue;
    size++;
    if (isTaking(worker)) takers++;
  }
  if (state.paused.size > 0) invariant(roster.takers === takers, `${name}: counts who can take its tasks`);
  for (const worker of state.paused) {
    const level = berthIn(worker, roster)?.level ?? NO_LEVEL;
    invariant(level === NO_LEVEL || takers === 0, `${name}: those short of memory come last`);
  }
  invariant(roster.size === size, `${name}: counts its workers`);
  let users = 0;
  for (const task of state.tasks.values()) {
    if (task.roster === roster) users++;
  }
  invariant(roster.users === users, `${name}: counts its tasks`);
  let queued = 0;
  for (const task of state.tasks.values()) {
    if (task.roster === roster && task.heapIndex >= 0) queued++;
  }
  invariant(roster.ready.size === queued && roster.ready.toArray().length === queued, `${name}: counts its queue`);
  invariant(roster.restriction === undefined || users > 0, `${name}: is kept while it has tasks`);
  invariant(
    roster.size > 0 || roster.restriction === undefined || roster.ready.size === 0,
    `${name}: strands its tasks`,
  );
  for (const task of roster.stranded.keys()) {
    invariant(task.state === NO_WORKER && roster.size === 0, `${name}: strands only without workers`);
  }
}

function validateFunctions(state: SchedulerState): void {
  let idle = 0;
  for (const [hash, fn] of state.functions) {
    let users = 0;
    for (const task of state.tasks.values()) if (task.fn === fn) users++;
    for (const client of state.clients.values()) if (client.functions.has(fn)) users++;
    invariant(fn.hash === hash && fn.users === users, `function ${hash}: counts its users`);
    const isLinked = fn.requires.length > 0 || fn.isRequired;
    invariant(users > 0 || isLinked, `function ${hash}: is kept while it has users`);
    if (users === 0) idle++;
    for (const required of fn.requires) {
      const unit = state.functions.get(required);
      invariant(unit?.isRequired ?? state.awaitedFunctions.has(required), `function ${hash}: ${required} is required`);
      invariant(unit !== undefined || !fn.isComplete, `function ${hash}: has ${required} when complete`);
    }
  }
  invariant(state.functions.size === 0 || idle < state.functions.size, "functions are swept when none is in use");
}
