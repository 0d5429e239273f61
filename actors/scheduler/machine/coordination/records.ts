/**
 * What the scheduler keeps of shared things and of who waits for them or holds something of them. They refer to each
 * other, so they share a file. Only the topic files of this folder write to them; `validate.ts` says what must hold.
 *
 * @module
 */
import type { SharedItem, ThingId, TopicOverflow } from "../../../protocol/coordination.ts";
import type { Packed } from "../../../protocol/packed.ts";
import type { ClientId, RunId, TaskKey } from "../../../protocol/task.ts";
import { Line, type Place } from "./line.ts";

/** A session that has asked for something. */
export class SessionRecord {
  readonly id: ClientId;
  /** What it waits for or holds. */
  readonly asks: Map<number, AskRecord> = new Map();
  /** What it has objects of: these things are kept, with their settings. */
  readonly things: Set<Thing> = new Set();

  constructor(id: ClientId) {
    this.id = id;
  }
}

/** Who asks. */
export class Asker {
  readonly session: SessionRecord;
  /** Names the request within the session. */
  readonly ackId: number;
  /** The run that asks, while it goes on. */
  runId: RunId | undefined;

  constructor(session: SessionRecord, ackId: number, runId: RunId | undefined) {
    this.session = session;
    this.ackId = ackId;
    this.runId = runId;
  }
}

/** A request that waits, or that holds something. */
export type AskRecord = PutAsk | GetAsk | ReadAsk | LockAsk | SemaphoreAsk | FlagAsk | PublishAsk | Subscription;

/** A thing that sessions share. */
export type Thing = QueueRecord | VariableRecord | LockRecord | SemaphoreRecord | FlagRecord | TopicRecord;

/** An item of a queue. */
export interface QueueItem extends SharedItem {
  /** Order of arrival: an item that comes back goes before all that came later. */
  readonly order: number;
  /** Its futures are gone: it does not come back. */
  readonly isVoid?: true;
}

/** First in, first out. */
export class QueueRecord {
  readonly type = "queue";
  readonly id: ThingId;
  readonly name: string;
  readonly sessions: Set<SessionRecord> = new Set();
  /** Items that may be inside; those that come back may be more. */
  readonly maxSize: number;
  isClosed = false;
  readonly items: Line<QueueItem> = new Line();
  nextOrder = 0;
  /** Wait for items: then there are fewer than the first of them wants. */
  readonly getters: Line<GetAsk> = new Line();
  /** Wait for room: then it is full, and not closed. */
  readonly putters: Line<PutAsk> = new Line();
  /** Have items in hand that may come back. */
  readonly out: Set<GetAsk> = new Set();

  constructor(name: string, maxSize: number) {
    this.id = `queue:${name}`;
    this.name = name;
    this.maxSize = maxSize;
  }
}

/** An item that waits for room. */
export class PutAsk {
  readonly type = "put";
  readonly asker: Asker;
  readonly queue: QueueRecord;
  readonly item: SharedItem;
  readonly place: Place<PutAsk>;

  constructor(asker: Asker, queue: QueueRecord, item: SharedItem) {
    this.asker = asker;
    this.queue = queue;
    this.item = item;
    this.place = queue.putters.join(this);
  }
}

/** Waits for items, or has them in hand. */
export class GetAsk {
  readonly type = "get";
  readonly asker: Asker;
  readonly queue: QueueRecord;
  /** How many it wants. */
  readonly count: number;
  /** Undefined for one that does not wait. */
  place: Place<GetAsk> | undefined = undefined;
  /** What was handed over. */
  items: readonly QueueItem[] = [];
  /** It has arrived: only its asker's death brings it back. */
  isTaken = false;

  constructor(asker: Asker, queue: QueueRecord, count: number) {
    this.asker = asker;
    this.queue = queue;
    this.count = count;
  }
}

/** One value. */
export class VariableRecord {
  readonly type = "variable";
  readonly id: ThingId;
  readonly sessions: Set<SessionRecord> = new Set();
  /** Undefined while it is not set. */
  content: SharedItem | undefined = undefined;
  /** Wait until it is set. */
  readonly readers: Line<ReadAsk> = new Line();
  /** Were told a value whose futures have not arrived yet. */
  readonly out: Set<ReadAsk> = new Set();

  constructor(name: string) {
    this.id = `variable:${name}`;
  }
}

/** Waits until a variable is set, or was told a value. */
export class ReadAsk {
  readonly type = "read";
  readonly asker: Asker;
  readonly variable: VariableRecord;
  /** Undefined for one that does not wait. */
  place: Place<ReadAsk> | undefined = undefined;
  /** The keys in what it was told. */
  keys: readonly TaskKey[] = [];

  constructor(asker: Asker, variable: VariableRecord) {
    this.asker = asker;
    this.variable = variable;
  }
}

/** One holder at a time. */
export class LockRecord {
  readonly type = "lock";
  readonly id: ThingId;
  readonly sessions: Set<SessionRecord> = new Set();
  holder: LockAsk | undefined = undefined;
  readonly line: Line<LockAsk> = new Line();

  constructor(name: string) {
    this.id = `lock:${name}`;
  }
}

/** Stands in the lines of several locks at once until it can have enough of them; then it holds them. */
export class LockAsk {
  readonly type = "lock";
  readonly asker: Asker;
  readonly locks: readonly LockRecord[];
  /** How many it wants. */
  readonly count: number;
  /** Its places, while it waits. */
  places: readonly Place<LockAsk>[];
  /** What it holds. */
  held: readonly LockRecord[] = [];

  constructor(asker: Asker, locks: readonly LockRecord[], count: number) {
    this.asker = asker;
    this.locks = locks;
    this.count = count;
    this.places = locks.map((lock) => lock.line.join(this));
  }
}

/** A few holders at a time. */
export class SemaphoreRecord {
  readonly type = "semaphore";
  readonly id: ThingId;
  readonly sessions: Set<SessionRecord> = new Set();
  readonly leases: number;
  readonly holders: Set<SemaphoreAsk> = new Set();
  /** Somebody waits only while all leases are given. */
  readonly line: Line<SemaphoreAsk> = new Line();

  constructor(name: string, leases: number) {
    this.id = `semaphore:${name}`;
    this.leases = leases;
  }
}

/** Waits for a lease, or holds one. */
export class SemaphoreAsk {
  readonly type = "semaphore";
  readonly asker: Asker;
  readonly semaphore: SemaphoreRecord;
  readonly place: Place<SemaphoreAsk>;

  constructor(asker: Asker, semaphore: SemaphoreRecord) {
    this.asker = asker;
    this.semaphore = semaphore;
    this.place = semaphore.line.join(this);
  }
}

/** On or off. */
export class FlagRecord {
  readonly type = "flag";
  readonly id: ThingId;
  readonly sessions: Set<SessionRecord> = new Set();
  isSet = false;
  /** Somebody waits only while it is off. */
  readonly line: Line<FlagAsk> = new Line();

  constructor(name: string) {
    this.id = `flag:${name}`;
  }
}

/** Waits until a flag is set. */
export class FlagAsk {
  readonly type = "flag";
  readonly asker: Asker;
  readonly flag: FlagRecord;
  readonly place: Place<FlagAsk>;

  constructor(asker: Asker, flag: FlagRecord) {
    this.asker = asker;
    this.flag = flag;
    this.place = flag.line.join(this);
  }
}

/** Items for all who listen. */
export class TopicRecord {
  readonly type = "topic";
  readonly id: ThingId;
  readonly name: string;
  readonly sessions: Set<SessionRecord> = new Set();
  readonly subscriptions: Set<Subscription> = new Set();
  /** Somebody waits only while a subscriber that wants that is full. */
  readonly publishers: Line<PublishAsk> = new Line();

  constructor(name: string) {
    this.id = `topic:${name}`;
    this.name = name;
  }
}

/** An item that waits until all subscribers have room. */
export class PublishAsk {
  readonly type = "publish";
  readonly asker: Asker;
  readonly topic: TopicRecord;
  readonly item: SharedItem;
  readonly place: Place<PublishAsk>;

  constructor(asker: Asker, topic: TopicRecord, item: SharedItem) {
    this.asker = asker;
    this.topic = topic;
    this.item = item;
    this.place = topic.publishers.join(this);
  }
}

/** An item on its way to a subscriber. */
export interface SentItem {
  readonly keys: readonly TaskKey[];
  readonly bytes: number;
}

/** Gets what is published. */
export class Subscription {
  readonly type = "subscription";
  readonly asker: Asker;
  readonly topic: TopicRecord;
  readonly capacity: number;
  readonly capacityBytes: number;
  readonly overflow: TopicOverflow;
  /** Sent and not taken, oldest first. */
  readonly sent: Line<SentItem> = new Line();
  sentBytes = 0;
  /** With `drop-oldest`: what is sent when there is room; the newest ones, never more than `capacity`. */
  readonly backlog: Line<{ readonly item: Packed; readonly keys: readonly TaskKey[] }> = new Line();

  constructor(
    asker: Asker,
    topic: TopicRecord,
    limits: { readonly capacity: number; readonly capacityBytes: number | undefined; readonly overflow: TopicOverflow },
  ) {
    this.asker = asker;
    this.topic = topic;
    this.capacity = limits.capacity === 0 ? Infinity : limits.capacity;
    this.capacityBytes = limits.capacityBytes ?? Infinity;
    this.overflow = limits.overflow;
  }

  /** Whether an item more is one too many. */
  get isFull(): boolean {
    return this.sent.size >= this.capacity || this.sentBytes >= this.capacityBytes;
  }
}
