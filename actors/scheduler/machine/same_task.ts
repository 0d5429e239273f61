/** Whether a key is submitted for what it names already. @module */
import { CONSTANT } from "../../protocol/define_function.ts";
import { isHole, type PackedArg } from "../../protocol/packed.ts";
import type { FunctionHash, TaskKey } from "../../protocol/task.ts";
import type { TaskRecord } from "./records.ts";
import type { SchedulerState } from "./state.ts";

/** Whether this call is that of a task. A value within the arguments, and a task that only gives this value, are one. */
export function isSameTask(
  state: SchedulerState,
  task: TaskRecord,
  fn: FunctionHash,
  args: readonly PackedArg[],
  depKeys: readonly TaskKey[],
): boolean {
  if (task.fn?.hash !== fn || task.args.length !== args.length) return false;
  if (isSaidAlike(task, args, depKeys)) return true;
  if (task.deps.length === 0 && depKeys.length === 0) return false;
  const knownKeys = task.wiring ?? task.deps.map(({ key }) => key);
  const isVariable = (key: TaskKey) => constantArg(state, key) === undefined;
  if (knownKeys.every(isVariable) && depKeys.every(isVariable)) return false;
  if (!isSameList(knownKeys.filter(isVariable), depKeys.filter(isVariable))) return false;
  return args.every((arg, i) => isSameArg(meant(state, task.args[i], knownKeys), meant(state, arg, depKeys)));
}

/** Quick, for this is what most calls of a known key are. */
function isSaidAlike(task: TaskRecord, args: readonly PackedArg[], depKeys: readonly TaskKey[]): boolean {
  const known = task.wiring;
  const count = known?.length ?? task.deps.length;
  if (count !== depKeys.length) return false;
  for (let i = 0; i < count; i++) {
    if ((known?.[i] ?? task.deps[i]!.key) !== depKeys[i]) return false;
  }
  for (let i = 0; i < args.length; i++) {
    if (!isSameArg(task.args[i], args[i])) return false;
  }
  return true;
}

/** What a task gives that only gives a value. */
function constantArg(state: SchedulerState, key: TaskKey): PackedArg | undefined {
  const task = state.tasks.get(key);
  return task?.fn?.hash === CONSTANT ? task.args[0] : undefined;
}

/** The value instead of a task that only gives it. */
function meant(state: SchedulerState, arg: PackedArg, keys: readonly TaskKey[]): PackedArg {
  return isHole(arg) ? constantArg(state, keys[arg[0]] ?? "") ?? arg : arg;
}

function isSameList(a: readonly TaskKey[], b: readonly TaskKey[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

/** Bytes beyond this are taken as equal when their lengths are: a key made of the content holds more than that. */
const COMPARED_BYTES_MAX = 1_024;

function isSameArg(a: PackedArg, b: PackedArg): boolean {
  if (Object.is(a, b)) return true;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && isSameBytes(a, b);
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  if (isHole(a) || isHole(b)) return a[0] === b[0];
  return a.every((part, index) => isSameArg(part, b[index]));
}

function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) return false;
  const count = Math.min(a.byteLength, COMPARED_BYTES_MAX);
  for (let i = 0; i < count; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}
