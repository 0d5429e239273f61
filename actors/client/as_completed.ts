/** Futures in the order of their completion. @module */
import { systemClock } from "../base/clock.ts";
import { describe, troupeError } from "../base/errors.ts";
import { Future } from "./future.ts";
import type { FutureOwner, FutureState } from "./future_state.ts";
import { showAs } from "./inspect.ts";
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

/** What is handed out for a future. */
interface Handout<T, Item> {
  /** Whether it holds the result: then it fails with the task. */
  readonly needsResult: boolean;
  /** Makes it. */
  of(future: Future<T>, wait: WaitOptions): Item | Promise<Item>;
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
  if (!withResults) return AsCompleted.of(futures, options, { needsResult: false, of: (future) => future });
  return AsCompleted.of(futures, options, {
    needsResult: true,
    of: async (future, wait) => [future, await future.result(wait)] as const,
  });
}

/** Futures in the order of their completion; more may be added at any time. An iterable, not an iterator. */
export class AsCompleted<T, Item = Future<T>> implements AsyncIterable<Item>, Disposable {
  readonly #options: WaitOptions;
  readonly #handout: Handout<T, Item>;
  /** Not handed out yet, oldest first. */
  readonly #entries = new Set<Entry<T>>();
  /** Those of `#entries` that are done, in the order of their completion. */
  readonly #ready = new Set<Entry<T>>();
  /** Called at each change that may end a wait. */
  readonly #watchers = new Set<() => void>();
  /** Whose clock and process are used; that of the first future. */
  #owner: FutureOwner | undefined = undefined;
  /** When `timeoutMs` is over, on the owner's clock. */
  #deadlineMs = Infinity;
  /** When it was made, on the machine's clock, if that was before the first future came. */
  readonly #madeMs: number | undefined = undefined;

  private constructor(
    futures: Iterable<Future<T>>,
    options: WaitOptions,
    handout: Handout<T, Item>,
  ) {
    this.#options = options;
    this.#handout = handout;
    this.update(futures);
    if (this.#owner === undefined) this.#madeMs = systemClock.nowMs();
  }

  /** Makes one. For Troupe's own code; others call `asCompleted`. */
  static of<T, Item>(
    futures: Iterable<Future<T>>,
    options: WaitOptions,
    handout: Handout<T, Item>,
  ): AsCompleted<T, Item> {
    return new AsCompleted<T, Item>(futures, options, handout);
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
      const passedMs = this.#madeMs === undefined ? 0 : systemClock.nowMs() - this.#madeMs;
      this.#deadlineMs = state.owner.clock.nowMs() + (this.#options.timeoutMs ?? Infinity) - passedMs;
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
    const [entry] = await this.#take(wait, oldest);
    if (entry === undefined) throw empty();
    return await this.#handOut(entry, wait);
  }

  /** Waits for one, then takes all that are done; with results, up to the first failed one, which the next call rejects with. */
  async nextBatch(wait?: WaitOptions): Promise<Item[]> {
    const taken = await this.#take(wait, (ready) => {
      const all = [...ready];
      const failed = this.#handout.needsResult ? all.findIndex(({ state }) => state.status !== "finished") : -1;
      return failed < 0 ? all : all.slice(0, Math.max(failed, 1));
    });
    if (taken.length === 0) throw empty();
    const items = await Promise.allSettled(taken.map((entry) => this.#handOut(entry, wait)));
    const loss = items.find((item) => item.status === "rejected");
    if (loss === undefined) return items.flatMap((item) => item.status === "fulfilled" ? [item.value] : []);
    // None is lost to a batch that fails: what its other members gave is given again.
    for (const [i, item] of items.entries()) if (item.status === "fulfilled") this.#putBack(taken[i]!);
    throw loss.reason;
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
        // None may be left although there was one before: others may take from the same sequence, or clear it.
        const [entry] = await this.#take(undefined, oldest);
        if (entry === undefined) return { done: true, value: undefined };
        return { done: false, value: await this.#handOut(entry, undefined) };
      },
      return: () => Promise.resolve({ done: true, value: undefined }),
    };
  }

  /** What `using` calls. */
  [Symbol.dispose](): void {
    this.clear();
  }

  async #handOut(entry: Entry<T>, wait: WaitOptions | undefined): Promise<Item> {
    try {
      return await this.#handout.of(entry.future, this.#limits(wait));
    } catch (error) {
      // Not the task's own failure, but that of this wait.
      const { status, isReleased } = entry.state;
      if (!isReleased && (status === "finished" || status === "pending")) this.#putBack(entry);
      throw error;
    }
  }

  #putBack(entry: Entry<T>): void {
    this.#entries.add(entry);
    if (entry.state.isSettled) this.#ready.add(entry);
    else entry.state.addWaiter(entry.onSettled);
    this.#changed();
  }

  /** Takes some of those that are ready, once there are any; none when none is left. Nobody else gets them. */
  async #take(
    wait: WaitOptions | undefined,
    choose: (ready: ReadonlySet<Entry<T>>) => Entry<T>[],
  ): Promise<Entry<T>[]> {
    checkWaitOptions(wait, ACTION);
    const owner = this.#owner;
    // Of several who wait, others may have taken what there was.
    while (this.#ready.size === 0 && this.#entries.size > 0 && owner !== undefined) {
      await waitFor(owner, this.#limits(wait), ACTION, (scope) => this.#readiness(scope));
    }
    const taken = choose(this.#ready);
    for (const entry of taken) {
      this.#entries.delete(entry);
      this.#ready.delete(entry);
    }
    if (taken.length > 0) this.#changed();
    return taken;
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

  static {
    showAs(this.prototype, (sequence) => {
      if (!(#ready in sequence)) return "AsCompleted {}"; // the prototype itself
      const doneCount = sequence.#ready.size;
      return `<AsCompleted: waiting=${sequence.#entries.size - doneCount} done=${doneCount}>`;
    });
  }
}

/** The first one, if any. */
function oldest<E>(ready: ReadonlySet<E>): E[] {
  const [entry] = ready;
  return entry === undefined ? [] : [entry];
}

function empty(): Error {
  return troupeError("completed/empty", `Cannot ${ACTION}: none is left`, {
    hint: "Ask `isEmpty()` first, or loop with `for await`",
  });
}
