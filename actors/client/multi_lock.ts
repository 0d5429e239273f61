/** Several locks at once. @module */
import { describe, troupeError } from "../base/errors.ts";
import { showAs } from "./inspect.ts";
import type { Lease } from "./lease.ts";
import type { SharedOptions } from "./shared_options.ts";
import { SharedThing } from "./shared_thing.ts";
import type { WaitOptions } from "./waiting.ts";

/**
 * Several locks, taken together or not at all: the same ones that {@linkcode Lock} gives one by one. Requests that cross
 * cannot block each other for ever. Each stands in the lines of all its locks; while it is the first in a line it does not
 * let later ones pass, so that everyone's turn comes.
 *
 * @example Two of three
 * ```ts
 * import { Client, MultiLock } from "@troupe/troupe";
 *
 * await using client = await Client.connect({ executors: "inline" });
 * using _both = await new MultiLock(["a", "b"], { client }).acquire();
 * using _any = await new MultiLock(["a", "c", "d"], { client }).acquire({ count: 2 }); // c and d
 * ```
 */
export class MultiLock {
  readonly #thing: SharedThing;

  /** The locks of these names. Throws `input/invalid`. */
  constructor(names: readonly string[], options: SharedOptions = {}) {
    const isList = Array.isArray(names) && names.length > 0 && names.every((name) => isName(name));
    if (!isList || new Set(names).size < names.length) {
      throw troupeError("input/invalid", `Cannot make set of locks: its names are ${describe(names)}`, {
        hint: "Give a list of different texts",
      });
    }
    this.#thing = new SharedThing(
      this,
      { kind: "lock", names: Object.freeze([...names]), setting: undefined },
      options,
    );
  }

  /** Their names. */
  get names(): readonly string[] {
    return this.#thing.form.names;
  }

  /** Names the type; marks it as one value. */
  get [Symbol.toStringTag](): "MultiLock" {
    return "MultiLock";
  }

  /** Waits for all of them, or for any `count`. */
  async acquire(options: WaitOptions & { count?: number } = {}): Promise<Lease> {
    const { count = this.names.length } = options;
    if (!Number.isSafeInteger(count) || count < 1 || count > this.names.length) {
      throw troupeError("input/invalid", `Cannot acquire ${this.#thing.label}: option "count" is ${describe(count)}`, {
        hint: `Give a whole number from 1 to ${this.names.length}`,
      });
    }
    return await this.#thing.acquire({ type: "lock-acquire", names: this.names, count }, options);
  }

  static {
    SharedThing.useClass("MultiLock", (names) => new MultiLock(names));
    showAs(this.prototype, (locks) => {
      return #thing in locks ? `<MultiLock: ${locks.names.map((name) => describe(name)).join(", ")}>` : "MultiLock {}";
    });
  }
}

function isName(name: unknown): boolean {
  return typeof name === "string" && name !== "";
}
