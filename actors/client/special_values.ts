/** Values that no codec knows by itself, and how they travel between clients and tasks: one line per kind. @module */
import { type ActorSession, CLUSTER_ACTOR_TAG, ClusterActor } from "./cluster_actor.ts";
import { readActorStream } from "./actor_stream.ts";
import { ACTOR_STREAM_TAG } from "../protocol/cluster_actor.ts";
import { ACTOR_REF_TAG } from "../actor/actor_ref.ts";
import { writeActorRef } from "./actor_refs.ts";
import { describe, troupeError } from "../base/errors.ts";
import { type AnyFunction, type CapturedFunction, isFunction } from "../code/captured_function.ts";
import { FUNCTION_TAG, readFunction, writeFunction } from "../code/function_value.ts";
import type { Capturer } from "../code/capture.ts";
import type { Reviver } from "../code/revive.ts";
import type { SpecialReader } from "../code/revived_code.ts";
import type { TaskKey } from "../protocol/task.ts";
import type { SpecialValue } from "../wire/value_writer.ts";
import { CLASS_TAG, type CodecValues, INSTANCE_TAG } from "./codec_values.ts";
import { claimBehind } from "./claim_behind.ts";
import { Future } from "./future.ts";
import { FUTURE_TAG, type FutureNote, type FutureUser, readFutureKey, writeFuture } from "./future_codec.ts";
import { readShared, SHARED_TAG, writeShared } from "./shared_value.ts";

/** Where special values leave. */
export interface SpecialOrigin extends FutureUser {
  /** The client that they leave. */
  readonly client: object | undefined;
  /** Codecs of classes. */
  readonly codecs: CodecValues;
  /** Functions on their way. */
  readonly world: { readonly capturer: Capturer };
}

/** Where special values leave and arrive: a session. */
export interface SpecialPlace extends ActorSession, SpecialReader {
  /** The client of this session. */
  readonly client: object | undefined;
  /** Functions on their way. */
  readonly world: ActorSession["world"] & { readonly reviver: Reviver; readonly actorRefs: RefReader };
  /** The result of this key as a future. */
  claim(key: TaskKey): Future<unknown>;
}

/** Makes refs of actors. */
export interface RefReader {
  /** A ref that arrived. */
  read(payload: unknown): object;
}

/** The tag of a client; where it arrives it is the client of the task. */
const CLIENT_TAG = "client";

/**
 * A value as it leaves a session; undefined when it is of no special kind.
 *
 * @param action What failed if it cannot: `"scatter"`.
 * @param note Is told of the futures in it.
 */
export function writeSpecial(
  value: object | symbol,
  place: SpecialOrigin,
  action: string,
  note?: FutureNote,
): SpecialValue | undefined {
  if (Future.is(value)) {
    const written = writeFuture(value, place, action);
    note?.(value.key, false);
    return written;
  }
  const claim = claimBehind(value);
  if (claim !== undefined) {
    const { payload } = writeFuture(claim, place, action);
    note?.(claim.key, false);
    return { tag: CLUSTER_ACTOR_TAG, payload };
  }
  const ref = isFunction(value) ? undefined : writeActorRef(value, action);
  if (ref !== undefined) return ref;
  if (value === place.client) return { tag: CLIENT_TAG, payload: null };
  const shared = writeShared(value, place, action);
  if (shared !== undefined) return shared;
  const special = typeof value === "symbol" ? undefined : place.codecs.write(value, action);
  if (special === undefined && isFunction(value)) return writeFunction(captureFor(value, place, action, note));
  return special;
}

/** A value as it arrives in a place. */
export function readSpecial(tag: string, payload: unknown, place: SpecialPlace): unknown {
  switch (tag) {
    case FUTURE_TAG:
      return place.claim(readFutureKey(payload, place));
    case CLUSTER_ACTOR_TAG:
      return ClusterActor.at(place, place.claim(readFutureKey(payload, place)));
    case ACTOR_STREAM_TAG:
      return readActorStream(payload, place);
    case FUNCTION_TAG:
      return readFunction(payload, place.world.reviver, place);
    case INSTANCE_TAG:
      return place.codecs.readInstance(payload);
    case CLASS_TAG:
      return place.codecs.readClass(payload);
    case CLIENT_TAG:
      return place.client;
    case ACTOR_REF_TAG:
      return place.world.actorRefs.read(payload);
    case SHARED_TAG:
      return readShared(payload, place);
    default:
      throw troupeError("wire/malformed", `Cannot read value: it holds a thing of the unknown kind ${describe(tag)}`);
  }
}

function captureFor(
  value: AnyFunction,
  place: SpecialOrigin,
  action: string,
  note: FutureNote | undefined,
): CapturedFunction {
  return place.world.capturer.captureValue(value, action, {
    // Nobody waits for an actor: it is kept as long as the value.
    write: (inner) =>
      writeSpecial(inner, place, action, claimBehind(inner) === undefined ? note && ((key) => note(key, true)) : note),
    owns: (fn) => place.codecs.owns(fn),
  });
}
