/** Options of the work submitted through a view of a client: checked when given, translated once. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { SubmitOptions } from "../protocol/task.ts";

/** Options of the work submitted through `client.with(...)`. */
export interface TaskOptions {
  /** The key; for `map` a prefix or one key per item. */
  key?: string | readonly string[];
  /** Same function and arguments, same task. Default: true. */
  pure?: boolean;
  /** Higher goes first. Default: the submitting task's, else 0. */
  priority?: number;
  /** How often a task that throws, or an actor that fails, is started again. Default: 0. */
  retries?: number;
  /** Longest time of one run, in milliseconds; then the code `task/timeout`. Default: no limit. */
  timeoutMs?: number;
  /** What a run occupies of a worker's abstract resources. */
  resources?: Readonly<Record<string, number>>;
  /** Addresses, names or hosts that may run it. */
  workers?: string | readonly string[];
  /** Whether `workers` is a wish only. Default: false. */
  allowOtherWorkers?: boolean;
  /**
   * How long a task may wait while no worker fits, then `task/no-worker`. Who submits the same call again then has it
   * tried anew, under the new options. Default: the cluster's, 300,000.
   */
  noWorkerTimeoutMs?: number;
  /** Aborting cancels what was submitted through the view. */
  signal?: AbortSignal;
  /** Items of a stream submitted but not yet finished and taken. Default: 4 per thread of the cluster, at least 16. */
  concurrency?: number;
  /** Whether a stream keeps the order of its source. Default: true. */
  ordered?: boolean;
  /** Name of an actor in the cluster; for `actor` only. Default: none. */
  name?: string;
  /** Whether async methods of an actor may interleave; for `actor` only. Default: false. */
  reentrant?: boolean;
}

/** Whether a value is right, and how to say what would be. */
interface Rule {
  readonly holds: (value: unknown) => boolean;
  readonly hint: string;
}

const RULES: Readonly<Record<keyof TaskOptions, Rule>> = {
  key: { holds: (v) => isName(v) || isNames(v), hint: "Give a text, or for `map` one text per item" },
  pure: { holds: (v) => typeof v === "boolean", hint: "Give true or false" },
  priority: { holds: Number.isFinite, hint: "Give a number; higher goes first" },
  retries: { holds: (v) => Number.isSafeInteger(v) && Number(v) >= 0, hint: "Give a whole number from 0 up" },
  timeoutMs: { holds: isDuration, hint: "Give milliseconds above 0" },
  resources: { holds: isAmounts, hint: "Give an object of amounts from 0 up, such as { gpu: 1 }" },
  workers: { holds: (v) => isName(v) || isNames(v), hint: "Give addresses, names or hosts of workers" },
  allowOtherWorkers: { holds: (v) => typeof v === "boolean", hint: "Give true or false" },
  noWorkerTimeoutMs: { holds: (v) => v === 0 || isDuration(v), hint: "Give milliseconds from 0 up" },
  signal: { holds: (v) => v instanceof AbortSignal, hint: "Give an AbortSignal" },
  concurrency: { holds: (v) => Number.isSafeInteger(v) && Number(v) > 0, hint: "Give a whole number from 1 up" },
  ordered: { holds: (v) => typeof v === "boolean", hint: "Give true or false" },
  name: { holds: isName, hint: "Give a text" },
  reentrant: { holds: (v) => typeof v === "boolean", hint: "Give true or false" },
};

/** Options on top of others; throws `input/invalid` for unknown names and wrong values. Undefined takes nothing away. */
export function addTaskOptions(
  base: TaskOptions,
  more: { readonly [K in keyof TaskOptions]: TaskOptions[K] | undefined },
): TaskOptions {
  if (typeof more !== "object" || more === null) {
    throw troupeError("input/invalid", `Cannot use task options: ${describe(more)} is no object`);
  }
  const merged: TaskOptions = { ...base };
  for (const [name, value] of Object.entries(more)) {
    if (value === undefined) continue;
    const rule = Object.hasOwn(RULES, name) ? RULES[name as keyof TaskOptions] : undefined;
    if (rule === undefined) throw unknownOption(name);
    if (!rule.holds(value)) throw wrongOption(name, value, rule.hint);
    Reflect.set(merged, name, value);
  }
  if (merged.allowOtherWorkers !== undefined && merged.workers === undefined) {
    throw wrongOption("allowOtherWorkers", merged.allowOtherWorkers, "Give `workers` too: it says which are preferred");
  }
  return merged;
}

/** Options as they travel; undefined when all are the default. */
export function submitOptionsOf(options: TaskOptions, isAside = false): SubmitOptions | undefined {
  const { priority, retries = 0, timeoutMs, noWorkerTimeoutMs, resources, workers, allowOtherWorkers = false } =
    options;
  const rest = [priority, timeoutMs, noWorkerTimeoutMs, resources, workers];
  if (retries === 0 && !isAside && rest.every((one) => one === undefined)) return undefined;
  const names = typeof workers === "string" ? [workers] : workers;
  const known = { priority, retries, timeoutMs, noWorkerTimeoutMs, resources, workers: names, allowOtherWorkers };
  return isAside ? { ...known, isAside } : known;
}

/** Options of an actor as they travel. */
export function actorOptionsOf(options: TaskOptions): SubmitOptions {
  const { name, reentrant = false } = options;
  const { timeoutMs: _timeoutMs, ...others } = options; // its life has no limit
  const known = submitOptionsOf({ retries: 0, ...others }) ?? NO_OPTIONS;
  return { ...known, actor: { name, isReentrant: reentrant } };
}

const NO_OPTIONS: SubmitOptions = {
  ...{ priority: undefined, retries: 0, timeoutMs: undefined, noWorkerTimeoutMs: undefined },
  ...{ resources: undefined, workers: undefined, allowOtherWorkers: false },
};

function unknownOption(name: string): Error {
  const hint = `Options are ${Object.keys(RULES).join(", ")}`;
  return troupeError("input/invalid", `Cannot use task option ${describe(name)}: there is no such option`, { hint });
}

function wrongOption(name: string, value: unknown, hint: string): Error {
  return troupeError("input/invalid", `Cannot use task option ${describe(name)}: its value is ${describe(value)}`, {
    hint,
    details: { option: name, value: describe(value) },
  });
}

function isName(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every(isName);
}

function isDuration(value: unknown): boolean {
  return typeof value === "number" && value > 0 && Number.isFinite(value);
}

function isAmounts(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((amount) => Number.isFinite(amount) && Number(amount) >= 0);
}
