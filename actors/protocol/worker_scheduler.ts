/**
 * What a worker and the scheduler say to each other, in ordered batches. Each run has an id that the worker echoes; what
 * it says about a run that the scheduler has given up changes nothing.
 *
 * @module
 */
import { unreachable } from "../base/assert.ts";
import { type ActorPart, packActorPart, parseActorPart } from "./cluster_actor.ts";
import { type DefineFunctionMessage, packDefineFunction, parseDefineFunction } from "./define_function.ts";
import type { Packed, PackedArg } from "./packed.ts";
import * as p from "./parse.ts";
import type { ClientId, DeathRecord, FunctionHash, Priority, RunId, TaskKey, WireError, WorkerId } from "./task.ts";

/** Worker to scheduler. */
export type WorkerToScheduler =
  /** First message. `nannyId`: who will tell how it died. */
  | {
    readonly type: "register-worker";
    readonly workerId: WorkerId;
    readonly name: string;
    readonly threads: number;
    readonly memoryLimitBytes: number | undefined;
    readonly resources: Readonly<Record<string, number>>;
    readonly hasNanny: boolean;
  }
  /** These runs have begun; said before the task's first line for runs with `announce`, and of runs that take long. */
  | { readonly type: "started"; readonly runIds: readonly RunId[] }
  /** This run awaits a future: its executor takes other work. */
  | { readonly type: "suspended"; readonly runId: RunId }
  /** This run goes on. */
  | { readonly type: "resumed"; readonly runId: RunId }
  /** The result is in the worker's store. */
  | {
    readonly type: "finished";
    readonly runId: RunId;
    readonly bytes: number;
    readonly valueType: string;
    readonly durationMs: number;
    readonly hasValue: boolean;
    readonly value: Packed;
  }
  /** The task threw (or its result cannot travel, or it was out of time). `retriable` false: running again is no use. */
  | {
    readonly type: "failed";
    readonly runId: RunId;
    readonly error: WireError;
    readonly durationMs: number;
    readonly retriable: boolean;
  }
  /** The task asked to be placed again. */
  | { readonly type: "rescheduled"; readonly runId: RunId }
  /** The run ended because it was cancelled, or never began: the executor is free again. */
  | { readonly type: "stopped"; readonly runId: RunId }
  /** These runs had not begun and are given back. */
  | { readonly type: "returned"; readonly runIds: readonly RunId[] }
  /** The run was in the hands of an executor that died. `started`: it had begun. */
  | { readonly type: "died"; readonly runId: RunId; readonly started: boolean; readonly death: DeathRecord }
  /** These inputs of a run could be had from nobody: `from` are the workers that were asked. The run is given back. */
  | {
    readonly type: "missing-inputs";
    readonly runId: RunId;
    readonly keys: readonly TaskKey[];
    readonly from: readonly WorkerId[];
  }
  /** The store holds a copy of this result now (scattered, or fetched as an input). */
  | { readonly type: "stored"; readonly key: TaskKey; readonly bytes: number; readonly valueType: string }
  /** A task printed. */
  | {
    readonly type: "printed";
    readonly clientId: ClientId;
    readonly key: TaskKey;
    readonly stream: "out" | "err";
    readonly text: string;
  }
  /** Sent about once a second: what is in hand and how the worker fares. */
  | {
    readonly type: "heartbeat";
    readonly runIds: readonly RunId[];
    readonly rssBytes: number;
    readonly storedBytes: number;
  }
  /** Leaves by itself, with nothing to blame on anybody. */
  | { readonly type: "leaving"; readonly reason: string }
  /** These results cannot be copied to this worker: `from` are the workers that were asked. */
  | { readonly type: "copy-failed"; readonly keys: readonly TaskKey[]; readonly from: readonly WorkerId[] }
  /** All executors that were there when it was told to restart are gone. */
  | { readonly type: "restarted" }
  /** Its memory is short, or is so no longer. */
  | { readonly type: "paused"; readonly isPaused: boolean }
  /** These units of code, which the run needs, are not defined here (any more). The run is given back. */
  | { readonly type: "missing-functions"; readonly runId: RunId; readonly hashes: readonly FunctionHash[] }
  /** An actor that lived here is gone: freed before, or, with a death record, by itself. */
  | { readonly type: "actor-ended"; readonly key: TaskKey; readonly death: DeathRecord | undefined };

/** Scheduler to worker. */
export type SchedulerToWorker =
  /** Registered. `heartbeatMs`: how often to report. */
  | { readonly type: "welcome-worker"; readonly heartbeatMs: number }
  /** A function, before the first run that calls it. */
  | DefineFunctionMessage
  /** Run this task. `holders[i]` has `deps[i]`. `announce`: say `started` before its first line. */
  | RunMessage
  /** Nobody wants these results any more. */
  | { readonly type: "free"; readonly keys: readonly TaskKey[] }
  /** Stop this run: signal now, end its executor after `graceMs`. Answered by `stopped` (or by its end). */
  | { readonly type: "cancel-run"; readonly runId: RunId; readonly reason: string; readonly graceMs: number }
  /** Give these runs back if they have not begun. Answered by `returned` with those that are. */
  | { readonly type: "take-back"; readonly runIds: readonly RunId[] }
  /** Fetch copies of these results. */
  | {
    readonly type: "replicate";
    readonly keys: readonly TaskKey[];
    readonly holders: readonly (readonly WorkerId[])[];
  }
  /** That worker is gone: do not ask it for inputs. */
  | { readonly type: "worker-gone"; readonly workerId: WorkerId }
  /** End: finish nothing more. */
  | { readonly type: "stop-worker"; readonly reason: string }
  /** Begin anew: answered by `restarted`; with a nanny the process ends, and comes back as another worker. */
  | { readonly type: "restart-worker"; readonly reason: string };

/** One run, as it is sent. */
export interface RunMessage extends Priority {
  /** Names the message. */
  readonly type: "run";
  /** Names this attempt. */
  readonly runId: RunId;
  /** Names the result. */
  readonly key: TaskKey;
  /** What to call. */
  readonly fn: FunctionHash;
  /** What to call it with. */
  readonly args: readonly PackedArg[];
  /** The results that `args` refer to. */
  readonly deps: readonly TaskKey[];
  /** Who has them, in the same order. */
  readonly holders: readonly (readonly WorkerId[])[];
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Who is shown what the task prints. */
  readonly clientId: ClientId;
  /** Say `started` before its first line. */
  readonly announce: boolean;
  /** Longest time of the run. */
  readonly timeoutMs: number | undefined;
  /** It runs at once, beside what has the executor. */
  readonly isAside?: true;
  /** It makes or calls an actor. */
  readonly actor?: ActorPart;
}

/** An empty list, shared: parsed messages are not changed. */
const NONE: readonly never[] = [];

/** A message as a tuple. */
export function packWorkerToScheduler(m: WorkerToScheduler): p.Fields {
  switch (m.type) {
    case "register-worker":
      return [1, m.workerId, m.name, m.threads, m.memoryLimitBytes, p.packAmounts(m.resources), m.hasNanny];
    case "started":
      return [2, m.runIds];
    case "suspended":
      return [3, m.runId];
    case "resumed":
      return [4, m.runId];
    case "finished":
      return [5, m.runId, m.bytes, m.valueType, m.durationMs, m.hasValue, m.value];
    case "failed":
      return [6, m.runId, p.packWireError(m.error), m.durationMs, m.retriable];
    case "rescheduled":
      return [7, m.runId];
    case "stopped":
      return [8, m.runId];
    case "returned":
      return [9, m.runIds];
    case "died":
      return [10, m.runId, m.started, p.packDeathRecord(m.death)];
    case "missing-inputs":
      return [11, m.runId, m.keys, m.from];
    case "stored":
      return [12, m.key, m.bytes, m.valueType];
    case "printed":
      return [13, m.clientId, m.key, m.stream, m.text];
    case "heartbeat":
      return [14, m.runIds, m.rssBytes, m.storedBytes];
    case "leaving":
      return [15, m.reason];
    case "copy-failed":
      return [16, m.keys, m.from];
    case "restarted":
      return [17];
    case "missing-functions":
      return [18, m.runId, m.hashes];
    case "paused":
      return [19, m.isPaused];
    case "actor-ended":
      return [20, m.key, m.death === undefined ? undefined : p.packDeathRecord(m.death)];
    default:
      return unreachable(m);
  }
}

/** A tuple as a message; throws `wire/malformed`. */
export function parseWorkerToScheduler(value: unknown): WorkerToScheduler {
  const t = p.fields(value);
  switch (t[0]) {
    case 1:
      return parseRegister(t);
    case 2:
      return { type: "started", runIds: p.numbers(t, 1) };
    case 3:
      return { type: "suspended", runId: p.count(t, 1) };
    case 4:
      return { type: "resumed", runId: p.count(t, 1) };
    case 5:
      return parseFinished(t);
    case 6:
      return parseFailed(t);
    case 7:
      return { type: "rescheduled", runId: p.count(t, 1) };
    case 8:
      return { type: "stopped", runId: p.count(t, 1) };
    case 9:
      return { type: "returned", runIds: p.numbers(t, 1) };
    case 10:
      return { type: "died", runId: p.count(t, 1), started: p.flag(t, 2), death: p.deathRecord(t, 3) };
    case 11:
      return { type: "missing-inputs", runId: p.count(t, 1), keys: p.texts(t, 2), from: p.texts(t, 3) };
    case 12:
      return { type: "stored", key: p.text(t, 1), bytes: p.count(t, 2), valueType: p.text(t, 3) };
    case 13:
      return parsePrinted(t);
    case 14:
      return { type: "heartbeat", runIds: p.numbers(t, 1), rssBytes: p.count(t, 2), storedBytes: p.count(t, 3) };
    case 15:
      return { type: "leaving", reason: p.text(t, 1) };
    case 16:
      return { type: "copy-failed", keys: p.texts(t, 1), from: p.texts(t, 2) };
    case 17:
      return { type: "restarted" };
    case 18:
      return { type: "missing-functions", runId: p.count(t, 1), hashes: p.texts(t, 2) };
    case 19:
      return { type: "paused", isPaused: p.flag(t, 1) };
    case 20:
      return { type: "actor-ended", key: p.text(t, 1), death: p.isNone(t[2]) ? undefined : p.deathRecord(t, 2) };
    default:
      throw p.malformed("unknown message of a worker", t[0]);
  }
}

function parseRegister(t: p.Fields): WorkerToScheduler {
  return {
    type: "register-worker",
    workerId: p.text(t, 1),
    name: p.text(t, 2),
    threads: p.count(t, 3),
    memoryLimitBytes: p.numberOrNone(t, 4),
    resources: p.amounts(t, 5) ?? {},
    hasNanny: p.flag(t, 6),
  };
}

function parseFinished(t: p.Fields): WorkerToScheduler {
  return {
    type: "finished",
    runId: p.count(t, 1),
    bytes: p.count(t, 2),
    valueType: p.text(t, 3),
    durationMs: p.number(t, 4),
    hasValue: p.flag(t, 5),
    value: p.packed(t, 6),
  };
}

function parseFailed(t: p.Fields): WorkerToScheduler {
  return {
    type: "failed",
    runId: p.count(t, 1),
    error: p.wireError(t, 2),
    durationMs: p.number(t, 3),
    retriable: p.flag(t, 4),
  };
}

function parsePrinted(t: p.Fields): WorkerToScheduler {
  return {
    type: "printed",
    clientId: p.text(t, 1),
    key: p.text(t, 2),
    stream: p.choice(t, 3, ["out", "err"]),
    text: p.text(t, 4),
  };
}

/** A message as a tuple. */
export function packSchedulerToWorker(m: SchedulerToWorker): p.Fields {
  switch (m.type) {
    case "welcome-worker":
      return [1, m.heartbeatMs];
    case "define-function":
      return packDefineFunction(2, m);
    case "run":
      return packRun(m);
    case "free":
      return [4, m.keys];
    case "cancel-run":
      return [5, m.runId, m.reason, m.graceMs];
    case "take-back":
      return [6, m.runIds];
    case "replicate":
      return [7, m.keys, m.holders];
    case "worker-gone":
      return [8, m.workerId];
    case "stop-worker":
      return [9, m.reason];
    case "restart-worker":
      return [10, m.reason];
    default:
      return unreachable(m);
  }
}

/** What most runs have in common stands at the end, and is left out: a run of a tiny task is half as long without it. */
function packRun(m: RunMessage): p.Fields {
  const tuple: unknown[] = [3, m.runId, m.key, m.fn, m.args, m.clientId, m.order];
  if (m.depth === 0 && m.user === 0 && m.deps.length === 0 && m.attempt === 1 && !m.announce) {
    if (m.timeoutMs === undefined && !m.isAside && m.actor === undefined) return tuple;
  }
  tuple.push(m.depth, m.user, m.deps, m.holders, m.attempt, m.announce);
  if (m.timeoutMs !== undefined || m.isAside || m.actor !== undefined) tuple.push(m.timeoutMs);
  if (m.actor !== undefined) tuple.push(m.isAside === true, packActorPart(m.actor));
  else if (m.isAside) tuple.push(true);
  return tuple;
}

/** A tuple as a message; throws `wire/malformed`. */
export function parseSchedulerToWorker(value: unknown): SchedulerToWorker {
  const t = p.fields(value);
  switch (t[0]) {
    case 1:
      return { type: "welcome-worker", heartbeatMs: p.count(t, 1) };
    case 2:
      return parseDefineFunction(t);
    case 3:
      return parseRun(t);
    case 4:
      return { type: "free", keys: p.texts(t, 1) };
    case 5:
      return { type: "cancel-run", runId: p.count(t, 1), reason: p.text(t, 2), graceMs: p.count(t, 3) };
    case 6:
      return { type: "take-back", runIds: p.numbers(t, 1) };
    case 7:
      return { type: "replicate", keys: p.texts(t, 1), holders: p.list(t, 2, p.texts) };
    case 8:
      return { type: "worker-gone", workerId: p.text(t, 1) };
    case 9:
      return { type: "stop-worker", reason: p.text(t, 1) };
    case 10:
      return { type: "restart-worker", reason: p.text(t, 1) };
    default:
      throw p.malformed("unknown message of a scheduler", t[0]);
  }
}

function parseRun(t: p.Fields): RunMessage {
  const isShort = t.length === 7;
  const actor = parseActorPart(t, 15);
  return {
    type: "run",
    runId: p.count(t, 1),
    key: p.text(t, 2),
    fn: p.text(t, 3),
    args: p.packedArgs(t, 4),
    clientId: p.text(t, 5),
    order: p.number(t, 6),
    depth: isShort ? 0 : p.count(t, 7),
    user: isShort ? 0 : p.number(t, 8),
    deps: isShort ? NONE : p.texts(t, 9),
    holders: isShort ? NONE : p.list(t, 10, p.texts),
    attempt: isShort ? 1 : p.count(t, 11),
    announce: isShort ? false : p.flag(t, 12),
    timeoutMs: p.numberOrNone(t, 13),
    ...(t[14] === true && { isAside: true }),
    ...(actor !== undefined && { actor }),
  };
}
