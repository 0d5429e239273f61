/**
 * Actors: each is made by a task, whose value is the actor itself, alive on one worker. So it is claimed, freed, placed and,
 * when its worker is gone, made again as results are; what is different is here.
 *
 * @module
 */
import { describe } from "../../base/errors.ts";
import { nameOfKey } from "../../base/key_name.ts";
import { type AboutActor, actorLabel } from "../../protocol/cluster_actor.ts";
import type { ActorWish, DeathRecord, TaskKey, WireError } from "../../protocol/task.ts";
import { dropClaims, holdClaims } from "./claimants.ts";
import { move } from "./move.ts";
import { unhouseActor } from "./occupancy.ts";
import { tellClaimants, tellClient } from "./outbox.ts";
import { ActorRecord, type ClientRecord, type TaskRecord, type WorkerRecord } from "./records.ts";
import { isWanted, reconsider, removeHolder } from "./retention.ts";
import { end, pursue } from "./settle.ts";
import type { SchedulerState } from "./state.ts";
import { MEMORY, PROCESSING, RELEASED } from "./transitions.ts";

/** A new task makes an actor. False when its name is another's: then the task has failed. */
export function admitActor(state: SchedulerState, task: TaskRecord, { name, isReentrant }: ActorWish): boolean {
  if (name !== undefined && state.actors.names.has(name)) {
    const message = `Cannot start actor ${describe(name)}: another actor of the cluster has this name`;
    const hint = "Choose another name, or use the actor that is there: client.lookupActor(name)";
    const error = state.options.makeError("actor/name-taken", message, hint, { name });
    end(state, task, { type: "failed", error, worker: undefined });
    return false;
  }
  const actor = new ActorRecord(task, name, isReentrant);
  task.role = actor;
  if (name !== undefined) state.actors.names.set(name, actor);
  return true;
}

/** The name of an actor claims it until its end. */
export function claimByName(state: SchedulerState, { role, key }: TaskRecord): void {
  if (role?.type === "actor" && role.name !== undefined) holdClaims(state, claimantOf(role.name), [key]);
}

/** A client looks for an actor by name. */
export function findActor(
  state: SchedulerState,
  client: ClientRecord,
  { ackId, name, waits }: Extract<AboutActor, { type: "find-actor" }>,
): void {
  const actor = state.actors.names.get(name);
  if (actor !== undefined) return tellFound(state, client, ackId, actor);
  if (waits) return void state.actors.seekers.push({ client, ackId, name });
  const error = state.options.makeError(
    "actor/not-found",
    `Cannot find actor ${describe(name)}: there is none`,
    undefined,
    {
      name,
    },
  );
  tellClient(state, client, { type: "refused", ackId, error });
}

/** Those who wait for a name that is there now are told. */
export function tellSeekers(state: SchedulerState): void {
  const { names, seekers } = state.actors;
  if (seekers.length === 0) return;
  state.actors.seekers = seekers.filter(({ client, ackId, name }) => {
    const actor = names.get(name);
    if (actor !== undefined) tellFound(state, client, ackId, actor);
    return actor === undefined && state.clients.has(client.id);
  });
}

/** A client does not wait for a name any more. */
export function dropSeeker(state: SchedulerState, client: ClientRecord, ackId: number): void {
  if (state.actors.seekers.length === 0) return;
  state.actors.seekers = state.actors.seekers.filter((seeker) => seeker.client !== client || seeker.ackId !== ackId);
}

function tellFound(state: SchedulerState, client: ClientRecord, ackId: number, { task }: ActorRecord): void {
  tellClient(state, client, { type: "answer", ackId, value: [task.key, nameOfKey(task.key)] });
}

/** A client ends an actor, whoever claims it. */
export function endActor(
  state: SchedulerState,
  client: ClientRecord,
  { ackId, key, isKill }: Extract<AboutActor, { type: "end-actor" }>,
): void {
  const task = state.tasks.get(key);
  const home = task?.holders[0] ?? task?.run?.worker;
  if (task?.role?.type === "actor" && task.fate === undefined) {
    if (isKill) endCalls(state, task);
    const how = isKill ? "killed" : "stopped";
    end(state, task, {
      type: "failed",
      error: terminated(state, key, `it was ${how}`, undefined, how),
      worker: undefined,
    });
  }
  const worker = home ?? [...state.workers.values()].find((one) => one.residents.has(key));
  if (worker?.residents.has(key)) state.actors.enders.push({ client, ackId, key, worker });
  else tellClient(state, client, { type: "done", ackId });
}

/** What a killed actor has in hand fails now. */
function endCalls(state: SchedulerState, task: TaskRecord): void {
  const error = terminated(state, task.key, "it was killed", undefined, "killed");
  for (const call of task.dependents?.toArray() ?? []) {
    if (call.role?.type !== "call" || call.role.actor !== task.role || call.state !== PROCESSING) continue;
    end(state, call, { type: "failed", error, worker: undefined });
  }
}

/** What follows when actors have ended for good: their names are free, and nobody claims them by these. */
export function clearEndedActors(state: SchedulerState): void {
  for (const { name, task } of state.actors.ended.splice(0)) {
    if (name === undefined || state.actors.names.get(name)?.task !== task) continue;
    state.actors.names.delete(name);
    dropClaims(state, claimantOf(name), [task.key]);
  }
}

/** A worker says that an actor is gone: freed before, or, with a death record, by itself. */
export function actorEnded(
  state: SchedulerState,
  worker: WorkerRecord,
  key: TaskKey,
  death: DeathRecord | undefined,
): void {
  leaveHome(state, worker, key);
  const task = state.tasks.get(key);
  if (task?.role?.type !== "actor" || !removeHolder(task, worker)) return;
  const reason = death === undefined ? "it ended by itself" : `${death.worker} ${death.reason}`;
  actorLost(state, task, reason, death);
}

/** An actor does not live on this worker any more, or was not made there after all. */
export function leaveHome(state: SchedulerState, worker: WorkerRecord, key: TaskKey): void {
  if (unhouseActor(worker, key, state.limits)) tellGone(state, worker, key);
}

/** Those who wait for the end of actors on a worker that is gone are told. */
export function tellAllGone(state: SchedulerState, worker: WorkerRecord): void {
  for (const key of worker.residents.keys()) tellGone(state, worker, key);
}

function tellGone(state: SchedulerState, worker: WorkerRecord, key: TaskKey): void {
  const { enders } = state.actors;
  if (enders.length === 0) return;
  state.actors.enders = enders.filter((ender) => {
    if (ender.worker !== worker || ender.key !== key) return true;
    tellClient(state, ender.client, { type: "done", ackId: ender.ackId });
    return false;
  });
}

/** An actor is not where it lived any more: it is made again, without what it knew, while it may; else it has ended. */
export function actorLost(state: SchedulerState, task: TaskRecord, reason: string, death?: DeathRecord): void {
  if (task.state !== MEMORY) return;
  if (isWanted(task) && task.retriesLeft === 0) {
    const error = terminated(state, task.key, reason, death);
    return end(state, task, { type: "failed", error, worker: death?.worker });
  }
  move(state, task, RELEASED);
  if (!isWanted(task)) return reconsider(state, task);
  task.retriesLeft--;
  tellClaimants(state, task, { type: "pending", key: task.key });
  pursue(state, task);
}

/** The error of who asks an actor that is no more. */
export function terminated(
  state: SchedulerState,
  key: TaskKey,
  what: string,
  death?: DeathRecord,
  reason: "failed" | "stopped" | "killed" = "failed",
): WireError {
  const role = state.tasks.get(key)?.role;
  const label = actorLabel(key, role?.type === "actor" ? role.name : undefined);
  return refusal(state, key, `Cannot ask ${label}: it has ended, ${what}`, death, reason);
}

/** The error of a call that was in hand of something that died. Its actor may be made again, and nobody knows what ran. */
export function diedInHand(state: SchedulerState, { task, name }: ActorRecord, death: DeathRecord): WireError {
  const how = `${death.worker} ${death.reason} while it had the call in hand, which may have been carried out`;
  return refusal(state, task.key, `Cannot ask ${actorLabel(task.key, name)}: ${how}`, death, "failed");
}

function refusal(
  state: SchedulerState,
  key: TaskKey,
  message: string,
  death: DeathRecord | undefined,
  reason: "failed" | "stopped" | "killed",
): WireError {
  const details = death === undefined ? { key, reason } : { key, reason, death: { ...death } };
  return state.options.makeError("actor/terminated", message, undefined, details);
}

function claimantOf(name: string): string {
  return `actor:${name}`;
}
