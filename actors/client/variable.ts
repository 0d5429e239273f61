/** One value for a whole cluster. @module */
import { describe } from "../base/errors.ts";
import { showAs } from "./inspect.ts";
import { packShared, readHanded } from "./shared_item.ts";
import type { SharedOptions } from "./shared_options.ts";
import { sharedName, SharedThing } from "./shared_thing.ts";
import type { WaitOptions } from "./waiting.ts";

/**
 * A value that all clients and tasks of a cluster share by name. A future in it stays alive until it is overwritten or
 * deleted, and for those who read it before.
 *
 * @example Stopping tasks from outside
 * ```ts
 * import { Client, Variable } from "@troupe/troupe";
 * import { assert } from "@std/assert";
 *
 * await using client = await Client.connect({ threadsPerWorker: 1 });
 * const stop = new Variable<boolean>("stop");
 * await stop.set(false);
 * const rounds = client.submit(async () => {
 *   let rounds = 0;
 *   while (!await new Variable<boolean>("stop").get()) rounds++;
 *   return rounds;
 * });
 * await stop.set(true);
 * assert(await rounds.result() >= 0);
 * await stop.delete();
 * ```
 */
export class Variable<T> {
  readonly #thing: SharedThing;

  /**
   * The variable of this name; without a name, a new one, reached by handing this object on. Nothing is asked of the
   * cluster before the first use. Throws `input/invalid`.
   */
  constructor(name?: string, options: SharedOptions = {}) {
    const names = [sharedName("variable", name)];
    this.#thing = new SharedThing(this, { kind: "variable", names, setting: undefined }, options);
  }

  /** Its name. */
  get name(): string {
    return this.#thing.form.names[0]!;
  }

  /** Names the type; marks it as one value. */
  get [Symbol.toStringTag](): "Variable" {
    return "Variable";
  }

  /** Sets the value for all. */
  async set(value: T): Promise<void> {
    const action = `set ${this.#thing.label}`;
    const packed = packShared(this.#thing.session(action), value, "item", action);
    await this.#thing.order(action, { type: "variable-set", name: this.name, ...packed });
  }

  /** The value; waits until it is set. Served in the order of asking. */
  async get(wait?: WaitOptions): Promise<T> {
    const action = `get ${this.#thing.label}`;
    const request = { type: "variable-get", name: this.name } as const;
    const [value] = await this.#thing.ask(action, request, wait, readHanded);
    return value as T; // what comes out is what was set, by its type
  }

  /** Forgets the value; `get` waits again. */
  async delete(): Promise<void> {
    await this.#thing.order(`delete ${this.#thing.label}`, { type: "variable-delete", name: this.name });
  }

  static {
    SharedThing.useClass("Variable", ([name]) => new Variable(name));
    showAs(this.prototype, (one) => #thing in one ? `<Variable: ${describe(one.name)}>` : "Variable {}");
  }
}
