/** Restrictions, and the workers that fit them. @module */
import type { SubmitOptions } from "../../protocol/task.ts";
import { enqueue, move } from "./move.ts";
import { hasResources, refreshPaused, updateRoom } from "./occupancy.ts";
import { NO_LEVEL } from "./level_index.ts";
import { Berth, type Restriction, Roster, type WorkerRecord } from "./records.ts";
import { type SchedulerState, wakeAt } from "./state.ts";
import { NO_WORKER } from "./transitions.ts";

/** The roster for these options: that of all workers when they restrict nothing. */
export function rosterFor(state: SchedulerState, options: SubmitOptions | undefined): Roster {
  if (options === undefined || (options.workers === undefined && options.resources === undefined)) {
    return state.everyone;
  }
  const { workers, allowOtherWorkers, resources } = options;
  const amounts = Object.entries(resources ?? {}).filter(([, amount]) => amount > 0);
  if (workers === undefined && amounts.length === 0) return state.everyone;
  amounts.sort(([a], [b]) => a < b ? -1 : 1);
  const signature = JSON.stringify([workers, allowOtherWorkers, amounts]);
  const known = state.rosters.get(signature);
  if (known !== undefined) return known;
  const needed = amounts.length === 0 ? undefined : Object.fromEntries(amounts);
  const roster = new Roster(signature, { workers, allowOtherWorkers, resources: needed });
  state.rosters.set(signature, roster);
  enlist(state, roster);
  refreshPaused(state);
  return roster;
}

/** Forgets a roster that no task refers to. */
export function forgetIdleRoster(state: SchedulerState, roster: Roster): void {
  if (roster.users > 0 || roster.restriction === undefined) return;
  state.rosters.delete(roster.signature);
  for (const worker of state.workers.values()) {
    const index = worker.berths.findIndex((berth) => berth.roster === roster);
    if (index >= 0) worker.berths.splice(index, 1);
  }
}

/** Enlists the workers anew in all rosters, after one has come or gone. */
export function enlistAnew(state: SchedulerState): void {
  for (const roster of state.rosters.values()) enlist(state, roster);
  refreshPaused(state);
}

/** Whether a worker is one of these addresses, names or hosts. */
export function isNamed(worker: WorkerRecord, names: readonly string[]): boolean {
  for (const name of names) {
    if (name === worker.id || name === worker.address || name === worker.name || name === worker.host) return true;
    // An address without the actor's name and incarnation.
    const after = worker.id.charAt(name.length);
    if ((after === "/" || after === "#") && worker.id.startsWith(name)) return true;
  }
  return false;
}

/** The host in an address such as `tcp://10.0.0.5:8786/worker`; empty without one. */
export function hostOf(address: string): string {
  return /^[\w+.-]+:\/\/(\[[^\]]*\]|[^/:#]*)/.exec(address)?.[1] ?? "";
}

/** What a restriction demands, for messages. */
export function describeRestriction(restriction: Restriction): string {
  const parts: string[] = [];
  if (restriction.workers !== undefined) parts.push(`workers ${JSON.stringify(restriction.workers)}`);
  if (restriction.resources !== undefined) parts.push(`resources ${JSON.stringify(restriction.resources)}`);
  return parts.join(" and ");
}

function enlist(state: SchedulerState, roster: Roster): void {
  const restriction = roster.restriction!;
  const able = [...state.workers.values()].filter((worker) => hasResources(worker, restriction));
  const names = restriction.workers;
  let fitting = names === undefined ? able : able.filter((worker) => isNamed(worker, names));
  if (fitting.length === 0 && restriction.allowOtherWorkers) fitting = able;
  const wanted = new Set(fitting);
  roster.size = wanted.size;
  for (const worker of state.workers.values()) {
    const index = worker.berths.findIndex((berth) => berth.roster === roster);
    if (wanted.has(worker) && index < 0) {
      worker.berths.push(new Berth(roster, worker));
      updateRoom(worker, state.limits);
    } else if (!wanted.has(worker) && index >= 0) {
      roster.room.place(worker.berths[index]!, NO_LEVEL);
      worker.berths.splice(index, 1);
    }
  }
  if (roster.size > 0) {
    for (const task of [...roster.stranded.keys()]) enqueue(state, task);
  } else {
    for (const task of roster.ready.toArray()) move(state, task, NO_WORKER);
    if (roster.stranded.size > 0) wakeAt(state, state.strandedUntilMs);
  }
}
