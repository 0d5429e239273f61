/** How futures travel inside values: as a claim that the reader makes its own. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { TaskKey } from "../protocol/task.ts";
import { Future } from "./future.ts";
import type { FutureOwner, FutureState } from "./future_state.ts";

/** The tag of a future among special values; its payload is `[key, address of the scheduler]`. */
export const FUTURE_TAG = "future";

/** Where a future is used: names the cluster, as far as it is known. */
export type FutureUser = Pick<FutureOwner, "address">;

/** Is told of each future that leaves within a value; captured ones leave among the variables of a function. */
export type FutureNote = (key: TaskKey, isCaptured: boolean) => void;

/** Checks that a future may be used in a session: not released, same cluster, open. Its owner's words go first. */
export function stateFor(future: Future<unknown>, owner: FutureUser, action: string): FutureState {
  const state = Future.stateOf(future, action);
  if (state.owner === owner) return state;
  if (isForeign(state.owner.address, owner.address)) {
    throw foreign(action, state.key, state.owner.address, owner.address);
  }
  if (state.ended !== undefined) throw state.ended;
  state.owner.flush();
  return state;
}

/** A future as a special value. */
export function writeFuture(
  future: Future<unknown>,
  owner: FutureUser,
  action: string,
): { readonly tag: string; readonly payload: unknown } {
  return { tag: FUTURE_TAG, payload: [stateFor(future, owner, action).key, owner.address] };
}

/** The key of a future that arrived; throws `future/foreign` and, for what is no future, `wire/malformed`. */
export function readFutureKey(payload: unknown, owner: FutureUser): TaskKey {
  const [key, address]: unknown[] = Array.isArray(payload) ? payload : [];
  if (typeof key !== "string" || typeof address !== "string") {
    throw troupeError("wire/malformed", `Cannot read future: its payload is ${describe(payload)}`);
  }
  if (isForeign(address, owner.address)) throw foreign("read future", key, address, owner.address);
  return key;
}

/** A session that was not welcomed yet knows no address: then the scheduler will tell that it knows no such key. */
function isForeign(from: string, here: string): boolean {
  return from !== here && from !== "" && here !== "";
}

function foreign(action: string, key: string, from: string, here: string): Error {
  const message = `Cannot ${action}: future ${describe(key)} belongs to ${describe(from)}, not to ${describe(here)}`;
  const hint = "Get its result, and pass that";
  return troupeError("future/foreign", message, { hint, details: { key, from, here } });
}
