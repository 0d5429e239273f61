/** Functions and classes within values: as arguments, in data, as results. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { Packed } from "../protocol/packed.ts";
import type { SpecialValue } from "../wire/value_writer.ts";
import type { CapturedFunction } from "./captured_function.ts";
import { LoadingError } from "./loading.ts";
import type { Reviver } from "./revive.ts";
import type { SpecialReader } from "./revived_code.ts";

/** The tag of a function among special values; its payload is `[hash, name, code, environment]`. */
export const FUNCTION_TAG = "function";

/** A captured function as a special value. */
export function writeFunction({ hash, name, code, environment }: CapturedFunction): SpecialValue {
  return { tag: FUNCTION_TAG, payload: [hash, name, code, environment] };
}

/**
 * A function that arrived within a value.
 *
 * @throws {LoadingError} When modules must be imported first: then read the value again.
 * @throws {TroupeError} `wire/malformed` for what is no function.
 */
export function readFunction(payload: unknown, reviver: Reviver, special: SpecialReader): unknown {
  const [hash, name, code, environment]: unknown[] = Array.isArray(payload) ? payload : [];
  if (typeof hash !== "string" || typeof name !== "string" || !isPacked(code) || !isPacked(environment)) {
    throw troupeError("wire/malformed", `Cannot read function: its payload is ${describe(payload)}`);
  }
  const revived = reviver.revive(code, hash, name);
  if (revived instanceof Promise) throw new LoadingError(revived);
  return revived.make(environment, special);
}

function isPacked(value: unknown): value is Packed {
  if (value === undefined || value instanceof Uint8Array) return true;
  return Array.isArray(value) && value.every((part) => part instanceof Uint8Array);
}
