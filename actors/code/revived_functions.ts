/** Functions that came from elsewhere travel on as they came: nobody asks V8 about them. @module */
import type { AnyFunction, CapturedFunction } from "./captured_function.ts";
import type { FunctionView } from "./function_view.ts";

/** What is known of a function that was revived here. */
export interface RevivedFunction {
  /** The very function that travelled, to go on as it came; undefined if it was a part of another one's journey. */
  readonly captured: CapturedFunction | undefined;
  /** How to capture it again. */
  readonly view: FunctionView;
}

/** Entries go with their functions. */
const REVIVED = new WeakMap<AnyFunction, RevivedFunction>();

/** Notes what a function was revived from. */
export function rememberRevived(fn: AnyFunction, revived: RevivedFunction): void {
  REVIVED.set(fn, revived);
}

/** What a function was revived from; undefined if it was made here. */
export function revivedFrom(fn: AnyFunction): RevivedFunction | undefined {
  return REVIVED.get(fn);
}
