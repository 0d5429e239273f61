/**
 * Topics: every subscriber gets every item that is published after it subscribed, in order. Items go out at once, up to
 * what a subscriber wants to have waiting; then its `overflow` says whether publishers wait, are refused, or whether the
 * oldest item that was not sent yet makes room.
 *
 * @module
 */
import { describe } from "../../../base/errors.ts";
import type { CoordinationRequest, SharedItem } from "../../../protocol/coordination.ts";
import { packedBytes } from "../../../protocol/packed.ts";
import { type Asker, PublishAsk, Subscription, TopicRecord } from "./records.ts";
import {
  answerDone,
  beginAsk,
  type CoordinationState,
  dropKeys,
  endAsk,
  holdKeys,
  refuseAsk,
  thingOf,
} from "./state.ts";

/** Hands an item to all subscribers, or lets it wait until they have room. */
export function publishItem(
  state: CoordinationState,
  asker: Asker,
  { name, item, keys }: SharedItem & { readonly name: string },
): void {
  const topic = topicOf(state, asker, name);
  holdKeys(state, topic, keys);
  beginAsk(state, new PublishAsk(asker, topic, { item, keys }));
  serve(state, topic);
}

/** A subscriber gets what is published from now on. */
export function subscribe(
  state: CoordinationState,
  asker: Asker,
  request: Extract<CoordinationRequest, { readonly type: "topic-subscribe" }>,
): void {
  const topic = topicOf(state, asker, request.name);
  const subscription = new Subscription(asker, topic, request);
  topic.subscriptions.add(subscription);
  beginAsk(state, subscription);
}

/** A subscriber has taken its oldest items. */
export function itemsHeard(state: CoordinationState, subscription: Subscription, count: number): void {
  for (let i = 0; i < count; i++) {
    const sent = subscription.sent.shift();
    if (sent === undefined) break;
    subscription.sentBytes -= sent.bytes;
    dropKeys(state, subscription.topic, sent.keys);
  }
  while (subscription.backlog.size > 0 && !subscription.isFull) {
    send(state, subscription, subscription.backlog.shift()!);
  }
  serve(state, subscription.topic);
}

/** A subscription ends. */
export function letGoOfSubscription(state: CoordinationState, subscription: Subscription): void {
  const { topic, sent, backlog } = subscription;
  topic.subscriptions.delete(subscription);
  for (const { keys } of sent) dropKeys(state, topic, keys);
  for (const { keys } of backlog) dropKeys(state, topic, keys);
  endAsk(state, subscription);
  serve(state, topic);
}

/** An item that waits to be published is withdrawn. */
export function letGoOfPublish(state: CoordinationState, ask: PublishAsk): void {
  endPublish(state, ask);
  serve(state, ask.topic);
}

function topicOf(state: CoordinationState, asker: Asker, name: string): TopicRecord {
  return thingOf<TopicRecord>(state, asker.session, `topic:${name}`, "topic", () => new TopicRecord(name));
}

function serve(state: CoordinationState, topic: TopicRecord): void {
  for (let ask = topic.publishers.first; ask !== undefined; ask = topic.publishers.first) {
    const full = fullSubscribers(topic);
    if (full.has("wait")) break;
    if (full.has("reject")) {
      const message = `Cannot publish in topic ${
        describe(topic.name)
      }: a subscriber that rejects what is too much is full`;
      refuseAsk(state, ask.asker, "topic/full", message, "Publish less, or subscribe with more capacity");
    } else {
      for (const subscription of topic.subscriptions) deliver(state, subscription, ask.item);
      answerDone(state, ask.asker);
    }
    endPublish(state, ask);
  }
  state.touched.add(topic);
}

/** How the full subscribers want a further item to be treated. */
export function fullSubscribers(topic: TopicRecord): ReadonlySet<Subscription["overflow"]> {
  const full = new Set<Subscription["overflow"]>();
  for (const subscription of topic.subscriptions) {
    if (subscription.isFull) full.add(subscription.overflow);
  }
  return full;
}

function deliver(state: CoordinationState, subscription: Subscription, item: SharedItem): void {
  const { topic, backlog, capacity } = subscription;
  holdKeys(state, topic, item.keys);
  if (!subscription.isFull) return send(state, subscription, item);
  backlog.join(item);
  if (backlog.size > capacity) dropKeys(state, topic, backlog.shift()!.keys);
}

function send(state: CoordinationState, subscription: Subscription, { item, keys }: SharedItem): void {
  const bytes = packedBytes(item);
  subscription.sent.join({ keys, bytes });
  subscription.sentBytes += bytes;
  const { session, ackId } = subscription.asker;
  state.effects.push({ type: "send-item", clientId: session.id, ackId, item });
}

function endPublish(state: CoordinationState, ask: PublishAsk): void {
  ask.topic.publishers.leave(ask.place);
  dropKeys(state, ask.topic, ask.item.keys);
  endAsk(state, ask);
}
