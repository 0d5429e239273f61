import type { Packed } from "../protocol/packed.ts";
import type { FunctionCode, FunctionHash } from "../protocol/task.ts";

/** Any function, whatever it takes. */
export type AnyFunction = (...args: never[]) => unknown;

/** Code as it travels, content-addressed, so that it goes over a connection once: a function, or a module. */
export interface CodeUnit {
  /**
   * 128 bits as 32 hexadecimal digits, which nobody meets twice by chance. Covers {@linkcode CodeUnit.code} and all that
   * the unit requires.
   */
  readonly hash: FunctionHash;
  /** For messages; of a function also for keys: its own name, `"lambda"` without one. Of a module its URL. */
  readonly name: string;
  /** What the other side revives or loads. Opaque to all but `code/`. */
  readonly code: FunctionCode;
  /** Units that it cannot run without. They may require each other in circles. */
  readonly requires: readonly CodeUnit[];
}

/** A function as it travels. */
export interface CapturedFunction extends CodeUnit {
  /** The values of its variables, as they were just now; undefined when it has none. Travels with every call. */
  readonly environment: Packed;
}

/** What functions that need no module require. */
export const REQUIRES_NOTHING: readonly CodeUnit[] = [];

/** Whether a value can be called. */
export function isFunction(value: unknown): value is AnyFunction {
  return typeof value === "function";
}
