/** The invariants of the worker machine, in code. For tests and simulation. @module */
import { invariant } from "../../base/assert.ts";
import type { TaskKey } from "../../protocol/task.ts";
import type { ExecutorRecord } from "./executor_record.ts";
import { FETCHES_MAX, FETCHES_PER_PEER_MAX } from "./fetching.ts";
import type { InputRecord } from "./input_record.ts";
import type { RunRecord } from "./run_record.ts";
import type { WorkerState } from "./state.ts";

const NONE: readonly TaskKey[] = [];

/** Throws with the first broken invariant; to be called between steps. */
export function validate(state: WorkerState): void {
  for (const run of state.runs.values()) validateRun(state, run);
  validateQueues(state);
  for (const executor of state.executors.values()) validateExecutor(state, executor);
  validateCrew(state);
  validateHomes(state);
  validateValues(state);
  for (const input of state.inputs.values()) validateInput(state, input);
  validateFetches(state);
  validateFunctions(state);
  validateWake(state);
}

function validateRun(state: WorkerState, run: RunRecord): void {
  const check = (holds: boolean, what: string): void => {
    if (!holds) invariant(false, `run ${run.runId} (${run.phase}) ${what}`);
  };
  check(state.runs.get(run.runId) === run, "is filed under its id");
  check(run.phase !== "new" && run.phase !== "ended", "is in hand");
  const isHere = run.phase === "fetching" || run.phase === "ready";
  const executor = state.executors.get(run.executorId);
  check(isHere === (executor === undefined), "has an executor exactly when handed out");
  check(isHere || executor!.runs.has(run), "is known to its executor");
  const isQueued = run.phase === "ready" && run.message.actor === undefined;
  check(isQueued === state.ready.has(run), "is in the ready heap exactly when ready, unless an actor's");
  validateActorRun(state, run, check);
  check(
    (run.alarmMs !== Infinity) === state.alarms.has(run),
    "is among the alarms exactly when it has one",
  );
  check((run.phase === "fetching") === run.missingCount > 0, "misses inputs exactly when fetching");
  check(!run.isActive || !isHere && run.phase !== "suspended", "is active only with an executor");
  const mayRun = run.phase === "assigned" || run.phase === "running";
  const takesNoSlot = run.message.isAside === true || run.message.actor !== undefined;
  check(!mayRun || run.isActive || takesNoSlot, "is active when it may run, unless aside");
  check(!run.isAnswered || run.phase === "cancelling", "is answered only while cancelling");
  let missing = 0;
  for (const key of run.message.deps.length === 0 ? NONE : new Set(run.message.deps)) {
    const isMissing = state.inputs.get(key)?.waiters.has(run) === true;
    if (isMissing) missing++;
    const isStored = state.values.get(key)?.users?.has(run) === true;
    check(!isHere || isMissing || isStored, `has or awaits its input ${key}`);
  }
  check(missing === run.missingCount, "counts its missing inputs");
}

function validateActorRun(state: WorkerState, run: RunRecord, check: (holds: boolean, what: string) => void): void {
  const { actor } = run.message;
  const isHere = run.phase === "fetching" || run.phase === "ready";
  if (actor?.type === "make") {
    check((run.phase === "ready") === state.unmade.has(run), "is to make an actor when ready");
  }
  if (actor?.type !== "call") return;
  const isInLine = state.homes.get(actor.actor)?.lines.get(actor.caller)?.includes(run) === true;
  check(isHere === isInLine, "stands in its caller's line until it is handed out");
}

function validateHomes(state: WorkerState): void {
  invariant(state.dueHomes.size === 0, "calls are handed out at once");
  for (const [key, { executor, lines, isMade }] of state.homes) {
    invariant(state.actorCrew.includes(executor), `actor ${key} lives in an executor for actors`);
    invariant(isMade || lines.size === 0, `actor ${key} is called when it is made`);
    for (const line of lines.values()) {
      invariant(line[0]?.phase === "fetching" || state.isStopping, `actor ${key}: only inputs are waited for`);
    }
  }
  for (const { id, isForActors, activeCount } of state.actorCrew) {
    invariant(isForActors && activeCount === 0, `executor ${id} is for actors`);
  }
}

function validateQueues(state: WorkerState): void {
  for (const run of state.ready) invariant(state.runs.get(run.runId) === run, `ready run ${run.runId} is in hand`);
  for (const run of state.alarms) invariant(state.runs.get(run.runId) === run, `alarmed run ${run.runId} is in hand`);
  invariant(state.hopeless.length === 0, "no input is hopeless between steps");
  const canWork = !state.isPaused && !state.isStopping;
  invariant(!canWork || state.ready.size === 0 || state.idle.length === 0, "no executor idles beside a ready run");
}

function validateExecutor(state: WorkerState, executor: ExecutorRecord): void {
  const check = (holds: boolean, what: string): void => {
    if (!holds) invariant(false, `executor ${executor.id} (${executor.phase}) ${what}`);
  };
  let activeCount = 0;
  let loadMs = 0;
  for (const run of executor.runs) {
    check(run.executorId === executor.id && state.runs.get(run.runId) === run, `has run ${run.runId}`);
    if (!run.isActive) continue;
    activeCount++;
    loadMs += run.estimateMs;
  }
  check(activeCount === executor.activeCount, "counts its active runs");
  check(Math.abs(loadMs - executor.loadMs) < 1e-6, "knows its load");
  const isIdle = executor.phase === "taking" && activeCount === 0 && !executor.isForActors;
  check(isIdle === state.idle.includes(executor), "is among the idle exactly when it is");
  check(
    (executor.phase === "ending") === (executor.endCause !== "none"),
    "has a cause exactly when ending",
  );
  check(executor.phase !== "starting" || executor.runs.size === 0, "has no run before it is ready");
  check(executor.outgoing.length === 0 && executor.asking.length === 0, "has nothing left unsaid");
}

function validateCrew(state: WorkerState): void {
  invariant(state.crew.length + state.actorCrew.length === state.executors.size, "the crews are all executors");
  for (const executor of [...state.crew, ...state.actorCrew]) {
    invariant(state.executors.get(executor.id) === executor, `executor ${executor.id} is filed under its id`);
  }
  const activeCount = state.crew.reduce((sum, executor) => sum + executor.activeCount, 0);
  invariant(activeCount === state.activeCount, "active runs are counted");
  invariant(new Set(state.idle).size === state.idle.length, "an executor is idle once");
  const count = state.crew.length + state.owedStarts;
  invariant(state.isStopping || count === 0 || count === state.options.threads, "each lost executor is replaced");
  invariant((state.owedStarts > 0) === (state.restartAtMs !== Infinity), "owed starts have a time");
}

function validateValues(state: WorkerState): void {
  let storedBytes = 0;
  for (const value of state.values.values()) {
    storedBytes += value.bytes;
    invariant(!value.isFreed || (value.users?.size ?? 0) > 0, `freed value ${value.key} is in use`);
    for (const run of value.users ?? []) {
      const isHere = run.phase === "fetching" || run.phase === "ready";
      invariant(isHere && state.runs.get(run.runId) === run, `value ${value.key} is used by runs that wait here`);
    }
  }
  invariant(storedBytes === state.storedBytes, "stored bytes are counted");
}

function validateInput(state: WorkerState, input: InputRecord): void {
  const check = (holds: boolean, what: string): void => {
    if (!holds) invariant(false, `input ${input.key} (${input.phase}) ${what}`);
  };
  check(state.inputs.get(input.key) === input, "is filed under its key");
  check(input.waiters.size > 0 || input.isReplica, "is wanted");
  for (const run of input.waiters) {
    check(run.phase === "fetching" && state.runs.get(run.runId) === run, "is awaited by runs in hand");
  }
  const value = state.values.get(input.key);
  check((input.phase === "blocked") === (value?.isFreed === true), "is blocked exactly by a freed value");
  check(value === undefined || value.isFreed, "is not here");
  const isQueued = state.peers.get(input.peerId)?.queue.has(input) === true;
  check((input.phase === "queued") === isQueued, "stands in a queue exactly when queued");
  const isAsked = state.fetches.get(input.fetchId)?.inputs.includes(input) === true;
  check((input.phase === "in-flight") === isAsked, "is asked for exactly when in flight");
}

function validateFetches(state: WorkerState): void {
  invariant(state.fetches.size <= FETCHES_MAX, "requests in flight are bounded");
  for (const peer of state.peers.values()) {
    const fetches = [...state.fetches.values()].filter((request) => request.peer === peer);
    const keyCount = fetches.reduce((sum, request) => sum + request.inputs.length, 0);
    invariant(fetches.length === peer.fetchCount, `requests to ${peer.id} are counted`);
    invariant(keyCount === peer.keyCount, `keys asked of ${peer.id} are counted`);
    invariant(peer.fetchCount <= FETCHES_PER_PEER_MAX, `requests to ${peer.id} are bounded`);
    invariant(peer.queue.size + peer.fetchCount > 0, `peer ${peer.id} is in use`);
    const hasRoom = peer.fetchCount < FETCHES_PER_PEER_MAX && state.fetches.size < FETCHES_MAX;
    invariant(!hasRoom || peer.queue.size === 0, `peer ${peer.id} is asked as soon as it can be`);
    for (const input of peer.queue) {
      invariant(state.inputs.get(input.key) === input, `queued input ${input.key} of ${peer.id} is wanted`);
    }
  }
}

function validateFunctions(state: WorkerState): void {
  const uses = new Map<unknown, number>();
  for (const run of state.runs.values()) uses.set(run.fn, (uses.get(run.fn) ?? 0) + 1);
  for (const [hash, fn] of state.functions) {
    invariant(fn.hash === hash, `function ${hash} is filed under its hash`);
    invariant(fn.usedBy === (uses.get(fn) ?? 0), `runs of function ${hash} are counted`);
    uses.delete(fn);
    const isWhole = fn.requires.every((required) => state.functions.has(required));
    invariant(isWhole || !fn.isComplete, `function ${hash} has what it requires`);
  }
  invariant(uses.size === 0, "no function of a run in hand is forgotten");
  for (const { id, functions } of state.executors.values()) {
    for (const fn of functions) {
      invariant(state.functions.get(fn.hash) === fn, `executor ${id} forgets function ${fn.hash} with its worker`);
      const isWhole = fn.requires.every((hash) => functions.has(state.functions.get(hash)!));
      invariant(isWhole, `executor ${id} was told what function ${fn.hash} requires`);
    }
  }
}

function validateWake(state: WorkerState): void {
  if (state.isStopping) return;
  const { heartbeatAtMs, restartAtMs, pingAtMs, balanceAtMs } = state;
  const alarmMs = state.alarms.peek()?.alarmMs ?? Infinity;
  invariant(
    state.wakeAtMs <= Math.min(heartbeatAtMs, restartAtMs, pingAtMs, balanceAtMs, alarmMs),
    "a wake is asked for",
  );
  const isBusy = [...state.executors.values()].some((executor) => executor.runs.size > 0);
  invariant(!isBusy || pingAtMs !== Infinity, "busy executors are pinged");
}
