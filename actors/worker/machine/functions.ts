/** The functions that the scheduler has defined here, and the units of code that they require. @module */
import { requiredFirst } from "../../base/required_first.ts";
import type { DefineFunctionMessage } from "../../protocol/define_function.ts";
import type { FunctionHash } from "../../protocol/task.ts";
import type { ExecutorRecord } from "./executor_record.ts";
import { FunctionRecord } from "./function_record.ts";
import type { WorkerState } from "./state.ts";

/** Functions kept: lambdas that capture a loop variable are each a function of their own. */
export const FUNCTIONS_MAX = 10_000;
/** When most of them were used of late, so many more are defined before they are looked through again. */
const FUNCTIONS_STEP = 1_000;
const NONE: readonly FunctionHash[] = [];

/** Remembers a function; forgets those not used of late when there are too many. */
export function defineFunction(state: WorkerState, message: DefineFunctionMessage): void {
  const { hash, name, code, requires = NONE } = message;
  const known = state.functions.get(hash);
  if (known !== undefined) {
    known.isRecent = true;
    return;
  }
  state.functions.set(hash, new FunctionRecord(hash, name, code, requires));
  if (state.functions.size > Math.max(FUNCTIONS_MAX, state.functionsMax)) forgetIdle(state);
}

/** Units that a function requires, at however many removes, and that are not here. */
export function missingUnits(state: WorkerState, fn: FunctionRecord): readonly FunctionHash[] {
  if (fn.isComplete) return NONE;
  const missing = new Set<FunctionHash>();
  for (const unit of requiredFirst(fn, requiredBy(state))) {
    for (const hash of unit.requires) if (!state.functions.has(hash)) missing.add(hash);
  }
  fn.isComplete = missing.size === 0;
  return [...missing];
}

/** Tells an executor a function and what it requires, unless it knows them. */
export function tellFunction(state: WorkerState, executor: ExecutorRecord, fn: FunctionRecord): void {
  if (executor.functions.has(fn)) return;
  for (const unit of requiredFirst(fn, requiredBy(state))) {
    if (executor.functions.has(unit)) continue;
    executor.functions.add(unit);
    const { hash, name, code, requires } = unit;
    const definition = { type: "define-function", hash, name, code } as const;
    state.outbox.tellExecutor(executor, requires.length === 0 ? definition : { ...definition, requires });
  }
}

/**
 * Forgets all that no run has used since the last time. What is kept keeps what it requires, so a function that was
 * complete once stays so, here and on the executors.
 */
function forgetIdle(state: WorkerState): void {
  const kept = new Set<FunctionRecord>();
  for (const fn of state.functions.values()) {
    if (fn.usedBy > 0 || fn.isRecent) requiredFirst(fn, requiredBy(state), kept);
  }
  for (const [hash, fn] of state.functions) {
    fn.isRecent = false;
    if (!kept.has(fn)) state.functions.delete(hash);
  }
  state.functionsMax = state.functions.size + FUNCTIONS_STEP;
  for (const executor of state.executors.values()) {
    const hashes: FunctionHash[] = [];
    for (const fn of executor.functions) {
      if (!kept.has(fn) && executor.functions.delete(fn)) hashes.push(fn.hash);
    }
    if (hashes.length > 0 && executor.phase === "taking") {
      state.outbox.tellExecutor(executor, { type: "forget-functions", hashes });
    }
  }
}

function requiredBy(state: WorkerState): (fn: FunctionRecord) => FunctionRecord[] {
  return (fn) => fn.requires.map((hash) => state.functions.get(hash)).filter((unit) => unit !== undefined);
}
