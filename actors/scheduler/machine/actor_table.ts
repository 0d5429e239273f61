/** What the scheduler keeps about actors as a whole. @module */
import { KeyedHeap } from "../../base/keyed_heap.ts";
import type { TaskKey } from "../../protocol/task.ts";
import type { ActorRecord, ClientRecord, TaskRecord, WorkerRecord } from "./records.ts";

/** A client that waits for a name. */
export interface NameSeeker {
  readonly client: ClientRecord;
  readonly ackId: number;
  readonly name: string;
}

/** A client that waits until an actor is gone. */
export interface EndSeeker {
  readonly client: ClientRecord;
  readonly ackId: number;
  readonly key: TaskKey;
  readonly worker: WorkerRecord;
}

/** A call that must be answered in time. */
export interface CallDeadline {
  readonly call: TaskRecord;
  readonly atMs: number;
  readonly timeoutMs: number;
}

/** Names of actors, who waits for one, and what is to be done before the step ends. */
export class ActorTable {
  /** Actors with a name, which are not at their end. Each is claimed by `actor:NAME`. */
  readonly names: Map<string, ActorRecord> = new Map();
  /** Who waits for a name. */
  seekers: NameSeeker[] = [];
  /** Who waits for an end. */
  enders: EndSeeker[] = [];
  /** Actors that may have calls to send. Empty between steps. */
  readonly due: Set<ActorRecord> = new Set();
  /** Actors that ended for good in this step. Empty between steps. */
  readonly ended: ActorRecord[] = [];
  /** Deadlines of calls that have not ended. */
  readonly deadlines: KeyedHeap<CallDeadline> = new KeyedHeap((a, b) => a.atMs - b.atMs);
  /** The same, by call. */
  readonly deadlineOf: Map<TaskRecord, CallDeadline> = new Map();
}
