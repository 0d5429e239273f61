/**
 * The things that a cluster shares by name, as a machine of its own: what has happened goes in, what to do comes out. The
 * scheduler's machine asks it only when somebody uses such a thing, and makes it at the first use.
 *
 * @module
 */
import { unreachable } from "../../../base/assert.ts";
import { givenUp, runEnded, sessionEnded, taken } from "./asks.ts";
import type { CoordinationEffect } from "./effect.ts";
import type { CoordinationEvent } from "./event.ts";
import { awaitFlag, clearFlag, setFlag, tellFlag } from "./flags.ts";
import { acquireLocks } from "./locks.ts";
import { closeQueue, dropFutures, getItems, putItem, tellSize } from "./queues.ts";
import { Asker, SessionRecord, type Thing } from "./records.ts";
import { acquireLease } from "./semaphores.ts";
import type { CoordinationState } from "./state.ts";
import { publishItem, subscribe } from "./topics.ts";
import { deleteVariable, readVariable, setVariable, unsetFutures } from "./variables.ts";

/** Takes an event in: changes the state, and says what is to be done now, in order. */
export function coordinate(state: CoordinationState, event: CoordinationEvent): CoordinationEffect[] {
  handle(state, event);
  forgetIdleThings(state);
  const { effects } = state;
  state.effects = [];
  return effects;
}

function handle(state: CoordinationState, event: CoordinationEvent): void {
  switch (event.type) {
    case "asked":
      return asked(state, event);
    case "taken": {
      const ask = state.sessions.get(event.clientId)?.asks.get(event.ackId);
      return ask === undefined ? undefined : taken(state, ask, event.count);
    }
    case "given-up": {
      const ask = state.sessions.get(event.clientId)?.asks.get(event.ackId);
      return ask === undefined ? undefined : givenUp(state, ask);
    }
    case "thing-left":
      return thingLeft(state, event);
    case "session-ended": {
      const session = state.sessions.get(event.clientId);
      return session === undefined ? undefined : sessionEnded(state, session);
    }
    case "run-ended":
      return runEnded(state, event.runId, event.isDead);
    case "restarted":
      for (const thing of state.things.values()) {
        if (thing.type === "queue") dropFutures(state, thing);
        else if (thing.type === "variable") unsetFutures(state, thing);
      }
      return;
    default:
      return unreachable(event);
  }
}

function asked(
  state: CoordinationState,
  { clientId, ackId, runId, request }: Extract<CoordinationEvent, { readonly type: "asked" }>,
): void {
  let session = state.sessions.get(clientId);
  if (session === undefined) {
    session = new SessionRecord(clientId);
    state.sessions.set(clientId, session);
  }
  const asker = new Asker(session, ackId, runId);
  switch (request.type) {
    case "queue-put":
      return putItem(state, asker, request);
    case "queue-get":
      return getItems(state, asker, request);
    case "queue-size":
      return tellSize(state, asker, request);
    case "queue-close":
      return closeQueue(state, asker, request);
    case "variable-set":
      return setVariable(state, asker, request);
    case "variable-get":
      return readVariable(state, asker, request);
    case "variable-delete":
      return deleteVariable(state, asker, request);
    case "lock-acquire":
      return acquireLocks(state, asker, request);
    case "semaphore-acquire":
      return acquireLease(state, asker, request);
    case "flag-set":
      return setFlag(state, asker, request);
    case "flag-clear":
      return clearFlag(state, asker, request);
    case "flag-wait":
      return awaitFlag(state, asker, request);
    case "flag-is-set":
      return tellFlag(state, asker, request);
    case "topic-publish":
      return publishItem(state, asker, request);
    case "topic-subscribe":
      return subscribe(state, asker, request);
    default:
      return unreachable(request);
  }
}

function thingLeft(
  state: CoordinationState,
  { clientId, id }: Extract<CoordinationEvent, { readonly type: "thing-left" }>,
): void {
  const session = state.sessions.get(clientId);
  const thing = state.things.get(id);
  if (session === undefined || thing === undefined) return;
  session.things.delete(thing);
  thing.sessions.delete(session);
  state.touched.add(thing);
}

/** A thing that nobody has an object of, and that nothing is in, is as good as new: it is forgotten, with its settings. */
function forgetIdleThings(state: CoordinationState): void {
  for (const thing of state.touched) {
    if (thing.sessions.size === 0 && isIdle(thing)) state.things.delete(thing.id);
  }
  state.touched.clear();
}

/** Whether nothing is in a thing, nobody holds anything of it, and nobody waits. */
export function isIdle(thing: Thing): boolean {
  switch (thing.type) {
    case "queue":
      return thing.items.size + thing.getters.size + thing.putters.size + thing.out.size === 0;
    case "variable":
      return thing.content === undefined && thing.readers.size + thing.out.size === 0;
    case "lock":
      return thing.holder === undefined && thing.line.size === 0;
    case "semaphore":
      return thing.holders.size + thing.line.size === 0;
    case "flag":
      return !thing.isSet && thing.line.size === 0;
    case "topic":
      return thing.subscriptions.size + thing.publishers.size === 0;
    default:
      return unreachable(thing);
  }
}
