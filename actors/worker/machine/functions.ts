/** The functions that the scheduler has defined here. @module */
import type { FunctionCode, FunctionHash } from "../../protocol/task.ts";
import { FunctionRecord } from "./function_record.ts";
import type { WorkerState } from "./state.ts";

/** Functions kept: lambdas that capture a loop variable are each a function of their own. */
export const FUNCTIONS_MAX = 10_000;

/** Remembers a function; forgets the least recently used one when there are too many. */
export function defineFunction(state: WorkerState, hash: FunctionHash, name: string, code: FunctionCode): void {
  const known = state.functions.get(hash);
  if (known !== undefined) {
    known.isRecent = true;
    return;
  }
  state.functions.set(hash, new FunctionRecord(hash, name, code));
  if (state.functions.size > FUNCTIONS_MAX) forgetOldest(state);
}

/** Second chance instead of a strict order: a run then only sets a flag. Each function is looked at twice at most. */
function forgetOldest(state: WorkerState): void {
  let looksLeft = 2 * state.functions.size;
  for (const [hash, fn] of state.functions) {
    if (looksLeft-- === 0) return;
    state.functions.delete(hash);
    if (fn.usedBy === 0 && !fn.isRecent) {
      for (const executor of state.crew) executor.functions.delete(fn);
      return;
    }
    fn.isRecent = false;
    state.functions.set(hash, fn);
  }
}
