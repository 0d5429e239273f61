/** Futures in the order of their completion. @module */
import { describe, troupeError } from "../base/errors.ts";
import { Future } from "./future.ts";
import type { FutureOwner, FutureState } from "./future_state.ts";
import { futureList } from "./wait.ts";
import { checkWaitOptions, waitFor, type WaitOptions, type WaitScope } from "./waiting.ts";

/** Options of {@linkcode asCompleted}. */
export interface AsCompletedOptions extends WaitOptions {
  /** Yield `[future, result]` and reject at a failed one; the rest stays. Default: false. */
  withResults?: boolean;
}

const ACTION = "take the next completed future";

interface Entry<T> {
  readonly future: Future<T>;
  readonly state: FutureState;
  /** Called when the future is settled; taken back when the entry is forgotten. */
  readonly onSettled: () => void;
}

/** Hands out futures as they are done: finished, failed, cancelled or lost. */
export function asCompleted<T>(
  futures: Iterable<Future<T>>,
  options: AsCompletedOptions & { withResults: true },
): AsCompleted<T, [future: Future<T>, result: T]>;
/** Hands out futures as they are done: finished, failed, cancelled or lost. */
export function asCompleted<T>(futures?: Iterable<Future<T>>, options?: AsCompletedOptions): AsCompleted<T>;
export function asCompleted<T>(
  futures: Iterable<Future<T>> = [],
  options: AsCompletedOptions = {},
): AsCompleted<T, Future<T> | [future: Future<T>, result: T]> {
  checkWaitOptions(options, "hand out completed futures");
  const { withResults = false } = options;
  if (typeof withResults !== "boolean") {
    const message = `Cannot hand out completed futures: option "withResults" is ${describe(withResults)}`;
    throw troupeError("input/invalid", message, { hint: "Give true or false" });
  }
  if (!withResults) return AsCompleted.of(futures, options, (future) => future);
  return AsCompleted.of(futures, options, async (future, wait) => [future, await future.result(wait)] as const);
}

/** Futures in the order of their completion; more may be added at any time. An iterable, not an iterator. */
export class AsCompleted<T, Item = Future<T>> implements AsyncIterable<Item>, Disposable {
  readonly #options: WaitOptions;
  readonly #itemOf: (future: Future<T>, wait: WaitOptions) => Item | Promise<Item>;
  /** Not handed out yet, oldest first. */
  readonly #entries = new Set<Entry<T>>();
  /** Those of `#entries` that are done, in the order of their completion. */
  readonly #ready = new Set<Entry<T>>();
  /** Called at each change that may end a wait. */
  readonly #watchers = new Set<() => void>();
  /** Whose clock and process are used; that of the first future. */
  #owner: FutureOwner | undefined = undefined;
  /** When `timeoutMs` is over, on the owner's clock. Runs from construction; without a future, from the first one on. */
  #deadlineMs = Infinity;

  private constructor(
    futures: Iterable<Future<T>>,
    options: WaitOptions,
    itemOf: (future: Future<T>, wait: WaitOptions) => Item | Promise<Item>,
  ) {
    this.#options = options;
    this.#itemOf = itemOf;
    this.update(futures);
  }

  /** Makes one. For Troupe's own code; others call `asCompleted`. */
  static of<T, Item>(
    futures: Iterable<Future<T>>,
    options: WaitOptions,
    itemOf: (future: Future<T>, wait: WaitOptions) => Item | Promise<Item>,
  ): AsCompleted<T, Item> {
    return new AsCompleted<T, Item>(futures, options, itemOf);
  }

  /** The futures not yet handed out, oldest first. */
  get futures(): readonly Future<T>[] {
    return Array.from(this.#entries, (entry) => entry.future);
  }

  /** Tracks one more future; the same one twice is handed out twice. */
  add(future: Future<T>): void {
    const state = Future.stateOf(future, "track future");
    if (this.#owner === undefined) {
      this.#owner = state.owner;
      this.#deadlineMs = state.owner.clock.nowMs() + (this.#options.timeoutMs ?? Infinity);
    }
    const entry: Entry<T> = {
      future,
      state,
      onSettled: () => {
        this.#ready.add(entry);
        this.#changed();
      },
    };
    this.#entries.add(entry);
    if (state.isSettled) entry.onSettled();
    else state.addWaiter(entry.onSettled);
  }

  /** Tracks more futures. */
  update(futures: Iterable<Future<T>>): void {
    const list = futureList(futures, "track futures");
    for (const future of list) Future.stateOf(future, "track future");
    for (const future of list) this.add(future);
  }

  /** How many are not yet handed out, done or not. */
  count(): number {
    return this.#entries.size;
  }

  /** Whether `count()` is 0. */
  isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** The next one to be done; rejects with `completed/empty` when none is left. */
  async next(wait?: WaitOptions): Promise<Item> {
    await this.#untilReady(wait);
    const [entry] = this.#ready;
    if (entry === undefined) throw empty();
    return await this.#handOut(entry, wait);
  }

  /** Waits for one, then takes all that are done. */
  async nextBatch(wait?: WaitOptions): Promise<Item[]> {
    await this.#untilReady(wait);
    if (this.#ready.size === 0) throw empty();
    return await Promise.all(Array.from(this.#ready, (entry) => this.#handOut(entry, wait)));
  }

  /** Forgets all futures not yet handed out. */
  clear(): void {
    for (const { state, onSettled } of this.#entries) state.removeWaiter(onSettled);
    this.#entries.clear();
    this.#ready.clear();
    this.#changed();
  }

  /** Ends when nothing is left; leaving the loop early keeps the rest in `futures`. */
  [Symbol.asyncIterator](): AsyncIterator<Item, undefined, undefined> {
    return {
      next: async () => {
        if (this.isEmpty()) return { done: true, value: undefined };
        return { done: false, value: await this.next() };
      },
      return: () => Promise.resolve({ done: true, value: undefined }),
    };
  }

  /** What `using` calls. */
  [Symbol.dispose](): void {
    this.clear();
  }

  /** Takes an entry out before anything is awaited, so that nobody else gets it. */
  #handOut(entry: Entry<T>, wait: WaitOptions | undefined): Item | Promise<Item> {
    this.#entries.delete(entry);
    this.#ready.delete(entry);
    this.#changed();
    return this.#itemOf(entry.future, this.#limits(wait));
  }

  /** Resolves when one is ready or none is left. */
  async #untilReady(wait: WaitOptions | undefined): Promise<void> {
    checkWaitOptions(wait, ACTION);
    if (this.#ready.size > 0 || this.#entries.size === 0) return;
    const owner = this.#owner;
    if (owner !== undefined) await waitFor(owner, this.#limits(wait), ACTION, (scope) => this.#readiness(scope));
  }

  #readiness(scope: WaitScope): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (this.#ready.size > 0 || this.#entries.size === 0) resolve();
      };
      this.#watchers.add(check);
      scope.onEnd(() => this.#watchers.delete(check));
    });
  }

  /** The limits of one wait: its own and those of the sequence, whichever come first. */
  #limits(wait: WaitOptions | undefined): WaitOptions {
    const signals = [this.#options.signal, wait?.signal].filter((signal) => signal !== undefined);
    const leftMs = this.#deadlineMs - (this.#owner?.clock.nowMs() ?? 0);
    const timeoutMs = Math.min(Math.max(leftMs, 0), wait?.timeoutMs ?? Infinity);
    const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
    return { timeoutMs: timeoutMs === Infinity ? undefined : timeoutMs, signal };
  }

  #changed(): void {
    for (const check of this.#watchers) check();
  }
}

function empty(): Error {
  return troupeError("completed/empty", `Cannot ${ACTION}: none is left`, {
    hint: "Ask `isEmpty()` first, or loop with `for await`",
  });
}
