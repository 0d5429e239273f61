/**
 * Claimants that no session stands for: published names, fire-and-forget, queues, variables. Each has an id of its own, a
 * claim like any client's, and lives from its first claim to its last. Nothing is said to it.
 *
 * @module
 */
import type { ClientId, TaskKey } from "../../protocol/task.ts";
import { ClientRecord, type TaskRecord } from "./records.ts";
import { claim, unclaim } from "./retention.ts";
import { pursue } from "./settle.ts";
import type { SchedulerState } from "./state.ts";
import { isDoomed, MEMORY, RELEASED } from "./transitions.ts";

/** Whose claims end with the task. */
const FIRE_AND_FORGET = "fire-and-forget";

/**
 * A claimant wants these results from now on. Claims are counted: what was claimed twice is let go at the second
 * `dropClaims`.
 *
 * @param id Names the claimant: `queue:NAME`, for example.
 * @returns The keys that nobody knows (any more): those are not claimed.
 */
export function holdClaims(state: SchedulerState, id: ClientId, keys: readonly TaskKey[]): readonly TaskKey[] {
  const unknown: TaskKey[] = [];
  for (const key of keys) {
    const task = state.tasks.get(key);
    if (task === undefined) unknown.push(key);
    else hold(state, id, task);
  }
  return unknown;
}

/** A claimant lets go of these results, each once. Keys that it does not claim are passed over. */
export function dropClaims(state: SchedulerState, id: ClientId, keys: readonly TaskKey[]): void {
  const claimant = state.claimants.get(id);
  if (claimant === undefined) return;
  for (const key of keys) {
    const task = state.tasks.get(key);
    if (task !== undefined && claimant.claims.has(task)) drop(state, claimant, task);
  }
  forgetIfIdle(state, claimant);
}

/** A claimant lets go of everything. */
export function endClaimant(state: SchedulerState, id: ClientId): void {
  const claimant = state.claimants.get(id);
  if (claimant === undefined) return;
  claimant.again.clear();
  for (const task of [...claimant.claims]) unclaim(state, claimant, task);
  forgetIfIdle(state, claimant);
}

/** These tasks go on although nobody may want their results; what has ended is let go at once. */
export function keepRunning(state: SchedulerState, keys: readonly TaskKey[]): void {
  for (const key of keys) {
    const task = state.tasks.get(key);
    if (task === undefined || task.state === MEMORY || isDoomed(task.state)) continue;
    // Twice is once: the claim ends with the task, whoever asked for it.
    if (state.forgetful?.claims.has(task) !== true) hold(state, FIRE_AND_FORGET, task);
  }
}

function hold(state: SchedulerState, id: ClientId, task: TaskRecord): void {
  const claimant = state.claimants.get(id) ?? create(state, id);
  if (claimant.claims.has(task)) claimant.again.set(task, (claimant.again.get(task) ?? 0) + 1);
  else claim(claimant, task);
  if (task.state === RELEASED) pursue(state, task);
}

function drop(state: SchedulerState, claimant: ClientRecord, task: TaskRecord): void {
  const again = claimant.again.get(task) ?? 0;
  if (again === 0) unclaim(state, claimant, task);
  else if (again === 1) claimant.again.delete(task);
  else claimant.again.set(task, again - 1);
}

function create(state: SchedulerState, id: ClientId): ClientRecord {
  const claimant = new ClientRecord(id, id, 0, true);
  state.claimants.set(id, claimant);
  if (id === FIRE_AND_FORGET) state.forgetful = claimant;
  return claimant;
}

/** That of fire-and-forget stays: each task that ends looks at it. */
function forgetIfIdle(state: SchedulerState, claimant: ClientRecord): void {
  if (claimant.claims.size === 0 && claimant !== state.forgetful) state.claimants.delete(claimant.id);
}
