/** First in, first out, for a whole cluster. @module */
import { describe, TroupeError, troupeError } from "../base/errors.ts";
import { showAs } from "./inspect.ts";
import { packShared, readHanded } from "./shared_item.ts";
import type { SharedOptions } from "./shared_options.ts";
import { sharedName, SharedThing } from "./shared_thing.ts";
import type { WaitOptions } from "./waiting.ts";

/** Options of a {@linkcode Queue}. */
export interface QueueOptions extends SharedOptions {
  /**
   * Items inside, at most; `put` waits while it is full. Default: as it is under this name, and no limit for a new queue;
   * `Infinity` is no limit, too.
   */
  maxSize?: number;
}

/**
 * A queue that all clients and tasks of a cluster share by name, first in, first out.
 *
 * Getters are served in the order in which they asked, and so are putters of a full queue; who asks for many items waits
 * until they are there, and later ones wait behind. Nobody polls: a wait is a place in line on the scheduler, which
 * `timeoutMs` and `signal` give up.
 *
 * Each item is handed out once. What a task took goes back to its place if the task's worker dies before the task's next
 * `get` on the queue, or its end. Items travel through the scheduler: put large data into the cluster by `scatter`, and
 * the future into the queue. Futures stay alive while they are inside, and come out as futures.
 *
 * The name is taken while somebody has an object of it that was used, and while there are items inside.
 *
 * @example Tasks that hand over to each other
 * ```ts
 * import { Client, Queue } from "@troupe/troupe";
 * import { assertEquals } from "@std/assert";
 *
 * await using client = await Client.connect({ threadsPerWorker: 2 });
 * const words = new Queue<string>({ maxSize: 10 }); // without a name: reached by handing it on
 * const lengths = client.submit(async (words: Queue<string>) => {
 *   let length = 0;
 *   for await (const word of words) length += word.length; // until it is closed
 *   return length;
 * }, words);
 * for (const word of ["to", "be", "or", "not"]) await words.put(word);
 * await words.close();
 * assertEquals(await lengths.result(), 9);
 * ```
 */
export class Queue<T> implements AsyncIterable<T> {
  readonly #thing: SharedThing;

  /**
   * The queue of this name; without a name, a new one, reached by handing this object on. Nothing is asked of the cluster
   * before the first use. Throws `input/invalid`.
   */
  constructor(name?: string, options?: QueueOptions);
  /** A new queue without a name, with options. */
  constructor(options: QueueOptions);
  constructor(name?: string | QueueOptions, options: QueueOptions = {}) {
    const isBare = typeof name === "object" && name !== null;
    const given = isBare ? name : options;
    const names = [sharedName("queue", isBare ? undefined : name)];
    this.#thing = new SharedThing(this, { kind: "queue", names, setting: maxSizeOf(given) }, given);
  }

  /** Its name. */
  get name(): string {
    return this.#thing.form.names[0]!;
  }

  /** Names the type; marks it as one value. */
  get [Symbol.toStringTag](): "Queue" {
    return "Queue";
  }

  /** Puts an item in; waits while the queue is full. Rejects with `queue/closed` when it is closed. */
  async put(item: T, wait?: WaitOptions): Promise<void> {
    const action = `put an item into ${this.#thing.label}`;
    const packed = packShared(this.#thing.session(action), item, "item", action);
    await this.#thing.order(action, { type: "queue-put", ...this.#form(), ...packed }, wait);
  }

  /** Takes the oldest item; waits while there is none. Rejects with `queue/closed` when closed and empty. */
  async get(wait?: WaitOptions): Promise<T> {
    const [item] = await this.#get(1, `get an item of ${this.#thing.label}`, wait);
    return item!;
  }

  /**
   * Takes `n` items, once they are there; of a closed queue, what is left. `"all"` takes at once what is there and what
   * nobody waits for, maybe nothing. Rejects with `queue/closed` when closed and empty.
   */
  async getBatch(n: number | "all", wait?: WaitOptions): Promise<T[]> {
    const action = `get a batch of ${this.#thing.label}`;
    if (n !== "all" && !(Number.isSafeInteger(n) && n > 0)) {
      throw troupeError("input/invalid", `Cannot ${action}: ${describe(n)} is no number of items`, {
        hint: 'Give a whole number from 1 up, or "all"',
      });
    }
    return await this.#get(n === "all" ? 0 : n, action, wait);
  }

  /** How many items are inside. */
  async size(): Promise<number> {
    const action = `get the size of ${this.#thing.label}`;
    return await this.#thing.ask(action, { type: "queue-size", ...this.#form() }, undefined, (answer) => {
      return answer.type === "answer" ? Number(answer.value) : 0;
    });
  }

  /** Ends it for all: no more `put`, those who wait for room are refused; readers drain what is inside. Twice is fine. */
  async close(): Promise<void> {
    await this.#thing.order(`close ${this.#thing.label}`, { type: "queue-close", ...this.#form() });
  }

  /** Takes items until the queue is closed and empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, undefined, undefined> {
    for (;;) {
      let item: T;
      try {
        item = await this.get();
      } catch (error) {
        if (TroupeError.is(error, "queue/closed")) return undefined;
        throw error;
      }
      yield item;
    }
  }

  static {
    SharedThing.useClass("Queue", ([name], setting) => new Queue(name, maxSizeOption(setting)));
    showAs(this.prototype, (queue) => #thing in queue ? `<Queue: ${describe(queue.name)}>` : "Queue {}");
  }

  async #get(count: number, action: string, wait: WaitOptions | undefined): Promise<T[]> {
    const items = await this.#thing.ask(action, { type: "queue-get", ...this.#form(), count }, wait, readHanded);
    return items as T[]; // what comes out is what was put in, by its type
  }

  #form(): { readonly name: string; readonly maxSize: number | undefined } {
    return { name: this.name, maxSize: this.#thing.form.setting };
  }
}

/** As it travels: 0 is no limit, undefined takes it as it is. */
function maxSizeOf({ maxSize }: QueueOptions): number | undefined {
  if (maxSize === undefined) return undefined;
  if (maxSize === Infinity) return 0;
  if (Number.isSafeInteger(maxSize) && maxSize > 0) return maxSize;
  throw troupeError("input/invalid", `Cannot make queue: option "maxSize" is ${describe(maxSize)}`, {
    hint: "Give a whole number from 1 up, or Infinity for no limit",
  });
}

function maxSizeOption(setting: number | undefined): QueueOptions {
  return setting === undefined ? {} : { maxSize: setting === 0 ? Infinity : setting };
}
