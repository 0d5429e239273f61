import type { TaskKey, WorkerId } from "../protocol/task.ts";
import type { StoredItem } from "../protocol/worker_peer.ts";

/** Gets results from a worker's store. Rejects when the worker cannot be reached. */
export type FetchFromWorker = (
  worker: WorkerId,
  keys: readonly TaskKey[],
) => Promise<{ found: readonly StoredItem[]; missing: readonly TaskKey[] }>;

/** A request holds as many results as fit into this: one lost connection must not cost gigabytes. */
const REQUEST_BYTES_MAX = 64 * 1024 ** 2;

/** Gets results in few messages: one request per worker at a time, what is wanted meanwhile goes together. */
export class ResultFetcher {
  readonly #fetch: FetchFromWorker;
  readonly #queues = new Map<WorkerId, WorkerQueue>();

  /** A fetcher on this connection. */
  constructor(fetch: FetchFromWorker) {
    this.#fetch = fetch;
  }

  /** The result, or undefined when this worker does not have it or cannot be reached. Joins a request in flight. */
  get(worker: WorkerId, key: TaskKey, bytes: number): Promise<StoredItem | undefined> {
    let queue = this.#queues.get(worker);
    if (queue === undefined) {
      queue = new WorkerQueue((keys) => this.#fetch(worker, keys), () => this.#queues.delete(worker));
      this.#queues.set(worker, queue);
    }
    return queue.get(key, bytes);
  }
}

interface Wanted {
  readonly key: TaskKey;
  readonly bytes: number;
  readonly promise: Promise<StoredItem | undefined>;
  readonly resolve: (item: StoredItem | undefined) => void;
}

class WorkerQueue {
  readonly #fetch: (keys: readonly TaskKey[]) => ReturnType<FetchFromWorker>;
  readonly #onIdle: () => void;
  /** Waiting and in flight, by key; oldest first. */
  readonly #wanted = new Map<TaskKey, Wanted>();
  #isRunning = false;

  constructor(fetch: (keys: readonly TaskKey[]) => ReturnType<FetchFromWorker>, onIdle: () => void) {
    this.#fetch = fetch;
    this.#onIdle = onIdle;
  }

  get(key: TaskKey, bytes: number): Promise<StoredItem | undefined> {
    const known = this.#wanted.get(key);
    if (known !== undefined) return known.promise;
    const { promise, resolve } = Promise.withResolvers<StoredItem | undefined>();
    this.#wanted.set(key, { key, bytes, promise, resolve });
    if (!this.#isRunning) {
      this.#isRunning = true;
      queueMicrotask(() => this.#next());
    }
    return promise;
  }

  /** Asks for the oldest; goes on when the answer is there. */
  #next(): void {
    const batch: Wanted[] = [];
    let bytes = 0;
    for (const wanted of this.#wanted.values()) {
      bytes += wanted.bytes;
      if (batch.length > 0 && bytes > REQUEST_BYTES_MAX) break;
      batch.push(wanted);
    }
    if (batch.length === 0) {
      this.#isRunning = false;
      return this.#onIdle();
    }
    this.#fetch(batch.map((wanted) => wanted.key)).then(
      ({ found }) => this.#answered(batch, found),
      // Not reached is as good as missing: the caller reports it and asks who else has it.
      () => this.#answered(batch, []),
    );
  }

  #answered(batch: readonly Wanted[], found: readonly StoredItem[]): void {
    const items = new Map(found.map((item) => [item.key, item]));
    for (const wanted of batch) {
      this.#wanted.delete(wanted.key);
      wanted.resolve(items.get(wanted.key));
    }
    this.#next();
  }
}
