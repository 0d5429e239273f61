import { TurnoverMap } from "../../base/turnover_map.ts";
import type { ErrorCode } from "../../base/errors.ts";
import type { Limits } from "../../base/limits.ts";
import type { ClientId, FunctionHash, RunId, TaskKey, WireError, WorkerId } from "../../protocol/task.ts";
import type { CoordinationState } from "./coordination/state.ts";
import type { SchedulerEffect } from "./effect.ts";
import { ActorTable } from "./actor_table.ts";
import { Errands, type PendingScatter } from "./errand_records.ts";
import { type ClientRecord, type FunctionRecord, Roster } from "./records.ts";
import type { Dataset } from "./dataset_record.ts";
import type { RunRecord, TaskRecord, WorkerRecord } from "./records.ts";
import { Story } from "./story.ts";

/** What a scheduler machine is given. */
export interface SchedulerMachineOptions {
  /** Where the scheduler is reached. */
  readonly address: string;
  /** Its web page, if it has one. */
  readonly dashboardUrl: string | undefined;
  /** The limits that hold. */
  readonly limits: Limits;
  /** How long a task may wait while no worker fits its restrictions. */
  readonly noWorkerTimeoutMs: number;
  /** How often workers report. */
  readonly heartbeatMs: number;
  /** Added to an event's `atMs` it gives milliseconds since 1970: for stories. */
  readonly storyTimeOffsetMs: number;
  /** Makes an error as it travels. Pure. */
  readonly makeError: MakeError;
}

/** Makes an error as it travels. */
export type MakeError = (
  code: ErrorCode,
  message: string,
  hint?: string,
  details?: Readonly<Record<string, unknown>>,
) => WireError;

/** What a recommended task is to be looked at for. */
export type Verb =
  /** Somebody needs its value: compute it. */
  | 0
  /** Maybe nobody needs it any more: let go of it. */
  | 1
  /** One of its dependencies ended without a value: so does it. */
  | 2;

/** See {@linkcode Verb}. */
export const PURSUE = 0;
/** See {@linkcode Verb}. */
export const RECONSIDER = 1;
/** See {@linkcode Verb}. */
export const INHERIT = 2;

/** All that a scheduler knows. Changed in place by `step()`, its sole owner. */
export class SchedulerState {
  readonly options: SchedulerMachineOptions;
  readonly limits: Limits;
  /** All tasks but the forgotten. */
  readonly tasks: TurnoverMap<TaskKey, TaskRecord> = new TurnoverMap();
  /** All runs whose end no worker has told yet. */
  readonly runs: TurnoverMap<RunId, RunRecord> = new TurnoverMap();
  readonly workers: Map<WorkerId, WorkerRecord> = new Map();
  /** Sessions, those in their grace time too. */
  readonly clients: Map<ClientId, ClientRecord> = new Map();
  /** Who claims without a session: see `claimants.ts`. */
  readonly claimants: Map<ClientId, ClientRecord> = new Map();
  /** Published names; their claimant is `dataset:NAME`. */
  readonly datasets: Map<string, Dataset> = new Map();
  /** Units of code that a task or a session refers to, and what these require. */
  readonly functions: Map<FunctionHash, FunctionRecord> = new Map();
  /** The largest memory limit among the workers; Infinity while one has none, or there is none. */
  largestMemoryBytes = Infinity;
  /** Units that are required but were not told yet. */
  readonly awaitedFunctions: Set<FunctionHash> = new Set();
  /** How many units may have become superfluous since they were last looked for. */
  idleFunctions = 0;
  /** The roster of all workers. */
  readonly everyone: Roster = new Roster("", undefined);
  /** The rosters of the restrictions in use, by signature. */
  readonly rosters: Map<string, Roster> = new Map();
  /** Scatters that came while no worker took new work. */
  readonly pendingScatters: PendingScatter[] = [];
  /** Workers that are short of memory. */
  readonly paused: Set<WorkerRecord> = new Set();
  /** Workers with parked tasks. */
  readonly parkedOn: Set<WorkerRecord> = new Set();
  /** Tasks in state `placing`. */
  readonly placing: Set<TaskRecord> = new Set();
  /** What is under way for the cluster as a whole. */
  readonly errands: Errands = new Errands();
  /** Clients in their grace time. */
  readonly leaving: Set<ClientRecord> = new Set();
  /** Who claims what a task names, for the few tasks that name results. */
  readonly keepers: Map<TaskRecord, ClientRecord> = new Map();
  /** Names of actors, and what is to be done about them. */
  readonly actors: ActorTable = new ActorTable();
  readonly story: Story = new Story();
  /** The claimant whose claims end with the task; undefined before the first. */
  forgetful: ClientRecord | undefined = undefined;
  /** Queues, variables, locks and their like; undefined before the first use. */
  coordination: CoordinationState | undefined = undefined;
  /** Runs that ended in this step and held or awaited something of these. */
  readonly endedHolders: { readonly run: RunRecord; readonly isDead: boolean }[] = [];
  nextOrder = 0;
  nextRunId: RunId = 1;
  /** Where the next scattered value goes. */
  scatterCursor = 0;
  /** Time of the event in hand. */
  nowMs = 0;
  /** What the event in hand is, for stories. */
  cause = "";
  /** When the shell will send `woken`; Infinity when it will not. */
  wakeAtMs = Infinity;
  /** No stranded task has to fail before this time. */
  strandedUntilMs = Infinity;
  /** No parked task has waited long enough before this time. */
  parkedUntilMs = Infinity;
  /** When prefetched work is looked at; Infinity when there is none. */
  balanceAtMs = Infinity;
  /** Recommendations of this step, in order: tasks and what to look at them for. */
  readonly agendaTasks: TaskRecord[] = [];
  readonly agendaVerbs: Verb[] = [];
  /** Peers that are to be told something at the end of this step. */
  readonly toldClients: ClientRecord[] = [];
  readonly toldWorkers: WorkerRecord[] = [];
  /** Other effects of this step. */
  effects: SchedulerEffect[] = [];

  constructor(options: SchedulerMachineOptions) {
    this.options = options;
    this.limits = options.limits;
  }
}

/** A scheduler without workers, clients and tasks. */
export function createSchedulerState(options: SchedulerMachineOptions): SchedulerState {
  return new SchedulerState(options);
}

/** Puts a task on the agenda of this step. */
export function recommend(state: SchedulerState, task: TaskRecord, verb: Verb): void {
  state.agendaTasks.push(task);
  state.agendaVerbs.push(verb);
}

/** Asks for `woken` at a time, if it is not asked for earlier already. */
export function wakeAt(state: SchedulerState, atMs: number): void {
  if (atMs >= state.wakeAtMs) return;
  state.wakeAtMs = atMs;
  state.effects.push({ type: "wake", atMs });
}
