/** The only way a task changes its state, with what always goes with it: queues, needs, and dependents. @module */
import { describe } from "../../base/errors.ts";
import type { TaskRecord } from "./records.ts";
import { recommend, RECONSIDER, type SchedulerState, wakeAt } from "./state.ts";
import {
  isActive,
  isLegal,
  MEMORY,
  NO_WORKER,
  PLACING,
  QUEUED,
  STATE_NAMES,
  type StateCode,
  WAITING,
} from "./transitions.ts";

/**
 * Changes the state of a task. Keeps three things true by itself: who is in a ready queue, how many active dependents
 * each task has, and how many inputs a waiting task lacks (dependents become ready, or wait again).
 *
 * @throws When the change is not in the table; the error tells the task's story.
 */
export function move(state: SchedulerState, task: TaskRecord, to: StateCode): void {
  const from = task.state;
  if (!isLegal(from, to)) throw illegalMove(state, task, to);
  const worker = (task.run?.worker ?? task.holders[0])?.id;
  state.story.write(state.nowMs, task.key, from, to, state.cause, worker);
  if (from === QUEUED || from === NO_WORKER) leaveQueue(state, task);
  task.state = to;
  // A call waits in its caller's line, not in a queue.
  if (task.role?.type === "call") state.actors.due.add(task.role.actor);
  else if (to === QUEUED) task.roster.ready.push(task);
  else if (to === NO_WORKER) strand(state, task);
  else if (to === PLACING) state.placing.add(task);
  if (from === PLACING) state.placing.delete(task);
  if (task.deps.length > 0 && isActive(from) !== isActive(to)) {
    if (isActive(to)) engage(task);
    else disengage(state, task);
  }
  if (task.dependents === undefined) return;
  if (to === MEMORY) inputArrived(state, task);
  else if (from === MEMORY) inputWent(state, task);
}

/** Makes a task ready: it is queued, or stranded while no worker fits. */
export function enqueue(state: SchedulerState, task: TaskRecord): void {
  const fitsNobody = task.roster.restriction !== undefined && task.roster.size === 0;
  move(state, task, fitsNobody ? NO_WORKER : QUEUED);
}

/** Puts a parked task back into its queue. */
export function unpark(state: SchedulerState, task: TaskRecord): void {
  leaveParking(state, task);
  task.isRestless = true;
  task.roster.ready.push(task);
}

function leaveQueue(state: SchedulerState, task: TaskRecord): void {
  if (task.role?.type === "call") return;
  if (task.heapIndex >= 0) task.roster.ready.remove(task);
  else if (task.parkedOn !== undefined) leaveParking(state, task);
  else task.roster.stranded.delete(task);
}

function leaveParking(state: SchedulerState, task: TaskRecord): void {
  const worker = task.parkedOn!;
  worker.parked.delete(task);
  if (worker.parked.size === 0) state.parkedOn.delete(worker);
  task.parkedOn = undefined;
}

function strand(state: SchedulerState, task: TaskRecord): void {
  const timeoutMs = task.options?.noWorkerTimeoutMs ?? state.options.noWorkerTimeoutMs;
  task.roster.stranded.set(task, state.nowMs + timeoutMs);
  state.strandedUntilMs = Math.min(state.strandedUntilMs, state.nowMs + timeoutMs);
  wakeAt(state, state.strandedUntilMs);
}

function engage(task: TaskRecord): void {
  const deps = task.deps;
  for (let i = 0; i < deps.length; i++) deps[i]!.neededBy++;
}

function disengage(state: SchedulerState, task: TaskRecord): void {
  const deps = task.deps;
  for (let i = 0; i < deps.length; i++) {
    const dep = deps[i]!;
    if (--dep.neededBy === 0 && dep.claimant === undefined) recommend(state, dep, RECONSIDER);
  }
}

function inputArrived(state: SchedulerState, task: TaskRecord): void {
  for (const dependent of task.dependents!.items()) {
    if (dependent.state === WAITING && --dependent.waitingOn === 0) enqueue(state, dependent);
  }
}

function inputWent(state: SchedulerState, task: TaskRecord): void {
  for (const dependent of task.dependents!.items()) {
    if (dependent.state === WAITING) {
      dependent.waitingOn++;
    } else if (dependent.state === QUEUED || dependent.state === NO_WORKER) {
      dependent.waitingOn = 1;
      move(state, dependent, WAITING);
    }
  }
}

function illegalMove(state: SchedulerState, task: TaskRecord, to: StateCode): Error {
  const lines = state.story.read(task.key, state.limits.storyLength, 0);
  const story = lines.map((line) => `${line.from} -> ${line.to} (${line.cause})`).join(", ");
  const change = `${STATE_NAMES[task.state]} -> ${STATE_NAMES[to]} (${state.cause})`;
  return new Error(`Broken invariant: task ${describe(task.key)} goes ${change} after: ${story}`);
}
