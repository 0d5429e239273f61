import { isErrorCode, TroupeError } from "../base/errors.ts";
import { ERROR_NAMES, MARK_DOM_EXCEPTION, MARK_ERROR, MARK_TROUPE_ERROR } from "./value_mark.ts";
import type { ValueSink } from "./value_sink.ts";

/** Writes an error: what it says, where it was made, and its own properties. */
export function writeError(sink: ValueSink, value: object): void {
  const error = value as Error;
  const entries = ownEntries(error);
  if (TroupeError.is(error)) {
    sink.mark(MARK_TROUPE_ERROR, 4 + entries.length * 2);
    sink.out.text(error.code);
    sink.out.text(error.message);
    sink.write(error.hint);
  } else {
    sink.mark(MARK_ERROR, 4 + entries.length * 2);
    sink.out.number(ERROR_NAMES.findLastIndex((name) => error instanceof globalThis[name]));
    sink.out.text(String(error.name));
    sink.out.text(String(error.message));
  }
  sink.write(stackOf(error));
  sink.entries(entries);
}

/** Writes a `DOMException`. */
export function writeDomException(sink: ValueSink, value: object): void {
  const error = value as DOMException;
  sink.mark(MARK_DOM_EXCEPTION, 3);
  sink.out.text(error.name);
  sink.out.text(error.message);
  sink.write(stackOf(error));
}

/** An error of a built-in class, by its index in `ERROR_NAMES`; undefined when there is none. */
export function makeError(index: number, name: string, message: string, stack: string | undefined): Error | undefined {
  const builtIn = ERROR_NAMES[index];
  if (builtIn === undefined) return undefined;
  const error = builtIn === "AggregateError" ? new AggregateError([], message) : new globalThis[builtIn](message);
  if (error.name !== name) define(error, "name", name, false);
  define(error, "stack", stack, false);
  return error;
}

/** A `TroupeError`; a plain error with the same properties when the code is one of another version. */
export function makeTroupeError(
  code: string,
  message: string,
  hint: string | undefined,
  stack: string | undefined,
): Error {
  const error = isErrorCode(code) ? TroupeError.make(code, message, { hint }) : foreignError(code, message, hint);
  define(error, "stack", stack, false);
  return error;
}

function foreignError(code: string, message: string, hint: string | undefined): Error {
  const error = new Error(message);
  define(error, "name", "TroupeError", true);
  define(error, "code", code, true);
  define(error, "hint", hint, true);
  return error;
}

/** A `DOMException`. */
export function makeDomException(name: string, message: string, stack: string | undefined): DOMException {
  const error = new DOMException(message, name);
  define(error, "stack", stack, false);
  return error;
}

/** Gives an arrived error one of its own properties. */
export function addErrorEntry(error: Error, key: string, value: unknown): void {
  define(error, key, value, !HIDDEN.has(key));
}

function define(error: Error, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
}

/** Properties that the language itself makes, not enumerable. */
const HIDDEN: ReadonlySet<string> = new Set(["cause", "errors"]);
/** What has a field of its own. */
const FIELDS: ReadonlySet<string> = new Set(["message", "stack"]);
const TROUPE_FIELDS: ReadonlySet<string> = new Set(["name", "code", "hint", "message", "stack"]);

function ownEntries(error: Error): (readonly [key: string, value: unknown])[] {
  const skipped = TroupeError.is(error) ? TROUPE_FIELDS : FIELDS;
  const keys = Object.keys(error).filter((key) => !skipped.has(key) && !HIDDEN.has(key));
  for (const key of HIDDEN) if (Object.hasOwn(error, key)) keys.push(key);
  return keys.map((key) => [key, Reflect.get(error, key)]);
}

function stackOf(error: Error): string | undefined {
  const { stack } = error;
  return typeof stack === "string" ? stack : undefined;
}
