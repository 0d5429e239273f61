/** Errors between systems. @module */
import { asError, type ErrorCode, TroupeError, troupeError } from "../base/errors.ts";
import type { Packed } from "../protocol/packed.ts";
import type { WireError } from "../protocol/task.ts";
import { packValue, unpackValue } from "../wire/value_codec.ts";

/** Characters of an error's message that travel; a stack may be twice as long. */
const ERROR_TEXT_MAX = 10_000;

/**
 * Anything that was thrown as it travels: with all that its class, cause and properties say. A property that cannot travel
 * is replaced by a text that says so; a text too long for its own good is cut.
 */
export function packError(thrown: unknown): Packed {
  return packValue(shortened(thrown), { root: "error", besideBytesMin: Infinity, looseErrors: true });
}

/** Plain data as an error. */
export function parseError(data: unknown): Error {
  return asError(unpackValue(data as Packed));
}

/** Anything that was thrown, as messages about tasks carry it. */
export function wireErrorOf(thrown: unknown): WireError {
  const error = shortened(thrown);
  const text = error instanceof Error ? `${error.name}: ${error.message}` : asError(error).message;
  try {
    return { text, value: packError(error) };
  } catch (refused) {
    // Thrown values that are no errors may be anything: then the refusal says what it was.
    return { text, value: packError(new Error(text, { cause: refused })) };
  }
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

function shortened(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || typeof thrown.message !== "string") return thrown;
  if (thrown.message.length <= ERROR_TEXT_MAX) return thrown;
  const message = `${thrown.message.slice(0, ERROR_TEXT_MAX)}... (cut from ${thrown.message.length} characters)`;
  if (TroupeError.is(thrown)) return troupeError(thrown.code, message, { hint: thrown.hint, details: thrown.details });
  const copy = new Error(message);
  copy.name = thrown.name;
  if (thrown.stack !== undefined) copy.stack = thrown.stack.slice(0, 2 * ERROR_TEXT_MAX);
  return copy;
}
