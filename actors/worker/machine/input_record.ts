/** What is to be had from other workers. @module */
import type { TaskKey, WorkerId } from "../../protocol/task.ts";
import type { RunRecord } from "./run_record.ts";

/**
 * Where an input stands: `blocked` by a freed value of the same key that still has users, `queued` at a peer, `in-flight`,
 * or `hopeless`: nobody is left to ask (settled within the same step).
 */
export type InputPhase = "new" | "blocked" | "queued" | "in-flight" | "hopeless";

/** One result that is wanted here and not here yet. */
export class InputRecord {
  /** Names the result; the key in `WorkerState.inputs`. */
  readonly key: TaskKey;
  /** Workers that are said to have it and have not been asked in vain, the current one included. */
  holders: WorkerId[] = [];
  /** Workers that were asked in vain. */
  readonly asked: WorkerId[] = [];
  /** Runs in phase fetching that need it. Without any, only a replica is wanted. */
  readonly waiters: Set<RunRecord> = new Set();
  /** Whether the scheduler asked for a copy as such. */
  isReplica: boolean = false;
  /** Where it stands. */
  phase: InputPhase = "new";
  /** The worker that is asked; set exactly while queued or in flight. */
  peerId: WorkerId = "";
  /** The request that carries it; 0 unless in flight. */
  fetchId: number = 0;

  /** @param key What is wanted. */
  constructor(key: TaskKey) {
    this.key = key;
  }
}

/** Another worker, while something is to be had from it. */
export class PeerRecord {
  /** Names that worker; the key in `WorkerState.peers`. */
  readonly id: WorkerId;
  /** What to ask it for, first come first served; all in phase queued. */
  readonly queue: Set<InputRecord> = new Set();
  /** Requests that it has not answered. */
  fetchCount: number = 0;
  /** Keys in those requests. */
  keyCount: number = 0;

  /** @param id Which worker. */
  constructor(id: WorkerId) {
    this.id = id;
  }
}

/** One request that has not been answered. */
export interface Fetch {
  /** Whom. */
  readonly peer: PeerRecord;
  /** For what; some may be wanted no more, or be here meanwhile. */
  readonly inputs: readonly InputRecord[];
}
