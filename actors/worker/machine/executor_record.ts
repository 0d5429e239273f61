/** One executor of this worker and what it has in hand. @module */
import { TurnoverSet } from "../../base/turnover_set.ts";
import type { WorkerToExecutor } from "../../protocol/worker_executor.ts";
import type { ExecutorId } from "./event.ts";
import type { FunctionRecord } from "./function_record.ts";
import type { RunRecord } from "./run_record.ts";

/** `starting` until it is ready, `taking` work then, `ending` once the machine has asked for its end. */
export type ExecutorPhase = "starting" | "taking" | "ending";

/** Why the machine ends an executor: `run` for one run that does not stop, `memory` because it took too much. */
export type EndCause = "none" | "run" | "memory";

/** One executor, from the wish to start it until its death. */
export class ExecutorRecord {
  /** Names it; the key in `WorkerState.executors`. */
  readonly id: ExecutorId;
  /** Whether actors live there, and no task runs. */
  readonly isForActors: boolean;
  /** Where it stands. */
  phase: ExecutorPhase = "starting";
  /** Set exactly while ending. */
  endCause: EndCause = "none";
  /** What it has in hand, oldest first. */
  readonly runs: TurnoverSet<RunRecord> = new TurnoverSet();
  /** How many of `runs` are active. */
  activeCount: number = 0;
  /** Sum of the estimates of the active runs; exactly 0 without any. */
  loadMs: number = 0;
  /** When it last took up or let go of a run while it had work: since then, the current one may run. */
  busySinceMs: number = 0;
  /** Functions that it was told. */
  readonly functions: Set<FunctionRecord> = new Set();
  /** What is said to it in this step; empty between steps. */
  outgoing: WorkerToExecutor[] = [];
  /** Runs to ask back in this step; empty between steps. */
  asking: RunRecord[] = [];
  /** Questions that the shell has not answered, oldest first. */
  readonly asked: RunRecord[][] = [];
  /** The ping that it has not answered; 0 without one. */
  pingId: number = 0;
  /** When that was sent. */
  pingSentMs: number = 0;
  /** Heap limit in its first pong; 0 before. */
  heapLimitBytes: number = 0;

  /** @param id What it is called. @param isForActors Whether it is for actors alone. */
  constructor(id: ExecutorId, isForActors = false) {
    this.id = id;
    this.isForActors = isForActors;
  }
}
