/**
 * The wall between bytes and types: untrusted data is `unknown` until these functions have looked at it. Messages are
 * tuples on the wire, `[tag, ...fields]`; a reader takes the field of an index and fails with `wire/malformed`.
 *
 * @module
 */
import { describe, type TroupeError, troupeError } from "../base/errors.ts";
import type { Packed, PackedArg } from "./packed.ts";
import type { ActorWish, DeathRecord, SubmitOptions, WireError } from "./task.ts";

/** A message as it came: a tuple of unknown fields. */
export type Fields = readonly unknown[];

/** The failure of a reader. */
export function malformed(what: string, value: unknown): TroupeError {
  return troupeError("wire/malformed", `Cannot read message: ${what}, got ${describe(value)}`);
}

/** A tuple. */
export function fields(value: unknown): Fields {
  if (Array.isArray(value)) return value;
  throw malformed("expected a tuple", value);
}

/** A text. */
export function text(tuple: Fields, index: number): string {
  const value = tuple[index];
  if (typeof value === "string") return value;
  throw malformed(`field ${index} is no text`, value);
}

/** A text or undefined. */
export function textOrNone(tuple: Fields, index: number): string | undefined {
  return isNone(tuple[index]) ? undefined : text(tuple, index);
}

/** A finite number. */
export function number(tuple: Fields, index: number): number {
  const value = tuple[index];
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw malformed(`field ${index} is no finite number`, value);
}

/** A finite number or undefined. */
export function numberOrNone(tuple: Fields, index: number): number | undefined {
  return isNone(tuple[index]) ? undefined : number(tuple, index);
}

/** A whole number from 0 up. */
export function count(tuple: Fields, index: number): number {
  const value = tuple[index];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw malformed(`field ${index} is no count`, value);
}

/** A truth value. */
export function flag(tuple: Fields, index: number): boolean {
  const value = tuple[index];
  if (typeof value === "boolean") return value;
  throw malformed(`field ${index} is no boolean`, value);
}

/** One of a few texts. */
export function choice<T extends string>(tuple: Fields, index: number, choices: readonly T[]): T {
  const value = tuple[index];
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw malformed(`field ${index} is none of ${choices.join(", ")}`, value);
}

/** A list of texts. */
export function texts(tuple: Fields, index: number): readonly string[] {
  return list(tuple, index, text);
}

/** A list of texts or undefined. */
export function textsOrNone(tuple: Fields, index: number): readonly string[] | undefined {
  return isNone(tuple[index]) ? undefined : texts(tuple, index);
}

/** A list of finite numbers. */
export function numbers(tuple: Fields, index: number): readonly number[] {
  return list(tuple, index, number);
}

/** A list, each entry read by `read`. The list itself is handed on, not copied. */
export function list<T>(tuple: Fields, index: number, read: (tuple: Fields, index: number) => T): readonly T[] {
  const value = tuple[index];
  if (!Array.isArray(value)) throw malformed(`field ${index} is no list`, value);
  for (let i = 0; i < value.length; i++) read(value, i);
  return value;
}

/** A list, each entry made anew by `make`. */
export function mapped<T>(tuple: Fields, index: number, make: (tuple: Fields) => T): readonly T[] {
  const value = tuple[index];
  if (!Array.isArray(value)) throw malformed(`field ${index} is no list`, value);
  return value.map((entry) => make(fields(entry)));
}

/** A packed value. */
export function packed(tuple: Fields, index: number): Packed {
  const value = tuple[index];
  if (isPacked(value)) return value;
  throw malformed(`field ${index} is no packed value`, value);
}

/** An argument: a packed value or a hole. */
export function packedArg(tuple: Fields, index: number): PackedArg {
  const value = tuple[index];
  if (isPacked(value)) return value;
  if (isHoleTuple(value)) return value;
  throw malformed(`field ${index} is no argument`, value);
}

/** Arguments. */
export function packedArgs(tuple: Fields, index: number): readonly PackedArg[] {
  return list(tuple, index, packedArg);
}

/** A plain object of numbers, or undefined. */
export function amounts(tuple: Fields, index: number): Readonly<Record<string, number>> | undefined {
  const value = tuple[index];
  if (isNone(value)) return undefined;
  return Object.fromEntries(
    mapped(tuple, index, (pair) => [text(pair, 0), number(pair, 1)] as const),
  );
}

/** {@linkcode amounts} as it travels. */
export function packAmounts(value: Readonly<Record<string, number>> | undefined): unknown {
  return value === undefined ? undefined : Object.entries(value);
}

/** Options of a task, or undefined. */
export function submitOptions(tuple: Fields, index: number): SubmitOptions | undefined {
  if (isNone(tuple[index])) return undefined;
  const t = fields(tuple[index]);
  return {
    priority: numberOrNone(t, 0),
    retries: count(t, 1),
    timeoutMs: numberOrNone(t, 2),
    noWorkerTimeoutMs: numberOrNone(t, 3),
    resources: amounts(t, 4),
    workers: isNone(t[5]) ? undefined : texts(t, 5),
    allowOtherWorkers: flag(t, 6),
    ...(t[7] === true && { isAside: true }),
    ...(!isNone(t[8]) && { actor: actorWish(fields(t[8])) }),
  };
}

/** {@linkcode submitOptions} as they travel. */
export function packSubmitOptions(o: SubmitOptions | undefined): unknown {
  if (o === undefined) return undefined;
  const resources = packAmounts(o.resources);
  const tuple = [o.priority, o.retries, o.timeoutMs, o.noWorkerTimeoutMs, resources, o.workers, o.allowOtherWorkers];
  if (o.actor !== undefined) return [...tuple, o.isAside === true, [o.actor.name, o.actor.isReentrant]];
  return o.isAside ? [...tuple, true] : tuple;
}

function actorWish(t: Fields): ActorWish {
  return { name: textOrNone(t, 0), isReentrant: flag(t, 1) };
}

/** An error on its way. */
export function wireError(tuple: Fields, index: number): WireError {
  const t = fields(tuple[index]);
  return { text: text(t, 0), value: packed(t, 1) };
}

/** {@linkcode wireError} as it travels. */
export function packWireError(error: WireError): unknown {
  return [error.text, error.value];
}

/** A death record. */
export function deathRecord(tuple: Fields, index: number): DeathRecord {
  const t = fields(tuple[index]);
  return {
    worker: text(t, 0),
    reason: text(t, 1),
    exitCode: numberOrNone(t, 2),
    signal: textOrNone(t, 3),
    lastLines: texts(t, 4),
    lastRssBytes: numberOrNone(t, 5),
  };
}

/** {@linkcode deathRecord} as it travels. */
export function packDeathRecord(r: DeathRecord): unknown {
  return [r.worker, r.reason, r.exitCode, r.signal, r.lastLines, r.lastRssBytes];
}

/** Whether nothing stands in a place that may be empty. */
export function isNone(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isHoleTuple(value: unknown): value is readonly [number] {
  return Array.isArray(value) && value.length === 1 && Number.isSafeInteger(value[0]) && value[0] >= 0;
}

function isPacked(value: unknown): value is Packed {
  if (typeof value !== "object") return typeof value !== "function" && typeof value !== "symbol";
  if (value === null || value instanceof Uint8Array) return true;
  return Array.isArray(value) && value.length > 0 && value.every((part) => part instanceof Uint8Array);
}
