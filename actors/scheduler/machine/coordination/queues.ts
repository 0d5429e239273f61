/**
 * Queues: first in, first out. Getters and putters are served in order; who wants many items waits until they are there,
 * and all who came later wait behind. What a task took comes back if it dies before its next request for items.
 *
 * @module
 */
import { describe } from "../../../base/errors.ts";
import type { CoordinationRequest, SharedItem } from "../../../protocol/coordination.ts";
import { type Asker, GetAsk, PutAsk, type QueueItem, QueueRecord } from "./records.ts";
import {
  answerDone,
  answerValue,
  beginAsk,
  type CoordinationState,
  dropKeys,
  endAsk,
  holdKeys,
  refuseAsk,
  thingOf,
} from "./state.ts";

/** A request of this kind. */
type Request<T extends CoordinationRequest["type"]> = Extract<CoordinationRequest, { readonly type: T }>;

/** Puts an item in, or lets it wait for room. */
export function putItem(state: CoordinationState, asker: Asker, request: Request<"queue-put">): void {
  const queue = queueOf(state, asker, request);
  if (queue === undefined) return;
  if (queue.isClosed) return refuseClosed(state, asker, queue, "put an item into");
  const { item, keys } = request;
  holdKeys(state, queue, keys);
  if (queue.putters.size > 0 || queue.items.size >= queue.maxSize) {
    return beginAsk(state, new PutAsk(asker, queue, { item, keys }));
  }
  admit(queue, { item, keys });
  answerDone(state, asker);
  serve(state, queue);
}

/** Hands items over, or lets the request wait for them. */
export function getItems(state: CoordinationState, asker: Asker, request: Request<"queue-get">): void {
  const queue = queueOf(state, asker, request);
  if (queue === undefined) return;
  const { count } = request;
  consumeTaken(state, asker, queue);
  if (count > queue.maxSize) {
    const message = `Cannot get ${count} items of queue ${describe(queue.name)}: it never holds more than ` +
      `${queue.maxSize}`;
    return refuseAsk(state, asker, "input/invalid", message, "Ask for fewer items at once");
  }
  const isOver = queue.isClosed && queue.items.size === 0;
  if (isOver) return refuseClosed(state, asker, queue, "get an item of");
  const there = queue.getters.size > 0 ? 0 : queue.items.size;
  const ask = new GetAsk(asker, queue, count);
  if (count === 0 && there === 0) {
    state.effects.push({ type: "hand-over", clientId: asker.session.id, ackId: asker.ackId, items: [], isHeld: false });
    return;
  }
  beginAsk(state, ask);
  if (count === 0) {
    handOver(state, ask, there);
  } else {
    ask.place = queue.getters.join(ask);
  }
  serve(state, queue);
}

/** Tells how many items are inside. */
export function tellSize(state: CoordinationState, asker: Asker, request: Request<"queue-size">): void {
  const queue = queueOf(state, asker, request);
  if (queue !== undefined) answerValue(state, asker, queue.items.size);
}

/** Ends a queue: what waits for room is refused, what waits for items gets what is left. */
export function closeQueue(state: CoordinationState, asker: Asker, request: Request<"queue-close">): void {
  const queue = queueOf(state, asker, request);
  if (queue === undefined) return;
  queue.isClosed = true;
  for (let ask = queue.putters.shift(); ask !== undefined; ask = queue.putters.shift()) {
    dropKeys(state, queue, ask.item.keys);
    refuseClosed(state, ask.asker, queue, "put an item into");
    endAsk(state, ask);
  }
  serve(state, queue);
  answerDone(state, asker);
}

/** All futures are cancelled: the items that hold some go, also those that wait for room, or would come back. */
export function dropFutures(state: CoordinationState, queue: QueueRecord): void {
  for (let left = queue.items.size; left > 0; left--) {
    const item = queue.items.shift()!;
    if (item.keys.length > 0) dropKeys(state, queue, item.keys);
    else queue.items.join(item);
  }
  for (const ask of [...queue.putters]) {
    if (ask.item.keys.length === 0) continue;
    letGoOfPut(state, ask);
    answerDone(state, ask.asker);
  }
  for (const ask of queue.out) {
    ask.items = ask.items.map((item) => item.keys.length > 0 ? { ...item, isVoid: true } : item);
  }
  serve(state, queue);
}

/** What was handed over has arrived: a task still has it in hand. */
export function itemsTaken(state: CoordinationState, ask: GetAsk): void {
  if (ask.asker.runId === undefined) consume(state, ask);
  else ask.isTaken = true;
}

/** What was handed over is gone for good. */
export function consume(state: CoordinationState, ask: GetAsk): void {
  for (const { keys } of ask.items) dropKeys(state, ask.queue, keys);
  ask.queue.out.delete(ask);
  endAsk(state, ask);
}

/** A request for items is void: what was handed over comes back to where it was. */
export function letGoOfGet(state: CoordinationState, ask: GetAsk): void {
  const { queue, place } = ask;
  if (place !== undefined) queue.getters.leave(place);
  for (const item of ask.items) {
    if (item.isVoid) dropKeys(state, queue, item.keys);
    else queue.items.rejoin(item, (other) => other.order > item.order);
  }
  queue.out.delete(ask);
  endAsk(state, ask);
  // Also when it only stood in line: who came behind it may want less.
  serve(state, queue);
}

/** An item that waits for room is withdrawn. */
export function letGoOfPut(state: CoordinationState, ask: PutAsk): void {
  const { queue, place, item } = ask;
  queue.putters.leave(place);
  dropKeys(state, queue, item.keys);
  endAsk(state, ask);
}

function queueOf(
  state: CoordinationState,
  asker: Asker,
  { name, maxSize }: { readonly name: string; readonly maxSize: number | undefined },
): QueueRecord | undefined {
  const wanted = maxSize === 0 ? Infinity : maxSize;
  const create = () => new QueueRecord(name, wanted ?? Infinity);
  const queue = thingOf<QueueRecord>(state, asker.session, `queue:${name}`, "queue", create);
  if (wanted === undefined || wanted === queue.maxSize) return queue;
  const message = `Cannot use queue ${describe(name)}: its maxSize is ${queue.maxSize}, not ${wanted}`;
  refuseAsk(state, asker, "input/invalid", message, "Give the same maxSize everywhere, or leave it out");
  return undefined;
}

/** A task that asks for more is done with what it took before. */
function consumeTaken(state: CoordinationState, asker: Asker, queue: QueueRecord): void {
  if (asker.runId === undefined) return;
  for (const ask of [...state.runs.get(asker.runId) ?? []]) {
    if (ask.type === "get" && ask.queue === queue && ask.isTaken) consume(state, ask);
  }
}

function admit(queue: QueueRecord, { item, keys }: SharedItem): void {
  queue.items.join({ item, keys, order: queue.nextOrder++ });
}

/** Does what can be done: lets items in, and hands them out. */
function serve(state: CoordinationState, queue: QueueRecord): void {
  for (;;) {
    while (queue.putters.size > 0 && queue.items.size < queue.maxSize) {
      const put = queue.putters.shift()!;
      admit(queue, put.item);
      answerDone(state, put.asker);
      endAsk(state, put);
    }
    const ask = queue.getters.first;
    const there = queue.items.size;
    if (ask === undefined || (there < ask.count && !queue.isClosed)) break;
    queue.getters.shift();
    ask.place = undefined;
    if (there > 0) {
      handOver(state, ask, Math.min(ask.count, there));
    } else {
      refuseClosed(state, ask.asker, queue, "get an item of");
      endAsk(state, ask);
    }
  }
  state.touched.add(queue);
}

function handOver(state: CoordinationState, ask: GetAsk, count: number): void {
  const items: QueueItem[] = [];
  for (let i = 0; i < count; i++) items.push(ask.queue.items.shift()!);
  ask.items = items;
  ask.queue.out.add(ask);
  const { session, ackId } = ask.asker;
  const values = items.map(({ item }) => item);
  state.effects.push({ type: "hand-over", clientId: session.id, ackId, items: values, isHeld: true });
}

function refuseClosed(state: CoordinationState, asker: Asker, queue: QueueRecord, action: string): void {
  refuseAsk(state, asker, "queue/closed", `Cannot ${action} queue ${describe(queue.name)}: it is closed`);
}
