/** Functions and the units of code that they require, as clients have told them. @module */
import { requiredFirst } from "../../base/required_first.ts";
import type { DefineFunctionMessage } from "../../protocol/define_function.ts";
import type { FunctionHash } from "../../protocol/task.ts";
import { tellWorker } from "./outbox.ts";
import { type ClientRecord, FunctionRecord, type WorkerRecord } from "./records.ts";
import type { SchedulerState } from "./state.ts";

/** Units that a worker is taken to know: fewer than it keeps. Should it lack one all the same, it says so. */
const KNOWN_FUNCTIONS_MAX = 5_000;
/** Linked units that nobody refers to are looked for when they may be one in this many. */
const SWEEP_SHARE = 4;
const NONE: readonly FunctionHash[] = [];

/** A client tells a unit of code; it is kept while a client, a task, or a unit that is kept refers to it. */
export function defineFunction(state: SchedulerState, client: ClientRecord, m: DefineFunctionMessage): void {
  let fn = state.functions.get(m.hash);
  if (fn === undefined) {
    fn = new FunctionRecord(m.hash, m.name, m.code, m.requires ?? NONE);
    state.functions.set(m.hash, fn);
    fn.isRequired = state.awaitedFunctions.delete(m.hash);
    for (const hash of fn.requires) noteRequired(state, hash);
  }
  if (client.functions.has(fn)) return;
  client.functions.add(fn);
  fn.users++;
}

/** A client no longer refers to these. */
export function forgetFunctions(state: SchedulerState, client: ClientRecord, hashes: readonly FunctionHash[]): void {
  for (const hash of hashes) {
    const fn = state.functions.get(hash);
    if (fn !== undefined && client.functions.delete(fn)) releaseFunction(state, fn);
  }
}

/** One reference to a function less. */
export function releaseFunction(state: SchedulerState, fn: FunctionRecord): void {
  if (--fn.users > 0) return;
  if (fn.requires.length === 0 && !fn.isRequired) state.functions.delete(fn.hash);
  else state.idleFunctions++;
}

/** Forgets the linked units that nothing refers to any more, once they may be many. At the end of each step. */
export function sweepFunctions(state: SchedulerState): void {
  if (state.idleFunctions === 0 || state.idleFunctions * SWEEP_SHARE < state.functions.size) return;
  state.idleFunctions = 0;
  const kept = new Set<FunctionRecord>();
  for (const fn of state.functions.values()) if (fn.users > 0) requiredFirst(fn, requiredBy(state), kept);
  for (const [hash, fn] of state.functions) if (!kept.has(fn)) state.functions.delete(hash);
  state.awaitedFunctions.clear();
  for (const fn of kept) for (const hash of fn.requires) noteRequired(state, hash);
}

/** A unit that a function requires, at however many removes, and that nobody has told; undefined when it can run. */
export function missingUnit(state: SchedulerState, fn: FunctionRecord): FunctionHash | undefined {
  if (fn.isComplete) return undefined;
  for (const unit of requiredFirst(fn, requiredBy(state))) {
    const missing = unit.requires.find((hash) => !state.functions.has(hash));
    if (missing !== undefined) return missing;
  }
  fn.isComplete = true;
  return undefined;
}

/** Tells a worker a function and what it requires, unless it knows them. */
export function tellFunction(state: SchedulerState, worker: WorkerRecord, fn: FunctionRecord): void {
  const { known } = worker;
  if (known.has(fn.hash)) return;
  const units = requiredFirst(fn, requiredBy(state));
  if (known.size + units.length > KNOWN_FUNCTIONS_MAX) known.clear();
  for (const { hash, name, code, requires } of units) {
    if (known.has(hash)) continue;
    known.add(hash);
    const definition = { type: "define-function", hash, name, code } as const;
    tellWorker(state, worker, requires.length === 0 ? definition : { ...definition, requires });
  }
}

function noteRequired(state: SchedulerState, hash: FunctionHash): void {
  const required = state.functions.get(hash);
  if (required === undefined) state.awaitedFunctions.add(hash);
  else required.isRequired = true;
}

function requiredBy(state: SchedulerState): (fn: FunctionRecord) => FunctionRecord[] {
  return (fn) => fn.requires.map((hash) => state.functions.get(hash)).filter((unit) => unit !== undefined);
}
