/** What the store holds, who needs it, and when it is dropped. @module */
import { ACTOR_STREAM_TYPE } from "../../protocol/cluster_actor.ts";
import type { TaskKey } from "../../protocol/task.ts";
import { actorRunChanged, endActor, endStream } from "./actor_homes.ts";
import { forgetInput, queueInput, wantInput } from "./inputs.ts";
import type { RunRecord } from "./run_record.ts";
import type { WorkerState } from "./state.ts";
import { StoredValue } from "./stored_value.ts";
import { enterPhase } from "./transitions.ts";

/** A value is in the store now: runs that waited for it alone become ready. */
export function storeValue(state: WorkerState, key: TaskKey, bytes: number, valueType: string): void {
  let value = state.values.get(key);
  if (value === undefined) {
    value = new StoredValue(key, bytes, valueType);
    state.values.set(key, value);
    state.storedBytes += bytes;
  } else {
    state.storedBytes += bytes - value.bytes;
    value.bytes = bytes;
    value.valueType = valueType;
    value.isFreed = false;
  }
  const input = state.inputs.get(key);
  if (input === undefined) return;
  forgetInput(state, input);
  for (const run of input.waiters) {
    useValue(value, run);
    if (--run.missingCount === 0) makeReady(state, run);
  }
}

/** Sees to the inputs of a run that has no executor: ready when all are here, fetching otherwise. */
export function gatherInputs(state: WorkerState, run: RunRecord): void {
  const deps = run.message.deps;
  for (let i = 0; i < deps.length; i++) {
    const key = deps[i]!;
    const value = state.values.get(key);
    // A freed value must not reach a new run: the key may name something else by now.
    if (value !== undefined && !value.isFreed) {
      useValue(value, run);
      continue;
    }
    const input = wantInput(state, key, run.message.holders[i] ?? []);
    if (input.waiters.has(run)) continue;
    input.waiters.add(run);
    run.missingCount++;
  }
  if (run.missingCount === 0) makeReady(state, run);
  else enterPhase(run, "fetching");
}

/** A run needs its inputs no longer: it has an executor, or has ended. */
export function releaseInputs(state: WorkerState, run: RunRecord): void {
  const deps = run.message.deps;
  for (let i = 0; i < deps.length; i++) {
    const key = deps[i]!;
    const value = state.values.get(key);
    if (value?.users?.delete(run) && value.isFreed && value.users.size === 0) dropValue(state, value);
    const input = state.inputs.get(key);
    if (input?.waiters.delete(run) && input.waiters.size === 0 && !input.isReplica) forgetInput(state, input);
  }
  run.missingCount = 0;
}

/** Nobody wants this value any more: dropped at once, or with the last run here that needs it. An actor ends. */
export function freeValue(state: WorkerState, key: TaskKey): void {
  endActor(state, key);
  const value = state.values.get(key);
  if (value !== undefined) {
    if (value.valueType === ACTOR_STREAM_TYPE) endStream(state, key);
    if (value.users !== undefined && value.users.size > 0) value.isFreed = true;
    else dropValue(state, value);
  }
  const input = state.inputs.get(key);
  if (input === undefined) return;
  input.isReplica = false;
  if (input.waiters.size === 0) forgetInput(state, input);
}

/** A value that is in the store without anybody's wish is dropped, unless one under its key is wanted. */
export function dropStray(state: WorkerState, key: TaskKey): void {
  if (!state.values.has(key)) state.outbox.drop(key);
}

function dropValue(state: WorkerState, value: StoredValue): void {
  state.values.delete(value.key);
  state.storedBytes -= value.bytes;
  state.outbox.drop(value.key);
  const input = state.inputs.get(value.key);
  if (input?.phase === "blocked") queueInput(state, input);
}

function useValue(value: StoredValue, run: RunRecord): void {
  if (value.users === undefined) value.users = new Set();
  value.users.add(run);
}

function makeReady(state: WorkerState, run: RunRecord): void {
  enterPhase(run, "ready");
  if (run.message.actor === undefined) state.ready.push(run);
  else actorRunChanged(state, run);
}
