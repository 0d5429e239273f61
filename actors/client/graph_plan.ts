/** What submitting a graph takes: which tasks are told, in which order, and which claims are kept. @module */
import type { CapturedFunction } from "../code/captured_function.ts";
import type { PackedArg } from "../protocol/packed.ts";
import type { FunctionHash, TaskKey } from "../protocol/task.ts";
import type { PackedArguments } from "./arguments.ts";

/** One task of a graph. */
export interface PlannedTask {
  /** Names its result. */
  readonly key: TaskKey;
  /** What it calls. */
  readonly captured: CapturedFunction;
  /** With what. */
  readonly packed: PackedArguments;
}

/** The tasks of a graph, each after its inputs. */
export class GraphPlan {
  readonly #tasks = new Map<TaskKey, PlannedTask>();

  /** The task of this key, if it is part of the graph. */
  get(key: TaskKey): PlannedTask | undefined {
    return this.#tasks.get(key);
  }

  /** One more task; equal tasks are one. */
  add(task: PlannedTask): void {
    if (!this.#tasks.has(task.key)) this.#tasks.set(task.key, task);
  }

  /**
   * The tasks that must be told to the scheduler, each after its inputs: what is claimed already needs neither itself nor
   * its inputs.
   *
   * @param outputs The keys of the results that are asked for.
   * @param isClaimed Whether the result is claimed already.
   */
  fresh(outputs: Iterable<TaskKey>, isClaimed: (key: TaskKey) => boolean): PlannedTask[] {
    const needed = new Set(outputs);
    const fresh: PlannedTask[] = [];
    for (const task of [...this.#tasks.values()].reverse()) {
      if (!needed.has(task.key) || isClaimed(task.key)) continue;
      fresh.push(task);
      for (const key of task.packed.deps) needed.add(key);
    }
    return fresh.reverse();
  }
}

/** The lists of a `submit-graph` message. */
export class GraphMessage {
  /** What the tasks call. */
  readonly fns: FunctionHash[] = [];
  /** Their keys. */
  readonly keys: TaskKey[] = [];
  /** Their arguments. */
  readonly args: (readonly PackedArg[])[] = [];
  /** Their inputs. */
  readonly deps: (readonly TaskKey[])[] = [];

  /** The lists of these tasks. */
  constructor(tasks: readonly PlannedTask[]) {
    for (const { key, captured, packed } of tasks) {
      this.fns.push(captured.hash);
      this.keys.push(key);
      this.args.push(packed.args);
      this.deps.push(packed.deps);
    }
  }
}
