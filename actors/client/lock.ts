/** One holder at a time, in a whole cluster. @module */
import { describe } from "../base/errors.ts";
import { showAs } from "./inspect.ts";
import type { Lease } from "./lease.ts";
import type { SharedOptions } from "./shared_options.ts";
import { sharedName, SharedThing } from "./shared_thing.ts";
import type { WaitOptions } from "./waiting.ts";

/**
 * One holder at a time among all clients and tasks of a cluster, first come, first served.
 *
 * What a holder holds is free again at once when it dies: a client with its connection, a task with its worker. A task that
 * ends without giving it back loses it too, and its story says so. Whoever holds it and asks again waits for itself.
 *
 * @example Tasks that must not meet
 * ```ts
 * import { Client, Lock, Variable } from "@troupe/troupe";
 * import { assertEquals } from "@std/assert";
 *
 * await using client = await Client.connect({ threadsPerWorker: 2 });
 * const total = new Variable<number>("total");
 * await total.set(0);
 * const adding = client.map(async (n: number) => {
 *   using _lease = await new Lock("total").acquire();
 *   const total = new Variable<number>("total");
 *   await total.set(await total.get() + n);
 * }, [1, 2, 3, 4]);
 * await client.gather(adding);
 * assertEquals(await total.get(), 10);
 * ```
 */
export class Lock {
  readonly #thing: SharedThing;

  /**
   * The lock of this name; without a name, a new one, reached by handing this object on. Nothing is asked of the cluster
   * before the first use. Throws `input/invalid`.
   */
  constructor(name?: string, options: SharedOptions = {}) {
    const names = [sharedName("lock", name)];
    this.#thing = new SharedThing(this, { kind: "lock", names, setting: undefined }, options);
  }

  /** Its name. */
  get name(): string {
    return this.#thing.form.names[0]!;
  }

  /** Names the type; marks it as one value. */
  get [Symbol.toStringTag](): "Lock" {
    return "Lock";
  }

  /** Waits for its turn, first come, first served. */
  async acquire(wait?: WaitOptions): Promise<Lease> {
    return await this.#thing.acquire({ type: "lock-acquire", names: this.#thing.form.names, count: 1 }, wait);
  }

  static {
    SharedThing.useClass("Lock", ([name]) => new Lock(name));
    showAs(this.prototype, (lock) => #thing in lock ? `<Lock: ${describe(lock.name)}>` : "Lock {}");
  }
}
