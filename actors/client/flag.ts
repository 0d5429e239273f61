/** On or off, for a whole cluster. @module */
import { describe } from "../base/errors.ts";
import { showAs } from "./inspect.ts";
import type { SharedOptions } from "./shared_options.ts";
import { sharedName, SharedThing } from "./shared_thing.ts";
import type { WaitOptions } from "./waiting.ts";

/**
 * On or off, for all clients and tasks of a cluster to wait for. Off at first.
 *
 * @example Tasks that start together
 * ```ts
 * import { Client, Flag } from "@troupe/troupe";
 * import { assertEquals } from "@std/assert";
 *
 * await using client = await Client.connect({ threadsPerWorker: 1 });
 * const waiting = client.map(async (n: number) => {
 *   await new Flag("go").wait();
 *   return n;
 * }, [1, 2, 3]); // all three wait on one executor
 * await new Flag("go").set();
 * assertEquals(await client.gather(waiting), [1, 2, 3]);
 * ```
 */
export class Flag {
  readonly #thing: SharedThing;

  /**
   * The flag of this name; without a name, a new one, reached by handing this object on. Nothing is asked of the cluster
   * before the first use. Throws `input/invalid`.
   */
  constructor(name?: string, options: SharedOptions = {}) {
    this.#thing = new SharedThing(
      this,
      { kind: "flag", names: [sharedName("flag", name)], setting: undefined },
      options,
    );
  }

  /** Its name. */
  get name(): string {
    return this.#thing.form.names[0]!;
  }

  /** Names the type; marks it as one value. */
  get [Symbol.toStringTag](): "Flag" {
    return "Flag";
  }

  /** On: all waits end, in the order in which they began. */
  async set(): Promise<void> {
    await this.#thing.order(`set ${this.#thing.label}`, { type: "flag-set", name: this.name });
  }

  /** Off. */
  async clear(): Promise<void> {
    await this.#thing.order(`clear ${this.#thing.label}`, { type: "flag-clear", name: this.name });
  }

  /** Waits until it is set; at once when it is. */
  async wait(wait?: WaitOptions): Promise<void> {
    await this.#thing.order(`wait for ${this.#thing.label}`, { type: "flag-wait", name: this.name }, wait);
  }

  /** Whether it is on. */
  async isSet(): Promise<boolean> {
    const request = { type: "flag-is-set", name: this.name } as const;
    return await this.#thing.ask(`look at ${this.#thing.label}`, request, undefined, (answer) => {
      return answer.type === "answer" && answer.value === true;
    });
  }

  static {
    SharedThing.useClass("Flag", ([name]) => new Flag(name));
    showAs(this.prototype, (flag) => #thing in flag ? `<Flag: ${describe(flag.name)}>` : "Flag {}");
  }
}
