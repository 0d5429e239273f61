/** A queue within one program, which a stream reads to its end. The queue that a whole cluster shares is `Queue`. */
export class LocalQueue<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  #isClosed = false;
  #wake: () => void = () => {};

  /** Puts an item in. */
  put(item: T): void {
    this.#items.push(item);
    this.#wake();
  }

  /** No more items: who reads gets what is inside, then the end. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** Items inside. */
  get size(): number {
    return this.#items.length;
  }

  /** Takes items until the queue is closed and empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, undefined, undefined> {
    for (;;) {
      while (this.#items.length > 0) yield this.#items.shift()!;
      if (this.#isClosed) return;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

/** Several equal queues from one source: each gets every item. */
export function multiplex<T>(count: number, source: AsyncIterable<T>): LocalQueue<T>[] {
  const queues = Array.from({ length: count }, () => new LocalQueue<T>());
  const pass = async () => {
    try {
      for await (const item of source) for (const queue of queues) queue.put(item);
    } finally {
      for (const queue of queues) queue.close();
    }
  };
  void pass(); // a source that fails is an uncaught error of the program
  return queues;
}
