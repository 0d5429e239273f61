/**
 * The scheduler, as a machine: what has happened goes in, what to do comes out. No clock, chance or I/O, so the same
 * events always give the same effects.
 *
 * @module
 */
import { unreachable } from "../../base/assert.ts";
import { describe } from "../../base/errors.ts";
import type { ClientToScheduler } from "../../protocol/client_scheduler.ts";
import type { ClientId, WorkerId } from "../../protocol/task.ts";
import type { WorkerToScheduler } from "../../protocol/worker_scheduler.ts";
import { setPaused } from "./availability.ts";
import { actorEnded, clearEndedActors, endActor, findActor, tellSeekers } from "./actors.ts";
import { balance, failStranded, unparkWaited } from "./balance.ts";
import { callActor, ringDeadlines } from "./calls.ts";
import { cancel, retry } from "./cancellation.ts";
import { keepRunning } from "./claimants.ts";
import { dispatch } from "./dispatch.ts";
import { advanceErrands, copyFailed } from "./errands.ts";
import type { SchedulerEffect } from "./effect.ts";
import type { SchedulerEvent } from "./event.ts";
import { valuesMissing } from "./failures.ts";
import { defineFunction, forgetFunctions, sweepFunctions } from "./functions.ts";
import { keep } from "./keepers.ts";
import {
  clientLeft,
  clientRegistered,
  endLeftSessions,
  endSession,
  workerLeaving,
  workerLeft,
  workerRegistered,
} from "./membership.ts";
import { flush, log } from "./outbox.ts";
import { carryOut } from "./orders.ts";
import { askHolders, query } from "./query.ts";
import type { ClientRecord, WorkerRecord } from "./records.ts";
import { heartbeat, printed, runReported, runsReturned, runsStarted } from "./reports.ts";
import { valueStored } from "./results.ts";
import { workerRestarted } from "./restarting.ts";
import { releaseKeys } from "./retention.ts";
import { scatter } from "./scatter.ts";
import { coordinateFor, freeHeldByRuns } from "./shared_things.ts";
import { settle } from "./settle.ts";
import type { SchedulerState } from "./state.ts";
import { claimKeys, submit, submitGraph, submitMap } from "./submit.ts";

/** Takes an event in: changes the state, and says what is to be done now, in order. */
export function step(state: SchedulerState, event: SchedulerEvent): SchedulerEffect[] {
  state.nowMs = event.atMs;
  state.cause = event.type;
  handle(state, event);
  if (state.endedHolders.length > 0) freeHeldByRuns(state);
  rest(state);
  advanceErrands(state);
  dispatch(state, event.type === "worker-said" ? state.workers.get(event.workerId) : undefined);
  // What could not be placed at all has failed.
  rest(state);
  sweepFunctions(state);
  return flush(state);
}

/** Works off what follows from what has happened. */
function rest(state: SchedulerState): void {
  settle(state);
  while (state.actors.ended.length > 0) {
    clearEndedActors(state);
    settle(state);
  }
  tellSeekers(state);
}

function handle(state: SchedulerState, event: SchedulerEvent): void {
  switch (event.type) {
    case "client-said":
      return hearClient(state, event.clientId, event.messages);
    case "client-left":
      return clientLeft(state, event.clientId);
    case "worker-said":
      return hearWorker(state, event.workerId, event.messages);
    case "worker-left":
      return workerLeft(state, event.workerId, event.blame, event.death);
    case "woken":
      return woken(state);
    default:
      return unreachable(event);
  }
}

function woken(state: SchedulerState): void {
  state.wakeAtMs = Infinity;
  endLeftSessions(state);
  failStranded(state);
  unparkWaited(state);
  balance(state);
  ringDeadlines(state);
}

function hearClient(state: SchedulerState, id: ClientId, messages: readonly ClientToScheduler[]): void {
  for (const message of messages) {
    state.cause = message.type;
    if (message.type === "register-client") {
      if (message.clientId === id) clientRegistered(state, message);
      else log(state, "warning", `Cannot register client ${describe(message.clientId)}: ${describe(id)} asks for it`);
      continue;
    }
    const client = state.clients.get(id);
    if (client === undefined) {
      log(state, "warning", `Cannot hear ${describe(message.type)}: client ${describe(id)} has not registered`);
      return;
    }
    clientSaid(state, client, message);
    // Each message finds a settled state: what a release frees must not look held to the next submit.
    rest(state);
  }
}

function clientSaid(state: SchedulerState, client: ClientRecord, m: ClientToScheduler): void {
  switch (m.type) {
    case "register-client":
      return clientRegistered(state, m);
    case "define-function":
      return defineFunction(state, client, m);
    case "submit":
      return submit(state, client, m);
    case "submit-map":
      return submitMap(state, client, m);
    case "submit-graph":
      return submitGraph(state, client, m);
    case "claim":
      return claimKeys(state, client, m.keys);
    case "release":
      return releaseKeys(state, client, m.keys);
    case "keep":
      return keep(state, m.key, m.keys);
    case "cancel":
      return cancel(state, client, m);
    case "retry":
      return retry(state, client, m);
    case "scatter":
      return scatter(state, client, m);
    case "ask-holders":
      return askHolders(state, client, m);
    case "report-missing":
      return valuesMissing(state, m.keys, m.workers);
    case "query":
      return query(state, client, m);
    case "unregister-client":
      return endSession(state, client);
    case "order":
      return carryOut(state, client, m.ackId, m.order);
    case "fire-and-forget":
      return keepRunning(state, m.keys);
    case "forget-functions":
      return forgetFunctions(state, client, m.hashes);
    case "coordinate":
    case "took":
    case "give-up":
    case "leave-things":
      return coordinateFor(state, client, m);
    case "call-actor":
      return callActor(state, client, m);
    case "find-actor":
      return findActor(state, client, m);
    case "end-actor":
      return endActor(state, client, m);
    case "shutdown":
      return void state.effects.push({ type: "shut-down", reason: `client ${describe(client.name)} asked for it` });
    default:
      return unreachable(m);
  }
}

function hearWorker(state: SchedulerState, id: WorkerId, messages: readonly WorkerToScheduler[]): void {
  for (const message of messages) {
    state.cause = message.type;
    if (message.type === "register-worker") {
      if (message.workerId === id) workerRegistered(state, message);
      else log(state, "warning", `Cannot register worker ${describe(message.workerId)}: ${describe(id)} asks for it`);
      continue;
    }
    const worker = state.workers.get(id);
    if (worker === undefined) {
      log(state, "warning", `Cannot hear ${describe(message.type)}: worker ${describe(id)} has not registered`);
      return;
    }
    worker.heardAtMs = state.nowMs;
    workerSaid(state, worker, message);
    rest(state);
  }
}

function workerSaid(state: SchedulerState, worker: WorkerRecord, m: WorkerToScheduler): void {
  switch (m.type) {
    case "register-worker":
      return workerRegistered(state, m);
    case "started":
      return runsStarted(state, worker, m.runIds);
    case "finished":
    case "failed":
    case "suspended":
    case "resumed":
    case "rescheduled":
    case "stopped":
    case "died":
    case "missing-inputs":
    case "missing-functions":
      return runReported(state, worker, m);
    case "returned":
      return runsReturned(state, worker, m.runIds);
    case "stored":
      return valueStored(state, worker, m);
    case "printed":
      return printed(state, m);
    case "heartbeat":
      return heartbeat(state, worker, m);
    case "copy-failed":
      return copyFailed(state, worker, m);
    case "restarted":
      return workerRestarted(state, worker);
    case "paused":
      return setPaused(state, worker, m.isPaused);
    case "actor-ended":
      return actorEnded(state, worker, m.key, m.death);
    case "leaving":
      return workerLeaving(state, worker, m.reason);
    default:
      return unreachable(m);
  }
}
