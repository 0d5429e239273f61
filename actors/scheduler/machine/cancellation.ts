/** Clients stop tasks, and start failed ones again. @module */
import type { ClientToScheduler } from "../../protocol/client_scheduler.ts";
import type { TaskKey } from "../../protocol/task.ts";
import { move } from "./move.ts";
import { tellClaimants, tellClient } from "./outbox.ts";
import type { ClientRecord, Fate, TaskRecord } from "./records.ts";
import { endForgetfulClaim, unclaim } from "./retention.ts";
import { end, settle } from "./settle.ts";
import { PURSUE, recommend, type SchedulerState } from "./state.ts";
import { CANCELLED, ERRED, isActive, LOST, RELEASED } from "./transitions.ts";

/**
 * A client stops tasks that it claims, and the unfinished ones that depend on them. What others want (or need for what
 * they want) goes on without this client, unless `force`.
 */
export function cancel(
  state: SchedulerState,
  client: ClientRecord,
  m: Extract<ClientToScheduler, { type: "cancel" }>,
): void {
  const fate: Fate = { type: "cancelled", reason: m.reason };
  for (const key of m.keys) {
    const task = state.tasks.get(key);
    if (task === undefined || !client.claims.has(task)) continue;
    if (task.state === CANCELLED || task.state === LOST) continue;
    // It goes on though nobody holds it, but not though it is cancelled.
    if (task.role?.type === "call") endForgetfulClaim(state, task);
    if (!m.force && isWantedByOthers(client, task)) {
      unclaim(state, client, task);
      tellClient(state, client, { type: "cancelled", key, reason: m.reason });
    } else {
      end(state, task, fate);
    }
    settle(state);
  }
  tellClient(state, client, { type: "done", ackId: m.ackId });
}

/** A client starts failed tasks again: from the first that failed on, with all that inherited the failure. */
export function retry(
  state: SchedulerState,
  client: ClientRecord,
  m: Extract<ClientToScheduler, { type: "retry" }>,
): void {
  const again = failedDescendants(failedRoots(state, m.keys));
  for (const task of again) {
    move(state, task, RELEASED);
    task.fate = undefined;
    task.deaths = 0;
    task.missed = 0;
    task.retriesLeft = task.options?.retries ?? 0;
    tellClaimants(state, task, { type: "pending", key: task.key });
    recommend(state, task, PURSUE);
  }
  settle(state);
  tellClient(state, client, { type: "done", ackId: m.ackId });
}

function isWantedByOthers(client: ClientRecord, task: TaskRecord): boolean {
  const seen = new Set([task]);
  for (const one of seen) {
    if (one.claimant !== undefined && (one.claimant !== client || one.otherClaimants !== undefined)) return true;
    if (one.dependents === undefined) continue;
    for (const dependent of one.dependents.items()) {
      if (isActive(dependent.state)) seen.add(dependent);
    }
  }
  return false;
}

/** The failed tasks above these (or these themselves) that have no failed dependency: there it began. */
function failedRoots(state: SchedulerState, keys: readonly TaskKey[]): TaskRecord[] {
  const roots: TaskRecord[] = [];
  const seen = new Set<TaskRecord>();
  for (const key of keys) {
    const task = state.tasks.get(key);
    if (task !== undefined && canRunAgain(task)) seen.add(task);
  }
  for (const task of seen) {
    const failed = task.deps.filter(canRunAgain);
    for (const dep of failed) seen.add(dep);
    if (failed.length === 0) roots.push(task);
  }
  return roots;
}

function failedDescendants(roots: readonly TaskRecord[]): Iterable<TaskRecord> {
  const seen = new Set(roots);
  for (const task of seen) {
    if (task.dependents === undefined) continue;
    for (const dependent of task.dependents.items()) {
      if (canRunAgain(dependent)) seen.add(dependent);
    }
  }
  return seen;
}

/** Whether it failed and is known well enough to run. */
function canRunAgain(task: TaskRecord): boolean {
  return task.state === ERRED && task.fn !== undefined;
}
