/** What futures stand for, one or many. @module */
import { describe, troupeError } from "../base/errors.ts";
import { Future } from "./future.ts";
import type { FutureState } from "./future_state.ts";

/**
 * What these futures claim; throws `input/invalid` and `future/released`.
 *
 * @param action What is being done with them, for messages.
 */
export function futureStates(futures: Future<unknown> | Iterable<Future<unknown>>, action: string): FutureState[] {
  if (Future.is(futures)) return [Future.stateOf(futures, action)];
  if (typeof futures !== "object" || futures === null || !(Symbol.iterator in futures)) {
    throw troupeError("input/invalid", `Cannot ${action}: ${describe(futures)} is no future or list of futures`);
  }
  return Array.from(futures, (future) => Future.stateOf(future, action));
}
