/** Values that no codec knows by itself, and how they travel between clients and tasks: one line per kind. @module */
import { describe, troupeError } from "../base/errors.ts";
import { type AnyFunction, isFunction } from "../code/captured_function.ts";
import { FUNCTION_TAG, readFunction, writeFunction } from "../code/function_value.ts";
import type { SpecialValue } from "../wire/value_writer.ts";
import { Future } from "./future.ts";
import { FUTURE_TAG, readFutureKey, writeFuture } from "./future_codec.ts";
import type { Session } from "./session.ts";

/** The tag of a client; where it arrives it is the client of the task. */
const CLIENT_TAG = "client";

/** A value as it leaves a session; undefined when it is of no special kind. */
export function writeSpecial(value: object | symbol, session: Session, action: string): SpecialValue | undefined {
  if (Future.is(value)) return writeFuture(value, session, action);
  if (isFunction(value)) return writeFunction(captureFor(value, session, action));
  if (value === session.client) return { tag: CLIENT_TAG, payload: null };
  return undefined;
}

/** A value as it arrives in a session. */
export function readSpecial(tag: string, payload: unknown, session: Session): unknown {
  switch (tag) {
    case FUTURE_TAG:
      return session.claim(readFutureKey(payload, session));
    case FUNCTION_TAG:
      return readFunction(payload, session.world.reviver, session);
    case CLIENT_TAG:
      return session.client;
    default:
      throw troupeError("wire/malformed", `Cannot read value: it holds a thing of the unknown kind ${describe(tag)}`);
  }
}

function captureFor(value: AnyFunction, session: Session, action: string) {
  return session.world.capturer.captureValue(value, action, {
    write: (inner) => writeSpecial(inner, session, action),
  });
}
