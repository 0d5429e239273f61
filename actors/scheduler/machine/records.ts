/**
 * What the scheduler keeps of tasks, runs, workers, clients and functions. They refer to each other, so they share a
 * file (no import cycles). Only the topic files of this folder write to them; `validate.ts` says what must hold.
 *
 * @module
 */
import { TurnoverSet } from "../../base/turnover_set.ts";
import type { PackedArg } from "../../protocol/packed.ts";
import type {
  ClientId,
  FunctionCode,
  FunctionHash,
  Priority,
  RunId,
  SubmitOptions,
  TaskKey,
  WireError,
  WorkerId,
} from "../../protocol/task.ts";
import type { SchedulerToClient } from "../../protocol/client_scheduler.ts";
import type { SchedulerToWorker } from "../../protocol/worker_scheduler.ts";
import type { CompactSet } from "./compact_set.ts";
import { LevelIndex, NO_LEVEL } from "./level_index.ts";
import { ReadyQueue } from "./ready_queue.ts";
import { RELEASED, type StateCode } from "./transitions.ts";

/** Why a task ended without a value. One object for all that share the first cause. */
export type Fate =
  /** It threw (or broke a limit), or one it depends on did; `worker` is where, undefined when no run of it began. */
  | { readonly type: "failed"; readonly error: WireError; readonly worker: string | undefined }
  /** Somebody stopped it, or one it depends on. */
  | { readonly type: "cancelled"; readonly reason: string }
  /** Its value cannot be had again. */
  | { readonly type: "lost"; readonly reason: string };

const NONE: readonly never[] = [];
/** Holders of what nobody holds. Shared: replaced, never pushed to. */
export const NO_HOLDERS: WorkerRecord[] = [];

/** One call to run, or one scattered value. */
export class TaskRecord implements Priority {
  /** Names the result. */
  readonly key: TaskKey;
  /** Order of arrival; set once more when it depends on unfinished tasks, see `submit.ts`. */
  order: number;
  /** Written by `move()` only. */
  state: StateCode = RELEASED;
  /** What to call; undefined for what cannot be computed: scattered values, and tasks with unknown inputs. */
  fn: FunctionRecord | undefined = undefined;
  /** What to call it with. */
  args: readonly PackedArg[] = NONE;
  /** The tasks whose results it takes, each once. Their `dependents` hold this one until it is forgotten. */
  deps: readonly TaskRecord[] = NONE;
  /** The dependencies' keys as submitted, if some came twice. */
  wiring: readonly TaskKey[] | undefined = undefined;
  /** The known tasks that take its result. */
  dependents: CompactSet<TaskRecord> | undefined = undefined;
  /** In `waiting`: how many dependencies are not in memory. Else meaningless. */
  waitingOn = 0;
  /** How many dependents are active, so need the value. */
  neededBy = 0;
  /** The first client that wants the result; undefined means that none does. */
  claimant: ClientRecord | undefined = undefined;
  /** The other clients that want it. */
  otherClaimants: ClientRecord[] | undefined = undefined;
  /** Priority by its user. */
  user = 0;
  /** Depth of nesting. */
  depth = 0;
  /** As submitted; retries are counted below. */
  options: SubmitOptions | undefined = undefined;
  /** The workers that may run it, and the queue for them. */
  roster: Roster;
  /** Place in the roster's queue: inside exactly in state `queued`, unless parked. */
  heapIndex = -1;
  /** In `queued`: the busy worker that it waits for, because its inputs are there. */
  parkedOn: WorkerRecord | undefined = undefined;
  /** It was parked once and waited long enough: never again. */
  isRestless = false;
  /** A worker to be avoided at the next placement. */
  avoid: WorkerRecord | undefined = undefined;
  /** The current run, exactly in state `processing`. */
  run: RunRecord | undefined = undefined;
  /** Runs begun so far, for `attempt`. */
  attempts = 0;
  /** How often it may still throw. */
  retriesLeft = 0;
  /** How many executors or workers died while a run of it had begun. */
  deaths = 0;
  /** How many runs of it could not get their inputs, though who had them was there. */
  missed = 0;
  /** It was in hand of something that died, maybe begun: its next run is announced. */
  isSuspect = false;
  /** Workers that have the value; not empty exactly in state `memory`. In `placing`: where it was sent. */
  holders: WorkerRecord[] = NO_HOLDERS;
  /** Size of the result. */
  bytes = 0;
  /** Type name of the result. */
  valueType = "";
  /** Why it has no value: exactly in the states erred, cancelled and lost. */
  fate: Fate | undefined = undefined;
  /** The client that is shown what it prints: its submitter, or for a nested task that of the outermost. */
  clientId: ClientId = "";
  /** It makes or calls an actor. */
  role: ActorRecord | CallRecord | undefined = undefined;

  constructor(key: TaskKey, order: number, roster: Roster) {
    this.key = key;
    this.order = order;
    this.roster = roster;
  }
}

/** An actor of the cluster: what there is beside the task that makes it. */
export class ActorRecord {
  readonly type = "actor";
  readonly task: TaskRecord;
  /** Nobody else has it. */
  readonly name: string | undefined;
  readonly isReentrant: boolean;
  /** Calls that were not sent, by caller, oldest first. */
  readonly lines: Map<string, TaskRecord[]> = new Map();
  /** Runs of calls whose end no worker has told. */
  inHand = 0;
  /** Number of the newest call. */
  lastCall = 0;

  constructor(task: TaskRecord, name: string | undefined, isReentrant: boolean) {
    this.task = task;
    this.name = name;
    this.isReentrant = isReentrant;
  }
}

/** A call of an actor: what there is beside its task. */
export interface CallRecord {
  readonly type: "call";
  readonly actor: ActorRecord;
  /** Whose calls keep their order. */
  readonly caller: string;
  /** Order among the calls of its actor. */
  readonly number: number;
  /** Keys of the inputs of its arguments, as submitted. */
  readonly inputs: readonly TaskKey[];
  /** The run of an actor that waits for the reply, as far as is known. */
  readonly via: RunRecord | undefined;
}

/** One attempt of a task on one worker. Lives until the worker has said its end, even when the scheduler gave it up. */
export class RunRecord {
  /** Names it; never used twice. */
  readonly id: RunId;
  /** The key it stores its result under. */
  readonly key: TaskKey;
  /** What it runs; undefined once given up: then only its slot counts. */
  task: TaskRecord | undefined;
  /** What it calls. */
  readonly fn: FunctionRecord;
  /** Where. */
  readonly worker: WorkerRecord;
  /** When it was sent. */
  readonly sentAtMs: number;
  /** What it adds to the worker's estimated work. */
  readonly estimateMs: number;
  /** Abstract resources it occupies. */
  readonly resources: Readonly<Record<string, number>> | undefined;
  /** It takes no slot. */
  readonly isAside: boolean;
  /** The actor that it calls. */
  readonly calls: ActorRecord | undefined;
  /** The worker said that it has begun. */
  hasStarted = false;
  /** It awaits a future: its slot is free. */
  isSuspended = false;
  /** The worker was asked to give it back. */
  isTakenBack = false;
  /** A stale value under this key is in the worker's store and must go, unless this run replaces it. */
  hasStaleValue = false;
  /** Heartbeats in a row that did not list it. */
  missedBeats = 0;
  /** The last heartbeat that listed it. */
  seenInBeat = 0;
  /** Sent before it, on the same worker. */
  previous: RunRecord | undefined = undefined;
  /** Sent after it, on the same worker. */
  next: RunRecord | undefined = undefined;

  constructor(id: RunId, task: TaskRecord, fn: FunctionRecord, worker: WorkerRecord, atMs: number, estimateMs: number) {
    this.id = id;
    this.key = task.key;
    this.task = task;
    this.fn = fn;
    this.worker = worker;
    this.sentAtMs = atMs;
    this.estimateMs = estimateMs;
    this.resources = task.options?.resources;
    this.isAside = task.role !== undefined || task.options?.isAside === true;
    this.calls = task.role?.type === "call" ? task.role.actor : undefined;
  }
}

/** A worker of the cluster. */
export class WorkerRecord {
  readonly id: WorkerId;
  readonly name: string;
  /** Its id as people see it: an address without the incarnation, where it has one. */
  readonly address: string;
  /** The host in its address, for `workers` restrictions. */
  readonly host: string;
  readonly threads: number;
  readonly memoryLimitBytes: number | undefined;
  /** Abstract resources in all. */
  readonly resources: Readonly<Record<string, number>>;
  readonly hasNanny: boolean;
  /** Abstract resources not occupied; below 0 when suspended runs went on. */
  readonly available: Map<string, number>;
  /** It takes new runs; false when it leaves. */
  isOpen = true;
  /** It is short of memory: others are given work first. */
  isPaused = false;
  /** It is out of the records: nothing more is said to it. */
  isGone = false;
  /** Its oldest run; the list is in order of sending. */
  firstRun: RunRecord | undefined = undefined;
  /** Its newest run. */
  lastRun: RunRecord | undefined = undefined;
  /** Runs in hand that are not suspended. */
  busy = 0;
  /** Estimated work of these, in milliseconds of one thread. */
  estimateMs = 0;
  /** Its work in hand takes much longer than estimated: no prefetching until a run ends. */
  isStalled = false;
  /** The results it stores. */
  readonly holds: TurnoverSet<TaskRecord> = new TurnoverSet();
  /** Bytes of these. */
  heldBytes = 0;
  /** Keys of the actors that live here, or are being made or ended, and what each occupies. */
  readonly residents: Map<TaskKey, Readonly<Record<string, number>> | undefined> = new Map();
  /** Hashes of the functions it was told. */
  readonly known: Set<FunctionHash> = new Set();
  /** Its places in the rosters that it fits; the first is in the roster of all. */
  readonly berths: Berth[] = [];
  /** Tasks that wait for it because their inputs are here, and until when they do. */
  readonly parked: Map<TaskRecord, number> = new Map();
  /** What is to be said to it at the end of this step. */
  outbox: SchedulerToWorker[] = [];
  /** Keys of the `free` message that is last in the outbox, if one is. */
  openFree: TaskKey[] | undefined = undefined;
  /** Number of heartbeats so far. */
  beats = 0;
  /** Resident memory at the last heartbeat. */
  rssBytes = 0;
  /** Stored bytes at the last heartbeat, by its own count. */
  storedBytes = 0;
  /** When it last said something. */
  heardAtMs = 0;
  /** Used within one placement: bytes and number of the inputs that are here. */
  localBytes = 0;
  localCount = 0;

  constructor(m: WorkerRegistration, host: string) {
    this.id = m.workerId;
    this.name = m.name;
    this.host = host;
    const mark = m.workerId.lastIndexOf("#");
    this.address = mark < 0 || m.workerId.startsWith("local:") ? m.workerId : m.workerId.slice(0, mark);
    this.threads = Math.max(1, m.threads);
    this.memoryLimitBytes = m.memoryLimitBytes;
    this.resources = m.resources;
    this.hasNanny = m.hasNanny;
    this.available = new Map(Object.entries(m.resources));
  }
}

/** What a worker tells of itself. */
export interface WorkerRegistration {
  readonly workerId: WorkerId;
  readonly name: string;
  readonly threads: number;
  readonly memoryLimitBytes: number | undefined;
  readonly resources: Readonly<Record<string, number>>;
  readonly hasNanny: boolean;
}

/** A client session, or a claimant without one, such as `dataset:NAME`: whoever claims results. */
export class ClientRecord {
  readonly id: ClientId;
  readonly name: string;
  /** A claimant without a session has no connection: nothing is said to it. */
  readonly isPseudo: boolean;
  /** How long claims outlive the connection. */
  graceMs: number;
  /** When the connection went, if it is gone. */
  leftAtMs: number | undefined = undefined;
  /** The tasks whose results it wants. */
  readonly claims: TurnoverSet<TaskRecord> = new TurnoverSet();
  /** Of a claimant without a session: how many times more than once it claims them. */
  readonly again: Map<TaskRecord, number> = new Map();
  /** Functions it defined: kept as long as it lives. */
  readonly functions: Set<FunctionRecord> = new Set();
  /** What is to be said to it at the end of this step. */
  outbox: SchedulerToClient[] = [];

  constructor(id: ClientId, name: string, graceMs: number, isPseudo: boolean) {
    this.id = id;
    this.name = name;
    this.graceMs = graceMs;
    this.isPseudo = isPseudo;
  }
}

/** A function that tasks call, or another unit of code that functions require. */
export class FunctionRecord {
  readonly hash: FunctionHash;
  readonly name: string;
  readonly code: FunctionCode;
  /** Units of code that must be told to a worker with it. */
  readonly requires: readonly FunctionHash[];
  /** How many tasks and sessions refer to it; forgotten at 0, unless a unit that is kept requires it. */
  users = 0;
  /** Whether another unit requires it, or did. */
  isRequired = false;
  /** Whether all that it requires, at however many removes, is known to be there. */
  isComplete: boolean;
  /** Mean duration of its runs, moving; negative while unknown. */
  meanMs = -1;

  constructor(hash: FunctionHash, name: string, code: FunctionCode, requires: readonly FunctionHash[]) {
    this.hash = hash;
    this.name = name;
    this.code = code;
    this.requires = requires;
    this.isComplete = requires.length === 0;
  }
}

/** What a task demands of its worker. */
export interface Restriction {
  /** Addresses, names or hosts; undefined: any. */
  readonly workers: readonly string[] | undefined;
  /** `workers` is a wish only. */
  readonly allowOtherWorkers: boolean;
  /** Amounts it occupies. */
  readonly resources: Readonly<Record<string, number>> | undefined;
}

/** Levels below this one: no free slot, but room to prefetch short tasks; the higher, the more room. */
export const STRETCH_LEVELS = 16;
/** From this level on there is a free slot: its number is the level's distance. */
export const OPEN_LEVEL: number = STRETCH_LEVELS;
const FREE_SLOTS_MAX = 64;

/** The workers that fit one restriction, by room, and the ready tasks that wait for one of them. */
export class Roster {
  /** Text that tells restrictions apart; empty for the roster of all workers. */
  readonly signature: string;
  /** Undefined for the roster of all workers. */
  readonly restriction: Restriction | undefined;
  /** Tasks in `queued`, but the parked ones. */
  readonly ready: ReadyQueue<TaskRecord> = new ReadyQueue();
  /** Tasks in `no-worker`, and when they fail. */
  readonly stranded: Map<TaskRecord, number> = new Map();
  /** Who has room. */
  readonly room: LevelIndex<Berth> = new LevelIndex(OPEN_LEVEL + FREE_SLOTS_MAX + 1);
  /** How many workers fit. */
  size = 0;
  /** How many of them take new work and have the memory; kept while some worker is short of it. */
  takers = 0;
  /** How many known tasks have this restriction; forgotten at 0. */
  users = 0;

  constructor(signature: string, restriction: Restriction | undefined) {
    this.signature = signature;
    this.restriction = restriction;
  }
}

/** A worker's place in a roster. */
export class Berth {
  readonly roster: Roster;
  readonly worker: WorkerRecord;
  level: number = NO_LEVEL;
  previous: Berth | undefined = undefined;
  next: Berth | undefined = undefined;

  constructor(roster: Roster, worker: WorkerRecord) {
    this.roster = roster;
    this.worker = worker;
  }
}

/** The level of a worker with that many free slots. */
export function openLevel(freeSlots: number): number {
  return OPEN_LEVEL + Math.min(freeSlots, FREE_SLOTS_MAX);
}
