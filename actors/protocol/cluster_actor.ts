/** Actors of a cluster: what clients say about them, and what a run is to one. @module */
import { unreachable } from "../base/assert.ts";
import { describe } from "../base/errors.ts";
import { nameOfKey } from "../base/key_name.ts";
import type { PackedArg } from "./packed.ts";
import * as p from "./parse.ts";
import type { RunId, TaskKey } from "./task.ts";

/** What a run is to an actor: it makes it, under the key of the run's task, or calls it. */
export type ActorPart =
  /** Makes it. */
  | { readonly type: "make"; readonly isReentrant: boolean }
  /**
   * Calls the actor made under `actor`, which its user named so, if at all. Calls of one caller begin in the order in which
   * they were sent.
   */
  | { readonly type: "call"; readonly actor: TaskKey; readonly caller: string; readonly name: string | undefined };

/** What a client says about actors; it makes them by `submit`. */
export type AboutActor =
  /**
   * Calls a method, and claims the reply under `key`. The first argument is the name of the method, or, of a pull,
   * {@linkcode STREAM_PULL}, before the stream's key and how many items may come. `caller` names whose
   * calls keep their order, within the session. `parent` is the run that calls. A `tell` is no link of a chain of calls.
   */
  | {
    readonly type: "call-actor";
    readonly key: TaskKey;
    readonly actor: TaskKey;
    readonly args: readonly PackedArg[];
    readonly deps: readonly TaskKey[];
    readonly caller: string;
    readonly parent: RunId | undefined;
    readonly timeoutMs: number | undefined;
    readonly isTell: boolean;
  }
  /** Which actor has this name. Answered by `answer` with its key and class, or refused; `waits` for the name. */
  | { readonly type: "find-actor"; readonly ackId: number; readonly name: string; readonly waits: boolean }
  /** Ends an actor, whoever claims it: now, or after the message in hand. Answered by `done` when it is gone. */
  | { readonly type: "end-actor"; readonly ackId: number; readonly key: TaskKey; readonly isKill: boolean };

/** In place of the name of a method: gives the next items of a stream. */
export const STREAM_PULL = 0;

/** The tag of a stream of an actor among special values; its payload is the key of the actor, and that of the call. */
export const ACTOR_STREAM_TAG = "actor-stream";

/** What the value of a call is called that gave a stream. */
export const ACTOR_STREAM_TYPE = "ActorStream";

/** The first tag; the others follow. */
const CALL = 40;
const FIND = 41;
const END = 42;

/** A message as a tuple. */
export function packAboutActor(m: AboutActor): p.Fields {
  switch (m.type) {
    case "call-actor":
      return [CALL, m.key, m.actor, m.args, m.deps, m.caller, m.parent, m.timeoutMs, m.isTell];
    case "find-actor":
      return [FIND, m.ackId, m.name, m.waits];
    case "end-actor":
      return [END, m.ackId, m.key, m.isKill];
    default:
      return unreachable(m);
  }
}

/** A tuple as a message; throws `wire/malformed`. */
export function parseAboutActor(t: p.Fields): AboutActor {
  switch (t[0]) {
    case CALL:
      return {
        type: "call-actor",
        key: p.text(t, 1),
        actor: p.text(t, 2),
        args: p.packedArgs(t, 3),
        deps: p.texts(t, 4),
        caller: p.text(t, 5),
        parent: p.numberOrNone(t, 6),
        timeoutMs: p.numberOrNone(t, 7),
        isTell: p.flag(t, 8),
      };
    case FIND:
      return { type: "find-actor", ackId: p.count(t, 1), name: p.text(t, 2), waits: p.flag(t, 3) };
    case END:
      return { type: "end-actor", ackId: p.count(t, 1), key: p.text(t, 2), isKill: p.flag(t, 3) };
    default:
      throw p.malformed("unknown message of a client", t[0]);
  }
}

/** What a run is to an actor, as it travels; undefined for all other runs. */
export function packActorPart(part: ActorPart | undefined): unknown {
  if (part === undefined) return undefined;
  if (part.type === "make") return [part.isReentrant];
  return part.name === undefined ? [part.actor, part.caller] : [part.actor, part.caller, part.name];
}

/** {@linkcode packActorPart} read again. */
export function parseActorPart(t: p.Fields, index: number): ActorPart | undefined {
  if (t[index] === undefined || t[index] === null) return undefined;
  const part = p.fields(t[index]);
  if (part.length === 1) return { type: "make", isReentrant: p.flag(part, 0) };
  return { type: "call", actor: p.text(part, 0), caller: p.text(part, 1), name: p.textOrNone(part, 2) };
}

/** An actor in messages: by the name that its user gave it, else by its class. */
export function actorLabel(key: TaskKey, name: string | undefined): string {
  return `actor ${describe(name ?? nameOfKey(key))}`;
}
