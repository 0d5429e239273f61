/**
 * What clients ask of the things that a cluster shares by name: queues, variables, locks, semaphores, flags, topics. A
 * thing is made by the first request that names it. Each request is answered once, when its turn has come.
 *
 * @module
 */
import { unreachable } from "../base/assert.ts";
import type { Packed } from "./packed.ts";
import * as p from "./parse.ts";
import type { RunId, TaskKey } from "./task.ts";

/** What kinds of things a cluster shares. Names of different kinds do not meet. */
export type ThingKind = "queue" | "variable" | "lock" | "semaphore" | "flag" | "topic";

/** Names one thing: `queue:NAME`, for example. */
export type ThingId = `${ThingKind}:${string}`;

/** What happens when a subscriber has as many items as it wants to have waiting. */
export type TopicOverflow = "wait" | "reject" | "drop-oldest";

/** What travels through a thing: opaque, with the keys of the futures inside. */
export interface SharedItem {
  readonly item: Packed;
  readonly keys: readonly TaskKey[];
}

/** One request. `maxSize`: undefined takes the queue as it is, 0 means without limit. */
export type CoordinationRequest =
  /** Put an item in; waits while the queue is full. Answered by `done`. */
  | ({ readonly type: "queue-put"; readonly name: string; readonly maxSize: number | undefined } & SharedItem)
  /** Take so many items; 0 takes what is there. Answered by `handed`. */
  | {
    readonly type: "queue-get";
    readonly name: string;
    readonly maxSize: number | undefined;
    readonly count: number;
  }
  /** Answered by `answer`: a number. */
  | { readonly type: "queue-size"; readonly name: string; readonly maxSize: number | undefined }
  /** No more items. Answered by `done`. */
  | { readonly type: "queue-close"; readonly name: string; readonly maxSize: number | undefined }
  /** Answered by `done`. */
  | ({ readonly type: "variable-set"; readonly name: string } & SharedItem)
  /** Waits until it is set. Answered by `handed`. */
  | { readonly type: "variable-get"; readonly name: string }
  /** Answered by `done`. */
  | { readonly type: "variable-delete"; readonly name: string }
  /** Hold `count` of these locks, all at once. Answered by `done`; given back by `give-up`. */
  | { readonly type: "lock-acquire"; readonly names: readonly string[]; readonly count: number }
  /** Hold one of so many leases. Answered by `done`; given back by `give-up`. */
  | { readonly type: "semaphore-acquire"; readonly name: string; readonly leases: number }
  /** Answered by `done`. */
  | { readonly type: "flag-set"; readonly name: string }
  /** Answered by `done`. */
  | { readonly type: "flag-clear"; readonly name: string }
  /** Waits until it is set. Answered by `done`. */
  | { readonly type: "flag-wait"; readonly name: string }
  /** Answered by `answer`: a boolean. */
  | { readonly type: "flag-is-set"; readonly name: string }
  /** Hand an item to all subscribers; waits while one of them wants that. Answered by `done`. */
  | ({ readonly type: "topic-publish"; readonly name: string } & SharedItem)
  /** Send what is published from now on, as `published`, until `give-up`. Confirmed by `took`. Capacity 0: no limit. */
  | {
    readonly type: "topic-subscribe";
    readonly name: string;
    readonly capacity: number;
    readonly capacityBytes: number | undefined;
    readonly overflow: TopicOverflow;
  };

/** Client to scheduler. */
export type Coordinate =
  /** Something is asked, by this run if a task asks. Answered once, see there; or `refused`. */
  | {
    readonly type: "coordinate";
    readonly ackId: number;
    readonly run: RunId | undefined;
    readonly request: CoordinationRequest;
  }
  /** What was handed over under this id has arrived: the oldest `count` items of a subscription, else all. */
  | { readonly type: "took"; readonly ackId: number; readonly count: number }
  /** These are not wanted any more: a place in line, what was handed over, a lease, a subscription. */
  | { readonly type: "give-up"; readonly ackIds: readonly number[] }
  /** This client has no object of these things any more. */
  | { readonly type: "leave-things"; readonly things: readonly ThingId[] };

/** Scheduler to client. */
export type Coordinated =
  /** Items from a queue or a variable. `isHeld`: until the client says `took`, the scheduler keeps them too. */
  | {
    readonly type: "handed";
    readonly ackId: number;
    readonly items: readonly Packed[];
    readonly isHeld: boolean;
  }
  /** An item of a topic, for the subscription with this id. */
  | { readonly type: "published"; readonly ackId: number; readonly item: Packed };

/** A message as a tuple. Its tags continue those of the conversation between client and scheduler. */
export function packCoordinate(m: Coordinate): p.Fields {
  switch (m.type) {
    case "coordinate":
      return [30, m.ackId, m.run, packRequest(m.request)];
    case "took":
      return [31, m.ackId, m.count];
    case "give-up":
      return [32, m.ackIds];
    case "leave-things":
      return [33, m.things];
    default:
      return unreachable(m);
  }
}

/** A tuple as a message; throws `wire/malformed`. */
export function parseCoordinate(t: p.Fields): Coordinate {
  switch (t[0]) {
    case 30:
      return { type: "coordinate", ackId: p.count(t, 1), run: p.numberOrNone(t, 2), request: parseRequest(t[3]) };
    case 31:
      return { type: "took", ackId: p.count(t, 1), count: p.count(t, 2) };
    case 32:
      return { type: "give-up", ackIds: p.numbers(t, 1) };
    case 33:
      return { type: "leave-things", things: p.list(t, 1, thingId) };
    default:
      throw p.malformed("unknown message about shared things", t[0]);
  }
}

/** A message as a tuple. Its tags continue those of the conversation between scheduler and client. */
export function packCoordinated(m: Coordinated): p.Fields {
  switch (m.type) {
    case "handed":
      return [17, m.ackId, m.items, m.isHeld];
    case "published":
      return [18, m.ackId, m.item];
    default:
      return unreachable(m);
  }
}

/** A tuple as a message; throws `wire/malformed`. */
export function parseCoordinated(t: p.Fields): Coordinated {
  switch (t[0]) {
    case 17:
      return { type: "handed", ackId: p.count(t, 1), items: p.list(t, 2, p.packed), isHeld: p.flag(t, 3) };
    case 18:
      return { type: "published", ackId: p.count(t, 1), item: p.packed(t, 2) };
    default:
      throw p.malformed("unknown message from shared things", t[0]);
  }
}

function packRequest(r: CoordinationRequest): p.Fields {
  switch (r.type) {
    case "queue-put":
      return [1, r.name, r.maxSize, r.item, r.keys];
    case "queue-get":
      return [2, r.name, r.maxSize, r.count];
    case "queue-size":
      return [3, r.name, r.maxSize];
    case "queue-close":
      return [4, r.name, r.maxSize];
    case "variable-set":
      return [5, r.name, r.item, r.keys];
    case "variable-get":
      return [6, r.name];
    case "variable-delete":
      return [7, r.name];
    case "lock-acquire":
      return [8, r.names, r.count];
    case "semaphore-acquire":
      return [9, r.name, r.leases];
    case "flag-set":
      return [10, r.name];
    case "flag-clear":
      return [11, r.name];
    case "flag-wait":
      return [12, r.name];
    case "flag-is-set":
      return [13, r.name];
    case "topic-publish":
      return [14, r.name, r.item, r.keys];
    case "topic-subscribe":
      return [15, r.name, r.capacity, r.capacityBytes, r.overflow];
    default:
      return unreachable(r);
  }
}

function parseRequest(value: unknown): CoordinationRequest {
  const t = p.fields(value);
  switch (t[0]) {
    case 1:
      return { type: "queue-put", ...named(t), maxSize: maxSize(t), item: p.packed(t, 3), keys: p.texts(t, 4) };
    case 2:
      return { type: "queue-get", ...named(t), maxSize: maxSize(t), count: p.count(t, 3) };
    case 3:
      return { type: "queue-size", ...named(t), maxSize: maxSize(t) };
    case 4:
      return { type: "queue-close", ...named(t), maxSize: maxSize(t) };
    case 5:
      return { type: "variable-set", ...named(t), item: p.packed(t, 2), keys: p.texts(t, 3) };
    case 6:
      return { type: "variable-get", ...named(t) };
    case 7:
      return { type: "variable-delete", ...named(t) };
    case 8:
      return { type: "lock-acquire", names: p.texts(t, 1), count: p.count(t, 2) };
    case 9:
      return { type: "semaphore-acquire", ...named(t), leases: p.count(t, 2) };
    case 10:
      return { type: "flag-set", ...named(t) };
    case 11:
      return { type: "flag-clear", ...named(t) };
    case 12:
      return { type: "flag-wait", ...named(t) };
    case 13:
      return { type: "flag-is-set", ...named(t) };
    case 14:
      return { type: "topic-publish", ...named(t), item: p.packed(t, 2), keys: p.texts(t, 3) };
    case 15:
      return parseSubscribe(t);
    default:
      throw p.malformed("unknown request for a shared thing", t[0]);
  }
}

function thingId(tuple: p.Fields, index: number): ThingId {
  const id = p.text(tuple, index);
  if (isThingId(id)) return id;
  throw p.malformed(`field ${index} names no shared thing`, id);
}

function isThingId(id: string): id is ThingId {
  return /^(?:queue|variable|lock|semaphore|flag|topic):/.test(id);
}

function named(t: p.Fields): { name: string } {
  return { name: p.text(t, 1) };
}

function maxSize(t: p.Fields): number | undefined {
  return t[2] === undefined || t[2] === null ? undefined : p.count(t, 2);
}

function parseSubscribe(t: p.Fields): CoordinationRequest {
  return {
    type: "topic-subscribe",
    ...named(t),
    capacity: p.count(t, 2),
    capacityBytes: p.numberOrNone(t, 3),
    overflow: p.choice(t, 4, ["wait", "reject", "drop-oldest"]),
  };
}
