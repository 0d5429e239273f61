/** What is under way for the cluster as a whole, over many steps. Only the topic files of this folder write to it. @module */
import type { ClientToScheduler } from "../../protocol/client_scheduler.ts";
import type { ClientRecord, TaskRecord, WorkerRecord } from "./records.ts";
import { MEMORY } from "./transitions.ts";

/** One value that is to be on one more worker. */
export class Copy {
  readonly task: TaskRecord;
  readonly to: WorkerRecord;
  /** The worker could get it from nobody. */
  hasFailed = false;

  constructor(task: TaskRecord, to: WorkerRecord) {
    this.task = task;
    this.to = to;
  }

  /** Whether it has arrived. */
  get isThere(): boolean {
    return this.task.state === MEMORY && this.to.holds.has(this.task);
  }

  /** Whether there is nothing to wait for: it has arrived, or never will. */
  get isOver(): boolean {
    return this.hasFailed || this.isThere || this.task.state !== MEMORY || !this.to.isOpen;
  }
}

/** Values to be copied, in order. */
export class CopyList {
  /** Not asked for yet; the next one is last. */
  readonly waiting: Copy[] = [];
  /** Asked for. */
  readonly underWay: Set<Copy> = new Set();

  /** Whether nothing is to be copied. */
  get isEmpty(): boolean {
    return this.waiting.length === 0 && this.underWay.size === 0;
  }
}

/** One worker that is to leave. */
export class Retirement {
  readonly worker: WorkerRecord;
  readonly copies: CopyList = new CopyList();
  /** How many values the worker held when they were last looked through; -1 before. */
  seenCount = -1;
  /** Rounds in a row without an arrival. */
  vainRounds = 0;
  /** It was told to stop: only its goodbye is missing. */
  isToldToStop = false;

  constructor(worker: WorkerRecord) {
    this.worker = worker;
  }
}

/** A client that waits for workers to leave. */
export interface RetireRequest {
  readonly client: ClientRecord;
  readonly ackId: number;
  readonly workers: readonly WorkerRecord[];
}

/** One wish for copies. */
export class Replication {
  readonly client: ClientRecord;
  readonly ackId: number;
  /** How many workers shall have each value. */
  readonly copiesWanted: number;
  /** Values that are not on as many yet. */
  readonly tasks: Set<TaskRecord>;
  readonly copies: CopyList = new CopyList();
  /** Rounds in a row without an arrival. */
  vainRounds = 0;
  /** Where the next copy goes. */
  cursor = 0;

  constructor(client: ClientRecord, ackId: number, copiesWanted: number, tasks: Set<TaskRecord>) {
    this.client = client;
    this.ackId = ackId;
    this.copiesWanted = copiesWanted;
    this.tasks = tasks;
  }
}

/** One wish for balance. */
export class Rebalancing {
  readonly client: ClientRecord;
  readonly ackId: number;
  readonly copies: CopyList = new CopyList();
  /** From where each copy takes its value. */
  readonly from: Map<Copy, WorkerRecord> = new Map();

  constructor(client: ClientRecord, ackId: number) {
    this.client = client;
    this.ackId = ackId;
  }
}

/** A client that waits until all workers have been started anew. */
export interface Restart {
  readonly client: ClientRecord;
  readonly ackId: number;
  /** Told to start anew, not heard of since; those with a nanny come back under another id. */
  readonly workers: Set<WorkerRecord>;
  /** Names of workers with a nanny that are gone and not back yet. */
  readonly names: Set<string>;
}

/** All errands. */
export class Errands {
  /** Workers that are to leave. */
  readonly retirements: Map<WorkerRecord, Retirement> = new Map();
  /** Who waits for them. */
  retireRequests: RetireRequest[] = [];
  replications: Replication[] = [];
  rebalancings: Rebalancing[] = [];
  restarts: Restart[] = [];

  /** How many there are: nearly always none, which each step asks. */
  get count(): number {
    return this.retirements.size + this.retireRequests.length + this.replications.length + this.rebalancings.length +
      this.restarts.length;
  }
}

/** A scatter that waits for a worker that takes new work. */
export interface PendingScatter {
  readonly client: ClientRecord;
  readonly message: Extract<ClientToScheduler, { type: "scatter" }>;
}
