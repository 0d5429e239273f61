/** At the end of a step: ready tasks go to workers that have room. @module */
import { goesBefore } from "./ready_queue.ts";
import { berthIn, choosePlacement, hasRoom } from "./placement.ts";
import type { Crew, TaskRecord, WorkerRecord } from "./records.ts";
import { startRun } from "./runs.ts";
import { type SchedulerState, wakeAt } from "./state.ts";

/**
 * Sends what can be sent. Tasks that cannot go now do not block those of other restrictions.
 *
 * @param heard The worker that spoke in this step: only it can have got room for the tasks parked at it.
 */
export function dispatch(state: SchedulerState, heard: WorkerRecord | undefined): void {
  if (heard !== undefined && heard.parked.size > 0) sendParked(state, heard);
  if (state.crews.size === 0) {
    while (sendNext(state, state.everyone));
    return;
  }
  let open = [state.everyone, ...state.crews.values()];
  for (;;) {
    open = open.filter((crew) => crew.ready.size > 0);
    const crew = firstCrew(open);
    if (crew === undefined) return;
    if (!sendNext(state, crew)) open.splice(open.indexOf(crew), 1);
  }
}

/** Sends or parks the top of a crew's queue; false when there is none or nobody has room. */
function sendNext(state: SchedulerState, crew: Crew): boolean {
  const task = crew.ready.peek();
  if (task === undefined) return false;
  const placement = choosePlacement(state, task);
  if (placement.type === "wait") return false;
  if (placement.type === "send") startRun(state, task, placement.worker);
  else park(state, task, placement.worker, placement.movingMs);
  return true;
}

function park(state: SchedulerState, task: TaskRecord, worker: WorkerRecord, movingMs: number): void {
  task.crew.ready.remove(task);
  task.parkedOn = worker;
  const untilMs = state.nowMs + movingMs;
  worker.parked.set(task, untilMs);
  state.parkedOn.add(worker);
  state.parkedUntilMs = Math.min(state.parkedUntilMs, untilMs);
  wakeAt(state, untilMs);
}

function sendParked(state: SchedulerState, worker: WorkerRecord): void {
  for (const task of [...worker.parked.keys()]) {
    const berth = berthIn(worker, task.crew);
    if (berth !== undefined && hasRoom(state, task, berth)) startRun(state, task, worker);
  }
}

function firstCrew(crews: readonly Crew[]): Crew | undefined {
  let first: Crew | undefined;
  for (const crew of crews) {
    if (first === undefined || goesBefore(crew.ready.peek()!, first.ready.peek()!)) first = crew;
  }
  return first;
}
