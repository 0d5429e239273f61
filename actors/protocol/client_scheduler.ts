/**
 * What a client and the scheduler say to each other. Each side sends batches, in order; one ordered stream carries every
 * change of state, so nothing overtakes. A request that wants an answer carries an `ackId` of its sender.
 *
 * @module
 */
import { unreachable } from "../base/assert.ts";
import { type AboutActor, packAboutActor, parseAboutActor } from "./cluster_actor.ts";
import { type ClusterOrder, packClusterOrder, parseClusterOrder } from "./cluster_order.ts";
import { type DefineFunctionMessage, packDefineFunction, parseDefineFunction } from "./define_function.ts";
import {
  type Coordinate,
  type Coordinated,
  packCoordinate,
  packCoordinated,
  parseCoordinate,
  parseCoordinated,
} from "./coordination.ts";
import type { Packed, PackedArg } from "./packed.ts";
import * as p from "./parse.ts";
import type { ClientId, FunctionHash, RunId, SubmitOptions, TaskKey, WireError, WorkerId } from "./task.ts";

/** Client to scheduler. */
export type ClientToScheduler =
  /** First message of a session. `graceMs`: how long its claims outlive it (a task's client may be run again). */
  | { readonly type: "register-client"; readonly clientId: ClientId; readonly name: string; readonly graceMs: number }
  /** A function, before the first task that calls it; once per session. */
  | DefineFunctionMessage
  /** One task, and this client's claim on its result. `parent` is the run that submits it, if a task does. */
  | {
    readonly type: "submit";
    readonly key: TaskKey;
    readonly fn: FunctionHash;
    readonly args: readonly PackedArg[];
    readonly deps: readonly TaskKey[];
    readonly options: SubmitOptions | undefined;
    readonly parent: RunId | undefined;
  }
  /** Many tasks of one function: the three lists are equally long. */
  | {
    readonly type: "submit-map";
    readonly fn: FunctionHash;
    readonly keys: readonly TaskKey[];
    readonly args: readonly (readonly PackedArg[])[];
    readonly deps: readonly (readonly TaskKey[])[];
    readonly options: SubmitOptions | undefined;
    readonly parent: RunId | undefined;
  }
  /** Tasks of several functions, each after its inputs: the four lists are equally long. */
  | {
    readonly type: "submit-graph";
    readonly fns: readonly FunctionHash[];
    readonly keys: readonly TaskKey[];
    readonly args: readonly (readonly PackedArg[])[];
    readonly deps: readonly (readonly TaskKey[])[];
    readonly options: SubmitOptions | undefined;
    readonly parent: RunId | undefined;
  }
  /** This client wants these results (a future arrived in it). */
  | { readonly type: "claim"; readonly keys: readonly TaskKey[] }
  /** This client no longer wants these results. */
  | { readonly type: "release"; readonly keys: readonly TaskKey[] }
  /** Stop these tasks and what depends on them, unless other claimants want them (or `force`). Answered by `done`. */
  | {
    readonly type: "cancel";
    readonly ackId: number;
    readonly keys: readonly TaskKey[];
    readonly force: boolean;
    readonly reason: string;
  }
  /** Run these failed tasks again, from their failed ancestors on. Answered by `done`. */
  | { readonly type: "retry"; readonly ackId: number; readonly keys: readonly TaskKey[] }
  /** The arguments or the value of the task `key` name these results, as futures: they live as long as it is known. */
  | { readonly type: "keep"; readonly key: TaskKey; readonly keys: readonly TaskKey[] }
  /** Values will be put on workers: claims the keys, asks where to. `copies` 0 means one each. Answered by `placed`. */
  | {
    readonly type: "scatter";
    readonly ackId: number;
    readonly keys: readonly TaskKey[];
    readonly bytes: readonly number[];
    readonly copies: number;
    readonly workers: readonly string[] | undefined;
  }
  /** Which workers hold these results. Answered by `holders`. */
  | { readonly type: "ask-holders"; readonly ackId: number; readonly keys: readonly TaskKey[] }
  /** These workers did not give these results although they should hold them. */
  | { readonly type: "report-missing"; readonly keys: readonly TaskKey[]; readonly workers: readonly WorkerId[] }
  /** A question about the cluster: `what` is "info", "story", "processing", ... Answered by `answer`. */
  | { readonly type: "query"; readonly ackId: number; readonly what: string; readonly about: readonly string[] }
  /** The session ends by itself: its claims are released now. */
  | { readonly type: "unregister-client" }
  /** Stop scheduler and workers. */
  | { readonly type: "shutdown" }
  /** Something is to be done with the cluster as a whole. Answered once, see there. */
  | { readonly type: "order"; readonly ackId: number; readonly order: ClusterOrder }
  /** These tasks go on although this client may let go of them. */
  | { readonly type: "fire-and-forget"; readonly keys: readonly TaskKey[] }
  /** This session no longer refers to these functions; it defines them anew before it does. */
  | { readonly type: "forget-functions"; readonly hashes: readonly FunctionHash[] }
  /** About queues, variables, locks and their like. */
  | Coordinate
  | AboutActor;

/** Scheduler to client. */
export type SchedulerToClient =
  /** First message of a session. */
  | { readonly type: "welcome"; readonly address: string; readonly dashboardUrl: string | undefined }
  /** How many workers and executors there are now. */
  | { readonly type: "workers-changed"; readonly workers: number; readonly threads: number }
  /** A result is there. `hasValue`: it rides along. */
  | {
    readonly type: "finished";
    readonly key: TaskKey;
    readonly bytes: number;
    readonly valueType: string;
    readonly holders: readonly WorkerId[];
    readonly hasValue: boolean;
    readonly value: Packed;
  }
  /** The task failed, or one that it depends on did. */
  | { readonly type: "failed"; readonly key: TaskKey; readonly error: WireError; readonly worker: string | undefined }
  /** The task was cancelled. */
  | { readonly type: "cancelled"; readonly key: TaskKey; readonly reason: string }
  /** The value existed on lost workers only and cannot be computed again. */
  | { readonly type: "lost"; readonly key: TaskKey; readonly reason: string }
  /** A result that was there is computed again (its workers died), or a failed task is retried. */
  | { readonly type: "pending"; readonly key: TaskKey }
  /** A task of this client printed. */
  | { readonly type: "printed"; readonly key: TaskKey; readonly stream: "out" | "err"; readonly text: string }
  /** A request has been carried out. */
  | { readonly type: "done"; readonly ackId: number }
  /** A request was refused. */
  | { readonly type: "refused"; readonly ackId: number; readonly error: WireError }
  /** Where to put scattered values: a list of workers per key; empty when there is no worker. */
  | { readonly type: "placed"; readonly ackId: number; readonly workers: readonly (readonly WorkerId[])[] }
  /** Who holds the results asked for: a list of workers per key. */
  | { readonly type: "holders"; readonly ackId: number; readonly workers: readonly (readonly WorkerId[])[] }
  /** Answer to a query: plain data. */
  | { readonly type: "answer"; readonly ackId: number; readonly value: unknown }
  /** The scheduler stops. */
  | { readonly type: "closing"; readonly reason: string }
  /** What a queue, a variable or a topic gives. */
  | Coordinated;

/** A message as a tuple. */
export function packClientToScheduler(m: ClientToScheduler): p.Fields {
  switch (m.type) {
    case "register-client":
      return [1, m.clientId, m.name, m.graceMs];
    case "define-function":
      return packDefineFunction(2, m);
    case "submit":
      return [3, m.key, m.fn, m.args, m.deps, p.packSubmitOptions(m.options), m.parent];
    case "submit-map":
      return [4, m.fn, m.keys, m.args, m.deps, p.packSubmitOptions(m.options), m.parent];
    case "claim":
      return [5, m.keys];
    case "release":
      return [6, m.keys];
    case "cancel":
      return [7, m.ackId, m.keys, m.force, m.reason];
    case "retry":
      return [8, m.ackId, m.keys];
    case "scatter":
      return [9, m.ackId, m.keys, m.bytes, m.copies, m.workers];
    case "ask-holders":
      return [10, m.ackId, m.keys];
    case "report-missing":
      return [11, m.keys, m.workers];
    case "query":
      return [12, m.ackId, m.what, m.about];
    case "unregister-client":
      return [13];
    case "shutdown":
      return [14];
    case "order":
      return [15, m.ackId, packClusterOrder(m.order)];
    case "fire-and-forget":
      return [16, m.keys];
    case "submit-graph":
      return [17, m.fns, m.keys, m.args, m.deps, p.packSubmitOptions(m.options), m.parent];
    case "forget-functions":
      return [18, m.hashes];
    case "keep":
      return [19, m.key, m.keys];
    case "coordinate":
    case "took":
    case "give-up":
    case "leave-things":
      return packCoordinate(m);
    case "call-actor":
    case "find-actor":
    case "end-actor":
      return packAboutActor(m);
    default:
      return unreachable(m);
  }
}

/** A tuple as a message; throws `wire/malformed`. */
export function parseClientToScheduler(value: unknown): ClientToScheduler {
  const t = p.fields(value);
  switch (t[0]) {
    case 1:
      return { type: "register-client", clientId: p.text(t, 1), name: p.text(t, 2), graceMs: p.count(t, 3) };
    case 2:
      return parseDefineFunction(t);
    case 3:
      return parseSubmit(t);
    case 4:
      return parseSubmitMap(t);
    case 5:
      return { type: "claim", keys: p.texts(t, 1) };
    case 6:
      return { type: "release", keys: p.texts(t, 1) };
    case 7:
      return { type: "cancel", ackId: p.count(t, 1), keys: p.texts(t, 2), force: p.flag(t, 3), reason: p.text(t, 4) };
    case 8:
      return { type: "retry", ackId: p.count(t, 1), keys: p.texts(t, 2) };
    case 9:
      return parseScatter(t);
    case 10:
      return { type: "ask-holders", ackId: p.count(t, 1), keys: p.texts(t, 2) };
    case 11:
      return { type: "report-missing", keys: p.texts(t, 1), workers: p.texts(t, 2) };
    case 12:
      return { type: "query", ackId: p.count(t, 1), what: p.text(t, 2), about: p.texts(t, 3) };
    case 13:
      return { type: "unregister-client" };
    case 14:
      return { type: "shutdown" };
    case 15:
      return { type: "order", ackId: p.count(t, 1), order: parseClusterOrder(t[2]) };
    case 16:
      return { type: "fire-and-forget", keys: p.texts(t, 1) };
    case 17:
      return parseSubmitGraph(t);
    case 18:
      return { type: "forget-functions", hashes: p.texts(t, 1) };
    case 19:
      return { type: "keep", key: p.text(t, 1), keys: p.texts(t, 2) };
    case 30:
    case 31:
    case 32:
    case 33:
      return parseCoordinate(t);
    default:
      return parseAboutActor(t);
  }
}

function parseSubmit(t: p.Fields): ClientToScheduler {
  return {
    type: "submit",
    key: p.text(t, 1),
    fn: p.text(t, 2),
    args: p.packedArgs(t, 3),
    deps: p.texts(t, 4),
    options: p.submitOptions(t, 5),
    parent: p.numberOrNone(t, 6),
  };
}

function parseSubmitMap(t: p.Fields): ClientToScheduler {
  const keys = p.texts(t, 2);
  const args = p.list(t, 3, p.packedArgs);
  const deps = p.list(t, 4, p.texts);
  if (args.length !== keys.length || deps.length !== keys.length) throw p.malformed("lists differ in length", t[0]);
  return {
    type: "submit-map",
    fn: p.text(t, 1),
    keys,
    args,
    deps,
    options: p.submitOptions(t, 5),
    parent: p.numberOrNone(t, 6),
  };
}

function parseSubmitGraph(t: p.Fields): ClientToScheduler {
  const fns = p.texts(t, 1);
  const keys = p.texts(t, 2);
  const args = p.list(t, 3, p.packedArgs);
  const deps = p.list(t, 4, p.texts);
  if ([fns, args, deps].some((list) => list.length !== keys.length)) throw p.malformed("lists differ in length", t[0]);
  return {
    type: "submit-graph",
    fns,
    keys,
    args,
    deps,
    options: p.submitOptions(t, 5),
    parent: p.numberOrNone(t, 6),
  };
}

function parseScatter(t: p.Fields): ClientToScheduler {
  return {
    type: "scatter",
    ackId: p.count(t, 1),
    keys: p.texts(t, 2),
    bytes: p.numbers(t, 3),
    copies: p.count(t, 4),
    workers: t[5] === undefined || t[5] === null ? undefined : p.texts(t, 5),
  };
}

/** A message as a tuple. */
export function packSchedulerToClient(m: SchedulerToClient): p.Fields {
  switch (m.type) {
    case "welcome":
      return [1, m.address, m.dashboardUrl];
    case "workers-changed":
      return [2, m.workers, m.threads];
    case "finished":
      return [3, m.key, m.bytes, m.valueType, m.holders, m.hasValue, m.value];
    case "failed":
      return [4, m.key, p.packWireError(m.error), m.worker];
    case "cancelled":
      return [5, m.key, m.reason];
    case "lost":
      return [6, m.key, m.reason];
    case "pending":
      return [7, m.key];
    case "printed":
      return [8, m.key, m.stream, m.text];
    case "done":
      return [9, m.ackId];
    case "refused":
      return [10, m.ackId, p.packWireError(m.error)];
    case "placed":
      return [11, m.ackId, m.workers];
    case "holders":
      return [12, m.ackId, m.workers];
    case "answer":
      return [13, m.ackId, m.value];
    case "closing":
      return [14, m.reason];
    case "handed":
    case "published":
      return packCoordinated(m);
    default:
      return unreachable(m);
  }
}

/** A tuple as a message; throws `wire/malformed`. */
export function parseSchedulerToClient(value: unknown): SchedulerToClient {
  const t = p.fields(value);
  switch (t[0]) {
    case 1:
      return { type: "welcome", address: p.text(t, 1), dashboardUrl: p.textOrNone(t, 2) };
    case 2:
      return { type: "workers-changed", workers: p.count(t, 1), threads: p.count(t, 2) };
    case 3:
      return parseFinished(t);
    case 4:
      return { type: "failed", key: p.text(t, 1), error: p.wireError(t, 2), worker: p.textOrNone(t, 3) };
    case 5:
      return { type: "cancelled", key: p.text(t, 1), reason: p.text(t, 2) };
    case 6:
      return { type: "lost", key: p.text(t, 1), reason: p.text(t, 2) };
    case 7:
      return { type: "pending", key: p.text(t, 1) };
    case 8:
      return { type: "printed", key: p.text(t, 1), stream: p.choice(t, 2, ["out", "err"]), text: p.text(t, 3) };
    case 9:
      return { type: "done", ackId: p.count(t, 1) };
    case 10:
      return { type: "refused", ackId: p.count(t, 1), error: p.wireError(t, 2) };
    case 11:
      return { type: "placed", ackId: p.count(t, 1), workers: p.list(t, 2, p.texts) };
    case 12:
      return { type: "holders", ackId: p.count(t, 1), workers: p.list(t, 2, p.texts) };
    case 13:
      return { type: "answer", ackId: p.count(t, 1), value: t[2] };
    case 14:
      return { type: "closing", reason: p.text(t, 1) };
    case 17:
    case 18:
      return parseCoordinated(t);
    default:
      throw p.malformed("unknown message of a scheduler", t[0]);
  }
}

function parseFinished(t: p.Fields): SchedulerToClient {
  return {
    type: "finished",
    key: p.text(t, 1),
    bytes: p.count(t, 2),
    valueType: p.text(t, 3),
    holders: p.texts(t, 4),
    hasValue: p.flag(t, 5),
    value: p.packed(t, 6),
  };
}
