/** What must hold between events. Called after every event in tests and simulations; too slow for more. @module */
import { invariant, unreachable } from "../../../base/assert.ts";
import type { TaskKey } from "../../../protocol/task.ts";
import { isIdle } from "./coordinate.ts";
import { freeLocks } from "./locks.ts";
import type { AskRecord, QueueRecord, Subscription, Thing, TopicRecord } from "./records.ts";
import type { CoordinationState } from "./state.ts";
import { fullSubscribers } from "./topics.ts";

/** Checks every record against every other. @throws With the first broken invariant. */
export function validateCoordination(state: CoordinationState): void {
  invariant(state.effects.length === 0, "an event ends with its effects given out");
  invariant(state.touched.size === 0, "an event ends with its things looked at");
  for (const [id, thing] of state.things) {
    invariant(thing.id === id, `${id}: is filed under its id`);
    invariant(thing.sessions.size > 0 || !isIdle(thing), `${id}: is kept while it is of use`);
    for (const session of thing.sessions) invariant(session.things.has(thing), `${id}: ${session.id} knows it`);
    for (const ask of asksOf(thing)) validateAsk(state, thing, ask);
    validateThing(thing);
  }
  for (const [id, session] of state.sessions) {
    invariant(session.id === id, `session ${id}: is filed under its id`);
    for (const thing of session.things) {
      invariant(
        state.things.get(thing.id) === thing && thing.sessions.has(session),
        `session ${id}: is known to things`,
      );
    }
    for (const [ackId, ask] of session.asks) {
      invariant(ask.asker.ackId === ackId && ask.asker.session === session, `session ${id}: files ${ackId} rightly`);
      const isSomewhere = thingsOf(ask).some((thing) => new Set(asksOf(thing)).has(ask));
      invariant(isSomewhere, `session ${id}: what it asks for in ${ackId} is somewhere`);
    }
  }
  for (const [runId, asks] of state.runs) {
    invariant(asks.size > 0, `run ${runId}: is listed while it asks`);
    for (const ask of asks) {
      invariant(ask.asker.runId === runId, `run ${runId}: lists what it asks`);
      invariant(ask.asker.session.asks.get(ask.asker.ackId) === ask, `run ${runId}: its session knows what it asks`);
    }
  }
}

/** The claims that a thing must have now: each key as often as it is inside. */
export function claimsOf(thing: Thing): TaskKey[] {
  switch (thing.type) {
    case "queue": {
      const inside = [...thing.items, ...[...thing.putters].map((ask) => ask.item)];
      return [...inside, ...[...thing.out].flatMap((ask) => ask.items)].flatMap(({ keys }) => keys);
    }
    case "variable":
      return [...thing.content?.keys ?? [], ...[...thing.out].flatMap((ask) => ask.keys)];
    case "topic": {
      const waiting = [...thing.publishers].map((ask) => ask.item);
      const sent = [...thing.subscriptions].flatMap((one) => [...one.sent, ...one.backlog]);
      return [...waiting, ...sent].flatMap(({ keys }) => keys);
    }
    default:
      return [];
  }
}

/** All that waits for a thing, or holds something of it. */
function asksOf(thing: Thing): readonly AskRecord[] {
  switch (thing.type) {
    case "queue":
      return [...thing.getters, ...thing.putters, ...thing.out];
    case "variable":
      return [...thing.readers, ...thing.out];
    case "lock":
      return thing.holder === undefined ? [...thing.line] : [thing.holder, ...thing.line];
    case "semaphore":
      return [...thing.holders, ...thing.line];
    case "flag":
      return [...thing.line];
    case "topic":
      return [...thing.publishers, ...thing.subscriptions];
    default:
      return unreachable(thing);
  }
}

function thingsOf(ask: AskRecord): readonly Thing[] {
  switch (ask.type) {
    case "put":
    case "get":
      return [ask.queue];
    case "read":
      return [ask.variable];
    case "lock":
      return ask.locks;
    case "semaphore":
      return [ask.semaphore];
    case "flag":
      return [ask.flag];
    case "publish":
    case "subscription":
      return [ask.topic];
    default:
      return unreachable(ask);
  }
}

function validateAsk(state: CoordinationState, thing: Thing, ask: AskRecord): void {
  const { session, ackId, runId } = ask.asker;
  invariant(state.sessions.get(session.id) === session, `${thing.id}: who asks is a session`);
  invariant(session.asks.get(ackId) === ask, `${thing.id}: its session knows who asks`);
  if (runId !== undefined) invariant(state.runs.get(runId)?.has(ask) === true, `${thing.id}: run ${runId} is listed`);
}

function validateThing(thing: Thing): void {
  const { id } = thing;
  switch (thing.type) {
    case "queue":
      return validateQueue(thing);
    case "variable":
      return invariant(
        thing.content === undefined || thing.readers.size === 0,
        `${id}: nobody waits for what is there`,
      );
    case "lock": {
      const { holder, line } = thing;
      if (holder !== undefined) {
        invariant(holder.held.includes(thing) && holder.places.length === 0, `${id}: its holder knows it`);
        invariant(holder.held.length === holder.count, `${id}: its holder has what it wanted`);
      }
      return invariant(line.first === undefined || freeLocks(line.first).length < line.first.count, `${id}: is given`);
    }
    case "semaphore":
      invariant(thing.holders.size <= thing.leases, `${id}: gives no more than it has`);
      return invariant(thing.line.size === 0 || thing.holders.size === thing.leases, `${id}: gives what it has`);
    case "flag":
      return invariant(!thing.isSet || thing.line.size === 0, `${id}: nobody waits for what is set`);
    case "topic":
      return validateTopic(thing);
    default:
      return unreachable(thing);
  }
}

function validateQueue(queue: QueueRecord): void {
  const { id, items, getters, putters, isClosed } = queue;
  const orders = [...items].map((item) => item.order);
  invariant(orders.every((order, i) => i === 0 || orders[i - 1]! < order), `${id}: is in order`);
  const first = getters.first;
  invariant(first === undefined || items.size < first.count, `${id}: hands out what is wanted`);
  invariant(!isClosed || getters.size + putters.size === 0, `${id}: nobody waits at what is closed`);
  invariant(putters.size === 0 || items.size >= queue.maxSize, `${id}: lets in what has room`);
  for (const ask of queue.out) invariant(ask.items.length > 0 && ask.place === undefined, `${id}: knows what is out`);
}

function validateTopic(topic: TopicRecord): void {
  invariant(topic.publishers.size === 0 || fullSubscribers(topic).has("wait"), `${topic.id}: publishes what has room`);
  for (const one of topic.subscriptions) validateSubscription(topic, one);
}

function validateSubscription(topic: TopicRecord, one: Subscription): void {
  const bytes = [...one.sent].reduce((sum, sent) => sum + sent.bytes, 0);
  invariant(bytes === one.sentBytes, `${topic.id}: adds up what it sent`);
  invariant(one.sent.size <= one.capacity && one.backlog.size <= one.capacity, `${topic.id}: keeps to capacities`);
  invariant(one.backlog.size === 0 || (one.isFull && one.overflow === "drop-oldest"), `${topic.id}: sends what it can`);
}
