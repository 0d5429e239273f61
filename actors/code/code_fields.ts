/** The JSON list that every unit of code is, on its way. @module */
import type { FunctionCode } from "../protocol/task.ts";

/** Writes the bytes of a unit. The same fields give the same bytes. */
export function writeFields(fields: readonly unknown[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(fields));
}

/**
 * Reads what {@linkcode writeFields} wrote.
 *
 * @param malformed Makes the error that is thrown for anything else.
 */
export function readFields(code: FunctionCode, malformed: (found: unknown, cause?: unknown) => Error): unknown[] {
  if (!(code instanceof Uint8Array)) throw malformed(code);
  try {
    // A received view may lie in shared memory, which TextDecoder refuses: copy.
    const fields: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(code)));
    if (Array.isArray(fields)) return fields;
  } catch (cause) {
    throw malformed(code, cause);
  }
  throw malformed(code);
}
