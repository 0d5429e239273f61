import type { Packed } from "../protocol/packed.ts";
import type { FunctionCode, FunctionHash } from "../protocol/task.ts";

/** Any function, whatever it takes. */
export type AnyFunction = (...args: never[]) => unknown;

/** A function as it travels: content-addressed, so that it goes over a connection once. */
export interface CapturedFunction {
  /** Hash of {@linkcode CapturedFunction.code}: 128 bits, which nobody meets twice by chance, as 32 hexadecimal digits. */
  readonly hash: FunctionHash;
  /** For keys and messages: the function's own name, `"lambda"` without one. */
  readonly name: string;
  /** What the other side revives. Opaque to all but `code/`. */
  readonly code: FunctionCode;
  /** The values of its variables, as they were just now; undefined when it has none. Travels with every call. */
  readonly environment: Packed;
}

/** Whether a value can be called. */
export function isFunction(value: unknown): value is AnyFunction {
  return typeof value === "function";
}
