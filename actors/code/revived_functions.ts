/** Functions that came from elsewhere go on as they came: no text, no scopes, the same hash. @module */
import type { AnyFunction, CapturedFunction } from "./captured_function.ts";

/** What revived functions were revived from. Entries go with their functions. */
const REVIVED = new WeakMap<AnyFunction, CapturedFunction>();

/** Notes what a function was revived from. */
export function rememberRevived(fn: AnyFunction, captured: CapturedFunction): void {
  REVIVED.set(fn, captured);
}

/** What a function was revived from; undefined if it was made here. */
export function revivedFrom(fn: AnyFunction): CapturedFunction | undefined {
  return REVIVED.get(fn);
}
