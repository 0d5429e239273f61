/** The end of what waits or holds something, whoever brings it about. @module */
import { unreachable } from "../../../base/assert.ts";
import type { RunId } from "../../../protocol/task.ts";
import { letGoOfFlag } from "./flags.ts";
import { letGoOfLocks } from "./locks.ts";
import { consume, itemsTaken, letGoOfGet, letGoOfPut } from "./queues.ts";
import type { AskRecord, SessionRecord } from "./records.ts";
import { letGoOfLease } from "./semaphores.ts";
import { type CoordinationState, detachAsk } from "./state.ts";
import { itemsHeard, letGoOfPublish, letGoOfSubscription } from "./topics.ts";
import { letGoOfRead } from "./variables.ts";

/** What was handed over has arrived. */
export function taken(state: CoordinationState, ask: AskRecord, count: number): void {
  if (ask.type === "get") itemsTaken(state, ask);
  else if (ask.type === "read") letGoOfRead(state, ask);
  else if (ask.type === "subscription") itemsHeard(state, ask, count);
}

/** Its session does not want it any more. What has arrived cannot be given up. */
export function givenUp(state: CoordinationState, ask: AskRecord): void {
  if (ask.type !== "get" || !ask.isTaken) letGo(state, ask);
}

/** A session is gone, with all that it waited for and held. */
export function sessionEnded(state: CoordinationState, session: SessionRecord): void {
  for (const ask of waitingFirst(session.asks.values())) letGo(state, ask);
  for (const thing of session.things) {
    thing.sessions.delete(session);
    state.touched.add(thing);
  }
  session.things.clear();
  state.sessions.delete(session.id);
}

/**
 * A run is gone. With its death, everything is as if it had never asked. When it has ended by itself, what it took is gone
 * for good, and what it put is still to be put.
 */
export function runEnded(state: CoordinationState, runId: RunId, isDead: boolean): void {
  for (const ask of waitingFirst(state.runs.get(runId) ?? [])) {
    const lease = heldBy(ask);
    if (lease !== undefined) state.effects.push({ type: "tell-freed", runId, what: lease });
    if (isDead) letGo(state, ask);
    else if (ask.type === "put" || ask.type === "publish") detachAsk(state, ask);
    else if (ask.type === "get" && ask.isTaken) consume(state, ask);
    else letGo(state, ask);
  }
}

/** As if it had never been asked for. */
function letGo(state: CoordinationState, ask: AskRecord): void {
  switch (ask.type) {
    case "put":
      return letGoOfPut(state, ask);
    case "get":
      return letGoOfGet(state, ask);
    case "read":
      return letGoOfRead(state, ask);
    case "lock":
      return letGoOfLocks(state, ask);
    case "semaphore":
      return letGoOfLease(state, ask);
    case "flag":
      return letGoOfFlag(state, ask);
    case "publish":
      return letGoOfPublish(state, ask);
    case "subscription":
      return letGoOfSubscription(state, ask);
    default:
      return unreachable(ask);
  }
}

/** Last places in line first, what is held last: nobody who is about to go is served because another of them leaves. */
function waitingFirst(asks: Iterable<AskRecord>): AskRecord[] {
  const all = [...asks].reverse();
  return [...all.filter((ask) => !holdsSomething(ask)), ...all.filter(holdsSomething).reverse()];
}

function holdsSomething(ask: AskRecord): boolean {
  if (ask.type === "get" || ask.type === "read") return ask.place === undefined;
  return ask.type === "subscription" || heldBy(ask) !== undefined;
}

/** The lease that is held, as people read of it; undefined without one. */
function heldBy(ask: AskRecord): string | undefined {
  if (ask.type === "lock" && ask.held.length > 0) return ask.held.map(({ id }) => id).join(", ");
  if (ask.type === "semaphore" && ask.semaphore.holders.has(ask)) return ask.semaphore.id;
  return undefined;
}
