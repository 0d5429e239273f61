/** Where the items of a stream come from: sync and async iterables, alone or zipped. @module */
import { describe, troupeError } from "../base/errors.ts";
import { outletOf, type StreamOutlet } from "../base/stream.ts";
import { Future } from "./future.ts";

/** One source of items, read by a stream. Read one after the other; closed once, by whoever reads it. */
export interface ItemSource<T> {
  /** The next item. */
  next(): Promise<IteratorResult<T, undefined>>;
  /** Nothing more is read: tells the source so, unless it has ended. */
  close(): Promise<void>;
  /** Gives up the claim of an item that only this reader has: items of our own streams. */
  release(item: unknown): void;
}

/** Whether a value can be read with `for await` only. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** Whether a value can be read with `for`. */
export function isSyncIterable(value: unknown): value is Iterable<unknown> {
  if (typeof value === "string") return true;
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

/** A source that reads one iterable. `action` and `what` are for messages: `map task "inc"`, `source 2`. */
export function itemSource(source: unknown, action: string, what: string): ItemSource<unknown> {
  const outlet = outletOf(source);
  if (outlet !== undefined) return new StreamSource(outlet);
  if (isAsyncIterable(source)) return new IteratorSource(source[Symbol.asyncIterator]());
  if (isSyncIterable(source)) return new IteratorSource(source[Symbol.iterator]());
  throw troupeError("input/invalid", `Cannot ${action}: ${what} is ${describe(source)}`, {
    hint: "Give an iterable, such as an array, or an async iterable, such as an async generator",
  });
}

/** Items of one of our streams: taken without counting as a wait of the running task, and ours alone. */
class StreamSource implements ItemSource<unknown> {
  readonly #outlet: StreamOutlet;

  constructor(outlet: StreamOutlet) {
    this.#outlet = outlet;
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    return this.#outlet.take();
  }

  close(): Promise<void> {
    return this.#outlet.close();
  }

  release(item: unknown): void {
    if (Future.is(item)) item.release();
  }
}

class IteratorSource implements ItemSource<unknown> {
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  #isPending = false;
  #isEnded = false;

  constructor(iterator: Iterator<unknown> | AsyncIterator<unknown>) {
    this.#iterator = iterator;
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    this.#isPending = true;
    try {
      const result = await this.#iterator.next();
      if (result.done !== true) return result;
      this.#isEnded = true;
      return { done: true, value: undefined };
    } catch (error) {
      this.#isEnded = true;
      throw error;
    } finally {
      this.#isPending = false;
    }
  }

  async close(): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const returned = this.#iterator.return?.();
    // An async generator returns only after its pending `yield`, which may never come: nobody waits for that.
    if (!this.#isPending) await returned;
  }

  release(): void {
    // Whoever wrote the source may still hold the item.
  }
}

/** Several sources as one of rows, which ends with the shortest. */
export class ZippedSource implements ItemSource<readonly unknown[]> {
  readonly #sources: readonly ItemSource<unknown>[];

  /** Reads these side by side. */
  constructor(sources: readonly ItemSource<unknown>[]) {
    this.#sources = sources;
  }

  /** The next item of each, asked for at the same time; done as soon as one is, and then the rest of the row is given up. */
  next(): Promise<IteratorResult<readonly unknown[], undefined>> {
    return new Promise((resolve, reject) => {
      const row = new Array<unknown>(this.#sources.length);
      let missing = row.length;
      let isOver = false;
      const giveUp = () => {
        isOver = true;
        this.release(row);
      };
      for (const [index, source] of this.#sources.entries()) {
        source.next().then((result) => {
          if (result.done === true) {
            giveUp();
            return resolve({ done: true, value: undefined });
          }
          row[index] = result.value;
          if (isOver) source.release(result.value);
          else if (--missing === 0) resolve({ done: false, value: row });
        }, (error) => {
          giveUp();
          reject(error);
        });
      }
    });
  }

  /** Closes all that have not ended, also when closing one fails. */
  async close(): Promise<void> {
    const ends = await Promise.allSettled(this.#sources.map((source) => source.close()));
    const failed = ends.find((end) => end.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  /** Gives up the claims of a row. */
  release(row: readonly unknown[]): void {
    for (const [index, source] of this.#sources.entries()) source.release(row[index]);
  }
}
