/** Functions and classes within values: as arguments, in data, as results. @module */
import { describe, troupeError } from "../base/errors.ts";
import { requiredFirst } from "../base/required_first.ts";
import type { Packed } from "../protocol/packed.ts";
import type { SpecialValue } from "../wire/value_writer.ts";
import { type CapturedFunction, type CodeUnit, REQUIRES_NOTHING } from "./captured_function.ts";
import { LoadingError } from "./loading.ts";
import type { Reviver } from "./revive.ts";
import type { SpecialReader } from "./revived_code.ts";
import { UnitTable } from "./unit_table.ts";

/** The tag of a function among special values; its payload is `[hash, name, code, environment, units]`. */
export const FUNCTION_TAG = "function";

/** A captured function as a special value. */
export function writeFunction(captured: CapturedFunction): SpecialValue {
  const { hash, name, code, environment, requires } = captured;
  const payload = [hash, name, code, environment];
  if (requires.length === 0) return { tag: FUNCTION_TAG, payload };
  const units = requiredFirst<CodeUnit>(captured, (unit) => unit.requires).slice(0, -1);
  const list = units.map((unit) => [unit.hash, unit.name, unit.code, unit.requires.map((required) => required.hash)]);
  return { tag: FUNCTION_TAG, payload: [...payload, list, requires.map((unit) => unit.hash)] };
}

/**
 * A function that arrived within a value.
 *
 * @throws {LoadingError} When modules must be imported first: then read the value again.
 * @throws {TroupeError} `wire/malformed` for what is no function.
 */
export function readFunction(payload: unknown, reviver: Reviver, special: SpecialReader): unknown {
  const [hash, name, code, environment, units, requires]: unknown[] = Array.isArray(payload) ? payload : [];
  if (typeof hash !== "string" || typeof name !== "string" || !isPacked(code) || !isPacked(environment)) {
    throw troupeError("wire/malformed", `Cannot read function: its payload is ${describe(payload)}`);
  }
  const revived = reviver.revive(code, hash, name, readUnits(units, requires));
  if (revived instanceof Promise) throw new LoadingError(revived);
  return revived.make(environment, special);
}

/** The units that a function requires. */
function readUnits(units: unknown, requires: unknown): readonly CodeUnit[] {
  if (!Array.isArray(units) || !isTexts(requires)) return REQUIRES_NOTHING;
  const table = new UnitTable();
  for (const entry of units) {
    const [hash, name, code, required]: unknown[] = Array.isArray(entry) ? entry : [];
    if (typeof hash !== "string" || typeof name !== "string" || !isPacked(code) || !isTexts(required)) {
      throw troupeError("wire/malformed", `Cannot read function: it comes with ${describe(entry)}`);
    }
    table.define({ type: "define-function", hash, name, code, requires: required });
  }
  return requires.map((hash) => table.get(hash)).filter((unit) => unit !== undefined);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}

function isPacked(value: unknown): value is Packed {
  if (value === undefined || value instanceof Uint8Array) return true;
  return Array.isArray(value) && value.every((part) => part instanceof Uint8Array);
}
