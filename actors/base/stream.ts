/**
 * Streams: items that somebody makes and somebody else takes, one after the other. A {@linkcode StreamFeed} is the side
 * that makes, a {@linkcode Stream} the side that takes.
 *
 * @module
 */

/**
 * A pull-based stream. Leaving its loop (`break`, `return`, an error) or disposing it cancels what nobody took.
 *
 * @example Taking some, then leaving
 * ```ts
 * import { Client } from "@troupe/troupe";
 * import { assertEquals } from "@std/assert";
 *
 * async function* count(): AsyncGenerator<number> {
 *   for (let i = 0;; i++) yield i;
 * }
 *
 * await using client = await Client.connect({ threadsPerWorker: 1 });
 * const squares: number[] = [];
 * for await (const square of client.gather(client.map((x) => x * x, count()))) {
 *   if (squares.push(square) === 4) break; // closes `count`, and stops what was submitted ahead
 * }
 * assertEquals(squares, [0, 1, 4, 9]);
 * ```
 */
export interface Stream<T> extends AsyncIterableIterator<T, undefined, undefined>, AsyncDisposable {
  /** Itself: a stream is read once. */
  [Symbol.asyncIterator](): Stream<T>;
}

/** What the end of a stream, and a wait for its next item, mean to whoever feeds it. */
export interface StreamHooks<T> {
  /** Wraps each wait for an item that is not there yet; when it rejects, the stream is over. */
  wait?<R>(begin: () => Promise<R>): Promise<R>;
  /** The reader has left: nothing is taken any more. Called at most once, with what nobody took. */
  close(left: readonly T[]): void | Promise<void>;
}

interface Item<T> {
  readonly value: T;
  readonly onTaken: (() => void) | undefined;
}

interface Taker<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/** How a stream goes on once nothing is left in it. */
type Outlook = { readonly type: "open" | "over" } | { readonly type: "failing"; readonly error: unknown };

/** Closes streams whose reader forgot them. */
const forgotten = new FinalizationRegistry<() => void>((close) => close());

/** The inner side of a stream. Its items wait here until they are taken; who feeds it minds how many there are. */
export class StreamFeed<T> {
  readonly #hooks: StreamHooks<T>;
  readonly #items: Item<T>[] = [];
  /** Those who wait for an item; only while there is none. */
  readonly #takers: Taker<T>[] = [];
  #outlook: Outlook = { type: "open" };
  /** Set when the reader leaves. */
  #closed: Promise<void> | undefined = undefined;

  /** A feed without items. */
  constructor(hooks: StreamHooks<T>) {
    this.#hooks = hooks;
  }

  /** The outer side; for one reader. When the garbage collector takes it, the reader has left. */
  stream(): Stream<T> {
    const stream = new FeedStream(this);
    // Whatever closing fails with has nobody left to tell.
    forgotten.register(stream, () => void this.close().catch(() => undefined));
    return stream;
  }

  /** Items that wait to be taken. */
  get size(): number {
    return this.#items.length;
  }

  /** Whether nothing that is pushed will be taken. */
  get isOver(): boolean {
    return this.#closed !== undefined || this.#outlook.type !== "open";
  }

  /**
   * Adds an item; dropped when the stream is over.
   *
   * @param value The item.
   * @param onTaken Called when it is taken.
   */
  push(value: T, onTaken?: () => void): void {
    if (this.isOver) return;
    const taker = this.#takers.shift();
    if (taker === undefined) return void this.#items.push({ value, onTaken });
    taker.resolve({ done: false, value });
    onTaken?.();
  }

  /** No more items come. What is there may still be taken. */
  end(): void {
    if (this.isOver) return;
    this.#outlook = { type: "over" };
    this.#endTakers();
  }

  /** No more items come. After what is there, the next wait rejects with this. */
  fail(error: unknown): void {
    if (this.isOver) return;
    const taker = this.#takers.shift();
    this.#outlook = taker === undefined ? { type: "failing", error } : { type: "over" };
    taker?.reject(error);
    this.#endTakers();
  }

  /** The reader has left. The same promise at every call; rejects with what closing the source failed with. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** The next item; for readers that are no user's code, and must not count as a wait of it. */
  take(): Promise<IteratorResult<T, undefined>> {
    const item = this.#items.shift();
    if (item !== undefined) {
      item.onTaken?.();
      return Promise.resolve({ done: false, value: item.value });
    }
    const outlook = this.#outlook;
    if (this.#closed !== undefined || outlook.type === "over") return Promise.resolve({ done: true, value: undefined });
    if (outlook.type === "failing") {
      this.#outlook = { type: "over" };
      return Promise.reject(outlook.error);
    }
    return new Promise((resolve, reject) => void this.#takers.push({ resolve, reject }));
  }

  /** The next item, for a user's loop. */
  async next(): Promise<IteratorResult<T, undefined>> {
    const { wait } = this.#hooks;
    if (wait === undefined || this.isOver || this.#items.length > 0) return await this.take();
    try {
      return await wait(() => this.take());
    } catch (error) {
      // Out of time, aborted, or its task has ended: a loop that is left by a failed `next` does not call `return`.
      await this.close();
      throw error;
    }
  }

  async #close(): Promise<void> {
    const left = this.#items.splice(0).map((item) => item.value);
    const isDone = this.#outlook.type !== "open" && left.length === 0;
    this.#outlook = { type: "over" };
    this.#endTakers();
    if (!isDone) await this.#hooks.close(left);
  }

  #endTakers(): void {
    for (const taker of this.#takers.splice(0)) taker.resolve({ done: true, value: undefined });
  }
}

/** What a reader takes from that is no user's code: another stream, for example. */
export interface StreamOutlet {
  /** The next item. */
  take(): Promise<IteratorResult<unknown, undefined>>;
  /** The reader has left. */
  close(): Promise<void>;
}

/** The inner side of a stream that a feed made; undefined for any other async iterable. */
export function outletOf(source: unknown): StreamOutlet | undefined {
  return FeedStream.outletOf(source);
}

class FeedStream<T> implements Stream<T> {
  readonly #feed: StreamFeed<T>;

  constructor(feed: StreamFeed<T>) {
    this.#feed = feed;
  }

  /** The outlet holds the stream: while somebody reads it, it is not forgotten. */
  static outletOf(source: unknown): StreamOutlet | undefined {
    if (typeof source !== "object" || source === null || !(#feed in source)) return undefined;
    return { take: () => source.#feed.take(), close: () => source.#feed.close() };
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    const result = await this.#feed.next();
    this.#keep();
    return result;
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    await this.#feed.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): Stream<T> {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#feed.close();
  }

  /** Called after a wait, so that the stream is reachable while an item is waited for. */
  #keep(): void {}
}
