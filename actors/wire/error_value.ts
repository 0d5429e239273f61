import { isErrorCode, TroupeError } from "../base/errors.ts";
import { ERROR_CLASSES, errorClassIndex, makeStandIn } from "./error_classes.ts";
import { MARK_DOM_EXCEPTION, MARK_ERROR, MARK_TROUPE_ERROR } from "./value_mark.ts";
import type { ErrorRules, ValueSink } from "./value_sink.ts";

/** Writes an error: what it says, where it was made, and its own properties. */
export function writeError(sink: ValueSink, value: object): void {
  const error = value as Error;
  const rules = sink.errorRules;
  const entries = ownEntries(error, rules);
  if (isOurs(error, rules)) {
    sink.mark(MARK_TROUPE_ERROR, 4 + entries.length * 2);
    sink.out.text(error.code);
    sink.out.text(textOf(error, "message", rules));
    sink.write(error.hint);
  } else {
    const index = errorClassIndex(error);
    sink.mark(MARK_ERROR, 5 + entries.length * 2);
    sink.out.number(index);
    sink.out.text(ownClassName(error, index));
    sink.out.text(textOf(error, "name", rules));
    sink.out.text(textOf(error, "message", rules));
  }
  sink.write(stackOf(error, rules));
  sink.entries(entries);
}

/** Writes a `DOMException`. */
export function writeDomException(sink: ValueSink, value: object): void {
  const error = value as DOMException;
  const rules = sink.errorRules;
  const entries = ownEntries(error, rules);
  sink.mark(MARK_DOM_EXCEPTION, 3 + entries.length * 2);
  sink.out.text(textOf(error, "name", rules));
  sink.out.text(textOf(error, "message", rules));
  sink.write(stackOf(error, rules));
  sink.entries(entries);
}

/** An error of one of the platform's classes, or of a stand-in for another class; undefined when there is none. */
export function makeError(
  index: number,
  className: string,
  name: string,
  message: string,
  stack: string | undefined,
): Error | undefined {
  const error = className === "" ? ERROR_CLASSES[index]?.make(message) : makeStandIn(index, className, message);
  if (error === undefined) return undefined;
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
  define(error, key, value, !hiddenOf(error).has(key));
}

function define(error: Error, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
}

/** Properties that the language itself makes, not enumerable. */
const HIDDEN: ReadonlySet<string> = new Set(["cause", "errors"]);
const HIDDEN_IN_SUPPRESSED: ReadonlySet<string> = new Set([...HIDDEN, "error", "suppressed"]);
/** What has a field of its own. */
const FIELDS: ReadonlySet<string> = new Set(["message", "stack"]);
const TROUPE_FIELDS: ReadonlySet<string> = new Set(["name", "code", "hint", "message", "stack"]);

function hiddenOf(error: Error): ReadonlySet<string> {
  return error instanceof SuppressedError ? HIDDEN_IN_SUPPRESSED : HIDDEN;
}

function ownEntries(error: Error, rules: ErrorRules | undefined): (readonly [key: string, value: unknown])[] {
  const skipped = isOurs(error, rules) ? TROUPE_FIELDS : FIELDS;
  const hidden = hiddenOf(error);
  const keys = Object.keys(error).filter((key) => !skipped.has(key) && !hidden.has(key));
  for (const key of hidden) if (Object.hasOwn(error, key)) keys.push(key);
  return keys.map((key) => [key, guarded(rules, () => Reflect.get(error, key))]);
}

function isOurs(error: Error, rules: ErrorRules | undefined): error is TroupeError {
  return guarded(rules, () => TroupeError.is(error)) === true;
}

/** The name of the class of an error, unless that is the platform's own. */
function ownClassName(error: Error, index: number): string {
  const prototype: unknown = Object.getPrototypeOf(error);
  if (prototype === ERROR_CLASSES[index]?.type.prototype || typeof prototype !== "object" || prototype === null) {
    return "";
  }
  const type: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return typeof type === "function" && typeof type.name === "string" ? type.name : "";
}

function textOf(error: Error, key: "name" | "message", rules: ErrorRules | undefined): string {
  const text = guarded(rules, () => String(error[key]));
  return rules === undefined ? text : cut(text, rules.charsMax);
}

/** What cannot be read becomes a text that says so, if the rules allow it. */
function guarded<T>(rules: ErrorRules | undefined, read: () => T): T | string {
  if (rules === undefined) return read();
  try {
    return read();
  } catch (thrown) {
    return `(cannot be read: ${thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : "it throws"})`;
  }
}

function stackOf(error: Error, rules: ErrorRules | undefined): string | undefined {
  const stack: unknown = guarded(rules, () => error.stack);
  if (typeof stack !== "string") return undefined;
  return rules === undefined ? stack : shortStack(rules.trimStack?.(stack) ?? stack, rules.charsMax);
}

/** The message in a stack is cut like the message itself, so that the frames below it are kept. */
function shortStack(stack: string, charsMax: number): string {
  const framesAt = /^ {4}at /m.exec(stack)?.index ?? stack.length;
  const head = stack.slice(0, framesAt);
  const frames = stack.slice(framesAt);
  const shortHead = head.length <= 2 * charsMax ? head : `${cut(head, charsMax)}\n`;
  if (frames.length <= charsMax) return shortHead + frames;
  return `${shortHead}${frames.slice(0, frames.lastIndexOf("\n", charsMax))}\n    ... (cut)`;
}

function cut(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax)}... (cut from ${text.length} characters)`;
}
