/** At the end of a step: ready tasks go to workers that have room. @module */
import { dispatchCalls } from "./calls.ts";
import { failTooLarge } from "./failures.ts";
import { goesBefore } from "./ready_queue.ts";
import { berthIn, choosePlacement, hasRoom } from "./placement.ts";
import type { Roster, TaskRecord, WorkerRecord } from "./records.ts";
import { startRun } from "./runs.ts";
import { type SchedulerState, wakeAt } from "./state.ts";

/**
 * Sends what can be sent. Tasks that cannot go now do not block those of other restrictions.
 *
 * @param heard The worker that spoke in this step: only it can have got room for the tasks parked at it.
 */
export function dispatch(state: SchedulerState, heard: WorkerRecord | undefined): void {
  dispatchCalls(state);
  if (heard !== undefined && heard.parked.size > 0) sendParked(state, heard);
  if (state.rosters.size === 0) {
    while (sendNext(state, state.everyone));
    return;
  }
  let open = [state.everyone, ...state.rosters.values()];
  for (;;) {
    open = open.filter((roster) => roster.ready.size > 0);
    const roster = firstRoster(open);
    if (roster === undefined) return;
    if (!sendNext(state, roster)) open.splice(open.indexOf(roster), 1);
  }
}

/** Sends or parks the top of a roster's queue; false when there is none or nobody has room. */
function sendNext(state: SchedulerState, roster: Roster): boolean {
  const task = roster.ready.peek();
  if (task === undefined) return false;
  const placement = choosePlacement(state, task);
  if (placement.type === "wait") return false;
  if (placement.type === "send") startRun(state, task, placement.worker);
  else if (placement.type === "park") park(state, task, placement.worker, placement.movingMs);
  else failTooLarge(state, task, placement.bytes);
  return true;
}

function park(state: SchedulerState, task: TaskRecord, worker: WorkerRecord, movingMs: number): void {
  task.roster.ready.remove(task);
  task.parkedOn = worker;
  const untilMs = state.nowMs + movingMs;
  worker.parked.set(task, untilMs);
  state.parkedOn.add(worker);
  state.parkedUntilMs = Math.min(state.parkedUntilMs, untilMs);
  wakeAt(state, untilMs);
}

function sendParked(state: SchedulerState, worker: WorkerRecord): void {
  for (const task of [...worker.parked.keys()]) {
    const berth = berthIn(worker, task.roster);
    if (berth !== undefined && hasRoom(state, task, berth)) startRun(state, task, worker);
  }
}

function firstRoster(rosters: readonly Roster[]): Roster | undefined {
  let first: Roster | undefined;
  for (const roster of rosters) {
    if (first === undefined || goesBefore(roster.ready.peek()!, first.ready.peek()!)) first = roster;
  }
  return first;
}
