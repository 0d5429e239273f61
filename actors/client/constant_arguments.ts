/**
 * Big values that several calls of one `map` have in common. Each becomes the result of a task of its own, which the calls
 * depend on: so it travels once to the scheduler and once to a worker, and from there to others, however many calls there
 * are. The keys of the calls are the same as without that.
 *
 * @module
 */
import type { CapturedFunction } from "../code/captured_function.ts";
import { CONSTANT } from "../protocol/define_function.ts";
import { type Packed, type PackedArg, packedBytes } from "../protocol/packed.ts";
import type { TaskKey } from "../protocol/task.ts";
import type { EncodedArgument, PackedArguments } from "./arguments.ts";
import type { PlannedTask } from "./graph_plan.ts";
import type { CallHasher } from "./task_key.ts";

const CONSTANT_FUNCTION: CapturedFunction = {
  hash: CONSTANT,
  name: "value",
  code: null,
  requires: [],
  environment: undefined,
};
const NO_KEYS: readonly TaskKey[] = [];

/** The big values that several calls have in common, each with its task. */
export class ConstantArguments {
  readonly #tasks = new Map<TaskKey, PlannedTask>();
  readonly #byValue = new Map<PackedArg, TaskKey>();
  readonly #hasher: CallHasher;
  readonly #bytesMin: number;

  /** None so far; what is smaller is never one. */
  constructor(hasher: CallHasher, bytesMin: number) {
    this.#hasher = hasher;
    this.#bytesMin = bytesMin;
  }

  /** Whether there are any. */
  get isEmpty(): boolean {
    return this.#tasks.size === 0;
  }

  /** The tasks that give them. */
  get tasks(): readonly PlannedTask[] {
    return [...this.#tasks.values()];
  }

  /** Finds them among what was encoded for these calls. */
  find(calls: readonly PackedArguments[], { environment }: CapturedFunction, encoded: Iterable<EncodedArgument>): void {
    if (calls.length < 2) return;
    if (environment !== undefined) this.#add(environment, NO_KEYS);
    for (const { packed, kept, uses } of encoded) if (uses > 1) this.#add(packed, kept);
  }

  /** The arguments of a call with dependencies where the constants were. */
  link({ args, deps, kept }: PackedArguments): PackedArguments {
    const allDeps = [...deps];
    const linked = args.map((arg): PackedArg => {
      const key = this.#byValue.get(arg);
      if (key === undefined) return arg;
      const known = allDeps.indexOf(key);
      // What was there keeps its index: encoded arguments refer to it.
      return [known >= 0 ? known : allDeps.push(key) - 1];
    });
    return { args: linked, deps: allDeps, kept };
  }

  #add(value: Packed, kept: readonly TaskKey[]): void {
    if (packedBytes(value) < this.#bytesMin) return;
    const args = [value];
    const key = `${CONSTANT_FUNCTION.name}-${this.#hasher.hash(CONSTANT, args, NO_KEYS)}`;
    this.#byValue.set(value, key);
    this.#tasks.set(key, { key, captured: CONSTANT_FUNCTION, packed: { args, deps: NO_KEYS, kept } });
  }
}
