/** A few holders at a time, in a whole cluster. @module */
import { describe, troupeError } from "../base/errors.ts";
import { showAs } from "./inspect.ts";
import type { Lease } from "./lease.ts";
import type { SharedOptions } from "./shared_options.ts";
import { sharedName, SharedThing } from "./shared_thing.ts";
import type { WaitOptions } from "./waiting.ts";

/**
 * At most `leases` holders at a time among all clients and tasks of a cluster, first come, first served. What a holder
 * holds is free again when it dies or ends, as with a {@linkcode Lock}.
 *
 * @example No more than two at the database
 * ```ts
 * import { Client, Semaphore } from "@troupe/troupe";
 *
 * await using client = await Client.connect({ threadsPerWorker: 2 });
 * const queries = client.map(async (id: number) => {
 *   using _lease = await new Semaphore("database", { leases: 2 }).acquire();
 *   return id;
 * }, [1, 2, 3, 4]);
 * await client.gather(queries);
 * ```
 */
export class Semaphore {
  readonly #thing: SharedThing;

  /**
   * The semaphore of this name. Another number of leases than others gave under it is refused with `input/invalid` at first
   * use. Throws `input/invalid`.
   */
  constructor(name: string, options: SharedOptions & { leases: number }) {
    if (typeof name !== "string") {
      throw troupeError("input/invalid", `Cannot make semaphore: its name is ${describe(name)}`, {
        hint: "Give a text",
      });
    }
    const setting: unknown = Object(options).leases;
    if (typeof setting !== "number" || !Number.isSafeInteger(setting) || setting < 1) {
      throw troupeError(
        "input/invalid",
        `Cannot make semaphore ${describe(name)}: option "leases" is ${describe(setting)}`,
        {
          hint: "Give a whole number from 1 up",
        },
      );
    }
    this.#thing = new SharedThing(
      this,
      { kind: "semaphore", names: [sharedName("semaphore", name)], setting },
      options,
    );
  }

  /** Its name. */
  get name(): string {
    return this.#thing.form.names[0]!;
  }

  /** Names the type; marks it as one value. */
  get [Symbol.toStringTag](): "Semaphore" {
    return "Semaphore";
  }

  /** Waits for its turn, first come, first served. */
  async acquire(wait?: WaitOptions): Promise<Lease> {
    const leases = this.#thing.form.setting!;
    return await this.#thing.acquire({ type: "semaphore-acquire", name: this.name, leases }, wait);
  }

  static {
    SharedThing.useClass("Semaphore", ([name], setting) => new Semaphore(name ?? "", { leases: setting ?? 0 }));
    showAs(this.prototype, (one) => #thing in one ? `<Semaphore: ${describe(one.name)}>` : "Semaphore {}");
  }
}
