/** From recommendations to a fixed point: what follows from a change, task after task, without recursion. @module */
import { invariant, unreachable } from "../../base/assert.ts";
import { describe } from "../../base/errors.ts";
import { enqueue, move } from "./move.ts";
import { tellClaimants } from "./outbox.ts";
import { type Fate, NO_HOLDERS, type TaskRecord } from "./records.ts";
import { endCall, endForgetfulClaim, freeValue, isWanted, outcome, reconsider } from "./retention.ts";
import { giveUpRun } from "./runs.ts";
import { INHERIT, PURSUE, recommend, RECONSIDER, type SchedulerState, type Verb } from "./state.ts";
import {
  CANCELLED,
  ERRED,
  isActive,
  isDoomed,
  LOST,
  MEMORY,
  PROCESSING,
  RELEASED,
  type StateCode,
  WAITING,
} from "./transitions.ts";

/** Works off the agenda. It ends: each look either changes nothing or moves a task on. */
export function settle(state: SchedulerState): void {
  const tasks = state.agendaTasks;
  const verbs = state.agendaVerbs;
  if (tasks.length === 0) return;
  for (let i = 0; i < tasks.length; i++) lookAt(state, tasks[i]!, verbs[i]!);
  tasks.length = 0;
  verbs.length = 0;
}

function lookAt(state: SchedulerState, task: TaskRecord, verb: Verb): void {
  switch (verb) {
    case PURSUE:
      return task.state === RELEASED ? pursue(state, task) : undefined;
    case RECONSIDER:
      return reconsider(state, task);
    case INHERIT:
      return inherit(state, task);
    default:
      return unreachable(verb);
  }
}

/** Sees to a wanted task that is `released`, or was `processing` and has no run any more: it waits, or is ready. */
export function pursue(state: SchedulerState, task: TaskRecord): void {
  invariant(task.run === undefined, "a task without a run is pursued");
  if (!isWanted(task)) return reconsider(state, task);
  if (task.fn === undefined) {
    return end(state, task, {
      type: "lost",
      reason: `the value of ${describe(task.key)} is gone and cannot be computed`,
    });
  }
  let missing = 0;
  for (const dep of task.deps) {
    if (dep.fate !== undefined) return end(state, task, dep.fate);
    if (dep.state !== MEMORY) missing++;
  }
  if (missing === 0) return enqueue(state, task);
  task.waitingOn = missing;
  move(state, task, WAITING);
  for (const dep of task.deps) {
    if (dep.state === RELEASED) recommend(state, dep, PURSUE);
  }
}

/** Ends a task without a value: its claimants are told, its dependents inherit the fate. */
export function end(state: SchedulerState, task: TaskRecord, fate: Fate): void {
  if (task.state === PROCESSING && task.run !== undefined) giveUpRun(state, task.run, reasonOf(fate));
  if (task.state === MEMORY) freeValue(state, task);
  task.holders = NO_HOLDERS;
  move(state, task, stateAfter(fate));
  task.fate = fate;
  if (task.claimant !== undefined) tellClaimants(state, task, outcome(task)!);
  endForgetfulClaim(state, task);
  if (task.role?.type === "call") endCall(state, task);
  else if (task.role !== undefined) state.actors.ended.push(task.role);
  if (task.dependents !== undefined) {
    for (const dependent of task.dependents.items()) {
      if (isActive(dependent.state)) recommend(state, dependent, INHERIT);
    }
  }
  if (task.claimant === undefined) recommend(state, task, RECONSIDER);
}

function inherit(state: SchedulerState, task: TaskRecord): void {
  if (!isActive(task.state)) return;
  const fate = task.deps.find((dep) => isDoomed(dep.state))?.fate;
  if (fate === undefined) return;
  // A run may have its inputs already: it is stopped by a cancellation only.
  if (task.state === PROCESSING && fate.type !== "cancelled") return;
  end(state, task, fate);
}

function stateAfter(fate: Fate): StateCode {
  switch (fate.type) {
    case "failed":
      return ERRED;
    case "cancelled":
      return CANCELLED;
    case "lost":
      return LOST;
    default:
      return unreachable(fate);
  }
}

function reasonOf(fate: Fate): string {
  return fate.type === "failed" ? fate.error.text : fate.reason;
}
