/** Errors between systems. @module */
import { asError, describe, type ErrorCode, isError, troupeError } from "../base/errors.ts";
import { type Packed, packedBytes } from "../protocol/packed.ts";
import type { WireError } from "../protocol/task.ts";
import { packValue, unpackValue } from "../wire/value_codec.ts";
import type { PackOptions } from "../wire/value_writer.ts";

/** Characters of an error's message that travel, and of the frames of its stack. */
const ERROR_CHARS_MAX = 10_000;
/** An error that is larger travels without its properties: errors go through the scheduler, and stay there. */
const ERROR_BYTES_MAX = 1024 ** 2;

/** What errors need on their way besides themselves. */
export interface ErrorHooks {
  /** Writes what in them only a hook knows. */
  readonly special?: PackOptions["special"];
  /** The stack as it is to travel. */
  readonly trimStack?: (stack: string) => string;
}

/**
 * Anything that was thrown as it travels: with all that its class, cause and properties say. A property that cannot travel
 * is replaced by a text that says so; a text too long for its own good is cut; what cannot travel at all is replaced by an
 * error that says what it was. Never throws.
 */
export function packError(thrown: unknown, { special, trimStack }: ErrorHooks = {}): Packed {
  const options = {
    root: "error",
    besideBytesMin: Infinity,
    errorRules: { charsMax: ERROR_CHARS_MAX, trimStack },
  };
  try {
    const packed = packValue(thrown, special === undefined ? options : { ...options, special });
    if (packedBytes(packed) <= ERROR_BYTES_MAX) return packed;
    const message = `Cannot carry an error along with all that it holds: it takes ${packedBytes(packed)} bytes`;
    const hint = `Throw less: at most ${ERROR_BYTES_MAX} bytes`;
    return packValue(generic(thrown, troupeError("task/not-serializable", message, { hint })), options);
  } catch (refused) {
    return packValue(generic(thrown, refused), options);
  }
}

/** Plain data as an error. */
export function parseError(data: unknown): Error {
  return asError(unpackValue(data as Packed));
}

/** Anything that was thrown, as messages about tasks carry it. Never throws. */
export function wireErrorOf(thrown: unknown, hooks?: ErrorHooks): WireError {
  const text = textOf(thrown);
  const isShort = text.length <= ERROR_CHARS_MAX;
  return { text: isShort ? text : `${text.slice(0, ERROR_CHARS_MAX)}...`, value: packError(thrown, hooks) };
}

/** An error of Troupe's own as messages about tasks carry it. Pure: for machines. */
export function makeWireError(
  code: ErrorCode,
  message: string,
  hint?: string,
  details?: Readonly<Record<string, unknown>>,
): WireError {
  const error = troupeError(code, message, { hint, details });
  // Where a machine made it tells nobody anything.
  error.stack = `${error.name}: ${error.message}`;
  return wireErrorOf(error);
}

/** What people read about it. */
function textOf(thrown: unknown): string {
  try {
    return isError(thrown) ? `${thrown.name}: ${thrown.message}` : asError(thrown).message;
  } catch (cause) {
    return `Thrown value cannot be read: ${describe(asError(cause).message)}`;
  }
}

/** An error in place of what cannot travel: its text, its stack, and why. */
function generic(thrown: unknown, why: unknown): Error {
  const error = new Error(textOf(thrown), { cause: why });
  try {
    if (!isError(thrown)) return error;
    const { name, message, stack } = thrown;
    if (typeof message === "string" && typeof name === "string") Object.assign(error, { message, name, stack });
  } catch {
    // Then the text alone has to do.
  }
  return error;
}
