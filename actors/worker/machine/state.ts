/** Everything the worker machine knows. Changed by `step` only. @module */
import { TurnoverMap } from "../../base/turnover_map.ts";
import type { ErrorCode } from "../../base/errors.ts";
import { KeyedHeap } from "../../base/keyed_heap.ts";
import type { Limits } from "../../base/limits.ts";
import type { FunctionHash, RunId, TaskKey, WireError, WorkerId } from "../../protocol/task.ts";
import type { ActorHome } from "./actor_home.ts";
import type { ExecutorId } from "./event.ts";
import type { ExecutorRecord } from "./executor_record.ts";
import type { FunctionRecord } from "./function_record.ts";
import type { Fetch, InputRecord, PeerRecord } from "./input_record.ts";
import { Outbox } from "./outbox.ts";
import { goesBefore, ringsBefore, type RunRecord } from "./run_record.ts";
import type { StoredValue } from "./stored_value.ts";

/** What a worker machine is told at its beginning. */
export interface WorkerMachineOptions {
  /** Its address, never used twice. */
  readonly workerId: WorkerId;
  /** Its name, for people. */
  readonly name: string;
  /** How many executors it has. */
  readonly threads: number;
  /** What its process may use, in bytes; undefined: unlimited. */
  readonly memoryLimitBytes: number | undefined;
  /** Its abstract resources. */
  readonly resources: Readonly<Record<string, number>>;
  /** Whether a nanny watches over its process. */
  readonly hasNanny: boolean;
  /** The limits in force. */
  readonly limits: Limits;
  /** Makes an error as it travels. Must be pure. */
  readonly makeError: (
    code: ErrorCode,
    message: string,
    hint?: string,
    details?: Readonly<Record<string, unknown>>,
  ) => WireError;
  /** Heap of one executor, in bytes: told in the record of an executor that ran out of it. */
  readonly executorMemoryBytes?: number | undefined;
}

/** The state of one worker machine. */
export class WorkerState {
  /** As given. */
  readonly options: WorkerMachineOptions;
  /** What the step under way wants done. */
  readonly outbox: Outbox = new Outbox();
  /** Time of the newest event. */
  nowMs: number = 0;
  /** When the shell was last asked to wake the machine; Infinity when it was not, or has. */
  wakeAtMs: number = Infinity;
  /** Told to stop: nothing is handed out or started any more. */
  isStopping: boolean = false;

  /** Runs in hand. A run leaves when its end has been told and no executor has it. */
  readonly runs: TurnoverMap<RunId, RunRecord> = new TurnoverMap();
  /** Exactly the runs in phase ready. */
  readonly ready: KeyedHeap<RunRecord> = new KeyedHeap(goesBefore);
  /** Exactly the runs with an alarm. */
  readonly alarms: KeyedHeap<RunRecord> = new KeyedHeap(ringsBefore);
  /** Functions defined by the scheduler, and the units of code that they require. */
  readonly functions: Map<FunctionHash, FunctionRecord> = new Map();
  /** Beyond so many functions, those not used of late are forgotten, if it is more than the least that is kept. */
  functionsMax: number = 0;

  /** Actors that live here, by the key of the task that made each. */
  readonly homes: Map<TaskKey, ActorHome> = new Map();
  /** Runs that are to make an actor, and have their inputs but no executor. */
  readonly unmade: Set<RunRecord> = new Set();
  /** Actors that may have calls to be handed out. Empty between steps. */
  readonly dueHomes: Set<ActorHome> = new Set();

  /** What the store holds. */
  readonly values: TurnoverMap<TaskKey, StoredValue> = new TurnoverMap();
  /** Sum of the bytes of `values`. */
  storedBytes: number = 0;
  /** What is wanted from others. */
  readonly inputs: Map<TaskKey, InputRecord> = new Map();
  /** Workers that are asked, or will be. */
  readonly peers: Map<WorkerId, PeerRecord> = new Map();
  /** Requests that have not been answered. */
  readonly fetches: Map<number, Fetch> = new Map();
  /** Number of the newest request. */
  lastFetchId: number = 0;
  /** The peer chosen last: many keys are asked of one peer while that is as good as others. */
  stickyPeerId: WorkerId = "";
  /** Whether something was queued at a peer, or a peer became free, since requests were last sent. */
  isFetchDue: boolean = false;
  /** Inputs that became hopeless in this step; empty between steps. */
  hopeless: InputRecord[] = [];

  /** Executors that live, or are being started. */
  readonly executors: Map<ExecutorId, ExecutorRecord> = new Map();
  /** Those of them that actors live in. */
  readonly actorCrew: ExecutorRecord[] = [];
  /** Those of them that tasks run in, in order of their start. */
  readonly crew: ExecutorRecord[] = [];
  /** Exactly the executors that take work and have no active run; the one used last is last. */
  readonly idle: ExecutorRecord[] = [];
  /** Number of the newest executor. */
  lastExecutorNumber: number = 0;
  /** Executors that a restart waits for: those that may have run a task before. */
  readonly outgoing: Set<ExecutorId> = new Set();
  /** Sum of `activeCount` over the crew. */
  activeCount: number = 0;
  /** Executors that died before they were ready, since one was. */
  failedStarts: number = 0;
  /** Executors to be started at `restartAtMs`. */
  owedStarts: number = 0;
  /** Infinity when none is owed. */
  restartAtMs: number = Infinity;
  /** When to look whether an idle executor can relieve another; Infinity when nobody has to. */
  balanceAtMs: number = Infinity;

  /** How often to report; 0 before the scheduler's welcome. */
  heartbeatMs: number = 0;
  /** Infinity before the scheduler's welcome. */
  heartbeatAtMs: number = Infinity;
  /** When to ping the busy executors; Infinity when none has a run. */
  pingAtMs: number = Infinity;
  /** Number of the newest ping. */
  lastPingId: number = 0;

  /** Resident memory of the process when it was last looked at, in bytes; 0 before. */
  rssBytes: number = 0;
  /** Little memory is left: one run at a time is handed out. */
  isPaused: boolean = false;
  /** The memory guard ends nothing before this time: what it ended last needs a while to give memory back. */
  guardRestsUntilMs: number = 0;

  /** @param options Who it is. */
  constructor(options: WorkerMachineOptions) {
    this.options = options;
  }
}

/** A worker machine that has not begun; see `begin`. */
export function createWorkerState(options: WorkerMachineOptions): WorkerState {
  return new WorkerState(options);
}
