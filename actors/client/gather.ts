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
  const states = statesIn(session, nested);
  const packed = new Map<FutureState, Packed>();
  const failed = new Set<FutureState>();
  const collection = new Collection(session, states, isSkipping, packed, failed);
  try {
    if (!collection.takeAtHand()) await waitFor(session, options, ACTION, (scope) => collection.fill(scope));
  } catch (thrown) {
    throw await loadedFailure(thrown);
  }
  const kept = failed.size > 0 ? withoutFailed(nested, failed) : nested;
  return await whenLoaded(() => {
    const values = new Map<FutureState, unknown>();
    return replaceFutures(kept, (future) => {
      const state = Future.stateOf(future, ACTION);
      // The same future gives the same value everywhere, as the same argument would.
      if (!values.has(state)) values.set(state, session.unpack(packed.get(state)));
      return values.get(state);
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

/** The states of the futures in nested data, each once. */
function statesIn(session: Session, nested: unknown): FutureState[] {
  const states = new Set<FutureState>();
  replaceFutures(nested, (future) => {
    states.add(stateToGather(session, future));
    return future;
  });
  return [...states];
}

class Collection {
  readonly #session: Session;
  readonly #states: readonly FutureState[];
  readonly #isSkipping: boolean;
  readonly #packed: Map<FutureState, Packed>;
  readonly #failed: Set<FutureState>;

  constructor(
    session: Session,
    states: readonly FutureState[],
    isSkipping: boolean,
    packed: Map<FutureState, Packed>,
    failed: Set<FutureState>,
  ) {
    this.#session = session;
    this.#states = states;
    this.#isSkipping = isSkipping;
    this.#packed = packed;
    this.#failed = failed;
  }

  /** Takes what rode along; whether that is all. */
  takeAtHand(): boolean {
    let isAll = true;
    for (const state of this.#states) if (!state.isSettled || !this.#take(state)) isAll = false;
    return isAll;
  }

  /** Waits for all; rejects at the first failure unless skipping. */
  async fill(scope: WaitScope): Promise<void> {
    await this.#allSettled(scope);
    const missing = this.#states.filter((state) => !this.#take(state));
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
      for (const state of this.#states) {
        if (state.isSettled) continue;
        pendingCount++;
        state.addWaiter(onSettled);
      }
      if (pendingCount === 0) return resolve();
      scope.onEnd(() => {
        if (pendingCount > 0) { for (const state of this.#states) state.removeWaiter(onSettled); }
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
    if (this.#packed.has(state) || this.#failed.has(state)) return true;
    try {
      const value = this.#session.reader.atHand(state);
      if (value === NOT_AT_HAND) return false;
      this.#packed.set(state, value);
    } catch (error) {
      this.#fail(state, error);
    }
    return true;
  }

  async #fetch(state: FutureState, scope: WaitScope): Promise<void> {
    try {
      this.#packed.set(state, await this.#session.reader.packedValue(state, scope));
    } catch (error) {
      this.#fail(state, error);
    }
  }

  #fail(state: FutureState, error: unknown): void {
    if (!this.#isSkipping) throw error;
    this.#failed.add(state);
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
