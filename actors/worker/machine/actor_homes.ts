/** Which actors live here, and which calls wait for whom. @module */
import type { DeathRecord, RunId, TaskKey } from "../../protocol/task.ts";
import type { ActorHome } from "./actor_home.ts";
import type { RunRecord } from "./run_record.ts";
import type { WorkerState } from "./state.ts";

/** The home of an actor that can be called. */
export function homeOf(state: WorkerState, key: TaskKey): ActorHome | undefined {
  const home = state.homes.get(key);
  return home?.isMade === true && !home.isEnding ? home : undefined;
}

/** A call takes its place behind those of its caller. */
export function lineUp(home: ActorHome, run: RunRecord): void {
  const caller = callerOf(run);
  const line = home.lines.get(caller);
  if (line === undefined) home.lines.set(caller, [run]);
  else line.push(run);
}

/** A run of an actor has its inputs, or has ended without an executor: others may go on. */
export function actorRunChanged(state: WorkerState, run: RunRecord): void {
  const { actor } = run.message;
  if (actor === undefined) return;
  if (actor.type === "make") {
    if (run.phase === "ready") return void state.unmade.add(run);
    state.unmade.delete(run);
    return actorUnmade(state, run.key);
  }
  const home = state.homes.get(actor.actor);
  if (home === undefined) return;
  if (run.phase !== "ready") leaveLine(home, run);
  state.dueHomes.add(home);
}

function leaveLine(home: ActorHome, run: RunRecord): void {
  const caller = callerOf(run);
  const line = home.lines.get(caller);
  const index = line?.indexOf(run) ?? -1;
  if (line === undefined || index < 0) return;
  line.splice(index, 1);
  if (line.length === 0) home.lines.delete(caller);
}

/** An actor has been made. */
export function actorMade(state: WorkerState, key: TaskKey): void {
  const home = state.homes.get(key);
  if (home !== undefined) home.isMade = true;
}

/** An actor could not be made. */
export function actorUnmade(state: WorkerState, key: TaskKey): void {
  if (state.homes.get(key)?.isMade === false) state.homes.delete(key);
}

/** Nobody wants an actor any more, or it is to end: it does after the message in hand. */
export function endActor(state: WorkerState, key: TaskKey): void {
  const home = state.homes.get(key);
  if (home === undefined || home.isEnding) return;
  home.isEnding = true;
  if (home.executor.phase === "taking") state.outbox.tellExecutor(home.executor, { type: "end-actor", key });
}

/** Nobody wants this stream any more: one of the executors knows it, unless its actor has ended. */
export function endStream(state: WorkerState, key: TaskKey): void {
  for (const executor of state.actorCrew) {
    if (executor.phase === "taking") state.outbox.tellExecutor(executor, { type: "end-actor", key });
  }
}

/** An actor is gone. The calls that its executor did not get are given back. */
export function forgetHome(state: WorkerState, key: TaskKey, death: DeathRecord | undefined): RunRecord[] {
  const home = state.homes.get(key);
  if (home === undefined) return [];
  state.homes.delete(key);
  state.dueHomes.delete(home);
  if (home.isMade) state.outbox.tellScheduler({ type: "actor-ended", key, death });
  return [...home.lines.values()].flat();
}

/** The runs behind this one in its caller's line: they cannot go on before it does. */
export function runsBehind(state: WorkerState, run: RunRecord): RunRecord[] {
  const { actor } = run.message;
  const line = actor?.type === "call" ? state.homes.get(actor.actor)?.lines.get(actor.caller) : undefined;
  return line === undefined ? [] : line.slice(line.indexOf(run) + 1);
}

/** Gives runs back that have not begun. */
export function tellReturned(state: WorkerState, runIds: readonly RunId[]): void {
  if (runIds.length > 0) state.outbox.tellScheduler({ type: "returned", runIds });
}

function callerOf({ message: { actor } }: RunRecord): string {
  return actor?.type === "call" ? actor.caller : "";
}
