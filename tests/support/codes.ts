import { assert } from "@std/assert";
import { describe, type ErrorCode, TroupeError } from "../../actors/base/errors.ts";

/** The error that `run` throws or rejects with; it must be ours, with this code. */
export async function failsWith(code: ErrorCode, run: () => unknown): Promise<TroupeError> {
  try {
    await run();
  } catch (thrown) {
    return hasCode(code, thrown);
  }
  throw new Error(`Nothing was thrown, expected ${code}`);
}

/** The value, as the error of ours that it must be. */
export function hasCode(code: ErrorCode, error: unknown): TroupeError {
  assert(TroupeError.is(error, code), `Expected ${code}, got ${describe(error)}`);
  return error;
}
