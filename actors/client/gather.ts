/** Many results at once. @module */
import { describe, troupeError } from "../base/errors.ts";
import { whenLoaded } from "../code/loading.ts";
import type { Packed } from "../protocol/packed.ts";
import { Future } from "./future.ts";
import type { FutureState } from "./future_state.ts";
import { hasFutures, isPlainObject, replaceFutures, setOwn } from "./nested_futures.ts";
import { NOT_AT_HAND } from "./result_reader.ts";
import type { Session } from "./session.ts";
import { loadedFailure } from "./task_error.ts";
import { checkWaitOptions, waitFor, type WaitOptions, type WaitScope } from "./waiting.ts";

/** Options of `gather`. */
export interface GatherOptions extends WaitOptions {
  /** `"throw"` (default) rejects at the first failure; `"skip"` leaves out the entries that failed. */
  errors?: "throw" | "skip";
}

const ACTION = "gather";

/** The same shape with values in place of futures. */
export async function gather(session: Session, nested: unknown, options: GatherOptions = {}): Promise<unknown> {
  checkWaitOptions(options, ACTION);
  const isSkipping = errorsOption(options) === "skip";
  const collection = new Collection(session, nested, isSkipping);
  try {
    if (!collection.takeAtHand()) await waitFor(session, options, ACTION, (scope) => collection.fill(scope));
  } catch (thrown) {
    throw await loadedFailure(thrown);
  }
  const kept = collection.failed.size > 0 ? withoutFailed(nested, collection.failed) : nested;
  return await whenLoaded(() => {
    // The same future gives the same value everywhere, as the same argument would.
    const values = collection.isRepeating ? new Map<FutureState, unknown>() : undefined;
    return replaceFutures(kept, (future) => {
      const state = Future.stateOf(future, ACTION);
      if (values?.has(state)) return values.get(state);
      const value = session.unpack(collection.packed(state));
      values?.set(state, value);
      return value;
    });
  });
}

/** What happens to failed futures; throws `input/invalid`. */
export function errorsOption({ errors = "throw" }: GatherOptions): "throw" | "skip" {
  if (errors === "throw" || errors === "skip") return errors;
  throw troupeError("input/invalid", `Cannot gather: option "errors" is ${describe(errors)}`, {
    hint: 'Give "throw" or "skip"',
  });
}

/** The state of a future; throws when it is none, is released, or belongs to another client. */
export function stateToGather(session: Session, future: unknown): FutureState {
  const state = Future.stateOf(future, ACTION);
  if (state.owner === session) return state;
  throw troupeError("input/invalid", `Cannot gather: future ${describe(state.key)} belongs to another client`, {
    hint: "Gather it with the client that submitted it",
  });
}

/** What stands for a value that is not here yet. */
const AWAITED = Symbol("awaited");

class Collection {
  /** Futures that failed, when skipping. */
  readonly failed = new Set<FutureState>();
  /** Whether the data names a future more than once. */
  readonly isRepeating: boolean;
  readonly #session: Session;
  readonly #isSkipping: boolean;
  /** One entry per future, in the order of the data; those that failed stay awaited. */
  readonly #values = new Map<FutureState, Packed | typeof AWAITED>();

  constructor(session: Session, nested: unknown, isSkipping: boolean) {
    this.#session = session;
    this.#isSkipping = isSkipping;
    let count = 0;
    replaceFutures(nested, (future) => {
      count++;
      this.#values.set(stateToGather(session, future), AWAITED);
      return future;
    });
    this.isRepeating = count > this.#values.size;
  }

  /** The value that was taken; undefined for what was not. */
  packed(state: FutureState): Packed {
    const value = this.#values.get(state);
    return value === AWAITED ? undefined : value;
  }

  /** Takes what rode along; whether that is all. */
  takeAtHand(): boolean {
    let isAll = true;
    for (const state of this.#values.keys()) if (!state.isSettled || !this.#take(state)) isAll = false;
    return isAll;
  }

  /** Waits for all; rejects at the first failure unless skipping. */
  async fill(scope: WaitScope): Promise<void> {
    await this.#allSettled(scope);
    const missing = this.#values.keys().filter((state) => !this.#take(state)).toArray();
    await Promise.all(missing.map((state) => this.#fetch(state, scope)));
  }

  #allSettled(scope: WaitScope): Promise<void> {
    return new Promise((resolve, reject) => {
      let pendingCount = 0;
      // One function for all: of ten thousand futures each, closures would weigh more than the futures.
      const onSettled = (state: FutureState) => {
        if (!this.#isSkipping && state.status !== "finished") reject(this.#failureOf(state));
        if (--pendingCount === 0) resolve();
      };
      for (const state of this.#values.keys()) {
        if (state.isSettled) continue;
        pendingCount++;
        state.addWaiter(onSettled);
      }
      if (pendingCount === 0) return resolve();
      scope.onEnd(() => {
        if (pendingCount > 0) { for (const state of this.#values.keys()) state.removeWaiter(onSettled); }
      });
    });
  }

  #failureOf(state: FutureState): unknown {
    try {
      return this.#session.reader.failureOf(state);
    } catch (thrown) {
      return thrown;
    }
  }

  /** Takes the value, or the failure, of a settled state; false when the value must be fetched. */
  #take(state: FutureState): boolean {
    if (this.#values.get(state) !== AWAITED || this.failed.has(state)) return true;
    try {
      const value = this.#session.reader.atHand(state);
      if (value === NOT_AT_HAND) return false;
      this.#values.set(state, value);
    } catch (error) {
      this.#fail(state, error);
    }
    return true;
  }

  async #fetch(state: FutureState, scope: WaitScope): Promise<void> {
    try {
      this.#values.set(state, await this.#session.reader.packedValue(state, scope));
    } catch (error) {
      this.#fail(state, error);
    }
  }

  #fail(state: FutureState, error: unknown): void {
    if (!this.#isSkipping) throw error;
    this.failed.add(state);
  }
}

/** The collection without the entries that hold a failed future, however deep. */
function withoutFailed(nested: unknown, failed: ReadonlySet<FutureState>): unknown {
  if (Array.isArray(nested)) return nested.filter((entry) => !holdsFailed(entry, failed));
  if (typeof nested !== "object" || nested === null || Future.is(nested) || !isPlainObject(nested)) return nested;
  const kept = {};
  for (const [key, entry] of Object.entries(nested)) if (!holdsFailed(entry, failed)) setOwn(kept, key, entry);
  return kept;
}

function holdsFailed(entry: unknown, failed: ReadonlySet<FutureState>): boolean {
  if (!hasFutures(entry)) return false;
  let isFailed = false;
  replaceFutures(entry, (future) => {
    isFailed ||= failed.has(Future.stateOf(future, ACTION));
    return future;
  });
  return isFailed;
}
