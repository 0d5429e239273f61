/**
 * What a worker and its executors say to each other, in ordered batches.
 *
 * @module
 */
import { unreachable } from "../base/assert.ts";
import { type ActorPart, packActorPart, parseActorPart } from "./cluster_actor.ts";
import { type DefineFunctionMessage, packDefineFunction, parseDefineFunction } from "./define_function.ts";
import type { Packed, PackedArg } from "./packed.ts";
import * as p from "./parse.ts";
import type { ClientId, FunctionHash, Priority, RunId, TaskKey, WireError } from "./task.ts";

/** Worker to executor. */
export type WorkerToExecutor =
  /** A function, before the first run that calls it; once per executor. */
  | DefineFunctionMessage
  /** Run this task when its turn comes. */
  | ExecuteMessage
  /** Signal this run; if it has not begun, drop it. Answered by `stopped` (or by its end, if that comes first). */
  | { readonly type: "cancel"; readonly runId: RunId; readonly reason: string }
  /** Are you well? Answered by `pong`. */
  | { readonly type: "ping"; readonly pingId: number }
  /** No run will call these functions until they are defined anew. */
  | { readonly type: "forget-functions"; readonly hashes: readonly FunctionHash[] }
  /** End the actor of this key after the message in hand, answered by `actor-ended`; or leave the stream of this key. */
  | { readonly type: "end-actor"; readonly key: TaskKey };

/** One run, as an executor gets it. */
export interface ExecuteMessage extends Priority {
  /** Names the message. */
  readonly type: "execute";
  /** Names this attempt. */
  readonly runId: RunId;
  /** Its cell in the run board (shared memory that tells who has begun): see `run_board.ts`. Filled in by the shell. */
  cell: number;
  /** Names the result. */
  readonly key: TaskKey;
  /** What to call. */
  readonly fn: FunctionHash;
  /** What to call it with. */
  readonly args: readonly PackedArg[];
  /** Keys of the inputs that `args` refer to. */
  readonly deps: readonly TaskKey[];
  /** The inputs themselves, in the same order. Filled in by the shell, which has the store. */
  inputs: readonly Packed[];
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Who is shown what the task prints. */
  readonly clientId: ClientId;
  /** Say `started` before its first line. */
  readonly announce: boolean;
  /** Longest time of the run; the executor signals, the worker ends it. */
  readonly timeoutMs: number | undefined;
  /** It runs at once, beside what has the executor. */
  readonly isAside?: true;
  /** It makes or calls an actor. */
  readonly actor?: ActorPart;
}

/** Executor to worker. */
export type ExecutorToWorker =
  /** These runs have begun. */
  | { readonly type: "started"; readonly runIds: readonly RunId[] }
  /** This run awaits something of the cluster: the executor takes other work. */
  | { readonly type: "suspended"; readonly runId: RunId }
  /** This run goes on. */
  | { readonly type: "resumed"; readonly runId: RunId }
  /** The task returned. */
  | {
    readonly type: "finished";
    readonly runId: RunId;
    readonly value: Packed;
    readonly bytes: number;
    readonly valueType: string;
    readonly durationMs: number;
  }
  /** The task threw, its function cannot be loaded, or its result cannot travel. */
  | {
    readonly type: "failed";
    readonly runId: RunId;
    readonly error: WireError;
    readonly durationMs: number;
    readonly retriable: boolean;
  }
  /** The task asked to be placed again. */
  | { readonly type: "rescheduled"; readonly runId: RunId }
  /** The run was cancelled and has ended, or never began. */
  | { readonly type: "stopped"; readonly runId: RunId }
  /** A task printed. */
  | {
    readonly type: "printed";
    readonly clientId: ClientId;
    readonly key: TaskKey;
    readonly stream: "out" | "err";
    readonly text: string;
  }
  /** Well enough to answer. A grown heap limit means that V8 ended a run silently for lack of memory. */
  | {
    readonly type: "pong";
    readonly pingId: number;
    readonly heapLimitBytes: number;
    readonly runIds: readonly RunId[];
  }
  /** An actor is gone: as it was told to, or by itself, for this reason. */
  | { readonly type: "actor-ended"; readonly key: TaskKey; readonly reason: string };

/** An empty list, shared: parsed messages are not changed. */
const NONE: readonly never[] = [];

/** A message as a tuple. */
export function packWorkerToExecutor(m: WorkerToExecutor): p.Fields {
  switch (m.type) {
    case "define-function":
      return packDefineFunction(1, m);
    case "execute":
      return packExecute(m);
    case "cancel":
      return [3, m.runId, m.reason];
    case "ping":
      return [4, m.pingId];
    case "forget-functions":
      return [5, m.hashes];
    case "end-actor":
      return [6, m.key];
    default:
      return unreachable(m);
  }
}

/** What most runs have in common stands at the end, and is left out: a run of a tiny task is half as long without it. */
function packExecute(m: ExecuteMessage): p.Fields {
  const tuple: unknown[] = [2, m.runId, m.cell, m.key, m.fn, m.args, m.clientId, m.order];
  if (m.depth === 0 && m.user === 0 && m.deps.length === 0 && m.attempt === 1 && !m.announce) {
    if (m.timeoutMs === undefined && !m.isAside && m.actor === undefined) return tuple;
  }
  tuple.push(m.depth, m.user, m.deps, m.inputs, m.attempt, m.announce);
  if (m.timeoutMs !== undefined || m.isAside || m.actor !== undefined) tuple.push(m.timeoutMs);
  if (m.actor !== undefined) tuple.push(m.isAside === true, packActorPart(m.actor));
  else if (m.isAside) tuple.push(true);
  return tuple;
}

/** A tuple as a message; throws `wire/malformed`. */
export function parseWorkerToExecutor(value: unknown): WorkerToExecutor {
  const t = p.fields(value);
  switch (t[0]) {
    case 1:
      return parseDefineFunction(t);
    case 2:
      return parseExecute(t);
    case 3:
      return { type: "cancel", runId: p.count(t, 1), reason: p.text(t, 2) };
    case 4:
      return { type: "ping", pingId: p.count(t, 1) };
    case 5:
      return { type: "forget-functions", hashes: p.texts(t, 1) };
    case 6:
      return { type: "end-actor", key: p.text(t, 1) };
    default:
      throw p.malformed("unknown message of a worker", t[0]);
  }
}

function parseExecute(t: p.Fields): ExecuteMessage {
  const isShort = t.length === 8;
  const actor = parseActorPart(t, 16);
  return {
    type: "execute",
    runId: p.count(t, 1),
    cell: p.count(t, 2),
    key: p.text(t, 3),
    fn: p.text(t, 4),
    args: p.packedArgs(t, 5),
    clientId: p.text(t, 6),
    order: p.number(t, 7),
    depth: isShort ? 0 : p.count(t, 8),
    user: isShort ? 0 : p.number(t, 9),
    deps: isShort ? NONE : p.texts(t, 10),
    inputs: isShort ? NONE : p.list(t, 11, p.packed),
    attempt: isShort ? 1 : p.count(t, 12),
    announce: isShort ? false : p.flag(t, 13),
    timeoutMs: p.numberOrNone(t, 14),
    ...(t[15] === true && { isAside: true }),
    ...(actor !== undefined && { actor }),
  };
}

/** A message as a tuple. */
export function packExecutorToWorker(m: ExecutorToWorker): p.Fields {
  switch (m.type) {
    case "started":
      return [1, m.runIds];
    case "suspended":
      return [2, m.runId];
    case "resumed":
      return [3, m.runId];
    case "finished":
      return [4, m.runId, m.value, m.bytes, m.valueType, m.durationMs];
    case "failed":
      return [5, m.runId, p.packWireError(m.error), m.durationMs, m.retriable];
    case "rescheduled":
      return [6, m.runId];
    case "stopped":
      return [7, m.runId];
    case "printed":
      return [8, m.clientId, m.key, m.stream, m.text];
    case "pong":
      return [9, m.pingId, m.heapLimitBytes, m.runIds];
    case "actor-ended":
      return [10, m.key, m.reason];
    default:
      return unreachable(m);
  }
}

/** A tuple as a message; throws `wire/malformed`. */
export function parseExecutorToWorker(value: unknown): ExecutorToWorker {
  const t = p.fields(value);
  switch (t[0]) {
    case 1:
      return { type: "started", runIds: p.numbers(t, 1) };
    case 2:
      return { type: "suspended", runId: p.count(t, 1) };
    case 3:
      return { type: "resumed", runId: p.count(t, 1) };
    case 4:
      return parseFinished(t);
    case 5:
      return parseFailed(t);
    case 6:
      return { type: "rescheduled", runId: p.count(t, 1) };
    case 7:
      return { type: "stopped", runId: p.count(t, 1) };
    case 8:
      return parsePrinted(t);
    case 9:
      return { type: "pong", pingId: p.count(t, 1), heapLimitBytes: p.count(t, 2), runIds: p.numbers(t, 3) };
    case 10:
      return { type: "actor-ended", key: p.text(t, 1), reason: p.text(t, 2) };
    default:
      throw p.malformed("unknown message of an executor", t[0]);
  }
}

function parseFinished(t: p.Fields): ExecutorToWorker {
  return {
    type: "finished",
    runId: p.count(t, 1),
    value: p.packed(t, 2),
    bytes: p.count(t, 3),
    valueType: p.text(t, 4),
    durationMs: p.number(t, 5),
  };
}

function parseFailed(t: p.Fields): ExecutorToWorker {
  return {
    type: "failed",
    runId: p.count(t, 1),
    error: p.wireError(t, 2),
    durationMs: p.number(t, 3),
    retriable: p.flag(t, 4),
  };
}

function parsePrinted(t: p.Fields): ExecutorToWorker {
  return {
    type: "printed",
    clientId: p.text(t, 1),
    key: p.text(t, 2),
    stream: p.choice(t, 3, ["out", "err"]),
    text: p.text(t, 4),
  };
}
