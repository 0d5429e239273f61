/**
 * Locks: one holder each. A request for several stands in all their lines at once and gets them together or not at all, so
 * requests that cross cannot block each other for ever; who came later waits behind it in each line.
 *
 * @module
 */
import type { CoordinationRequest } from "../../../protocol/coordination.ts";
import { type Asker, LockAsk, LockRecord } from "./records.ts";
import { answerDone, beginAsk, type CoordinationState, endAsk, refuseAsk, thingOf } from "./state.ts";

/** Gives `count` of the locks, or lets the request wait for them. */
export function acquireLocks(
  state: CoordinationState,
  asker: Asker,
  { names, count }: Extract<CoordinationRequest, { readonly type: "lock-acquire" }>,
): void {
  const distinct = [...new Set(names)];
  if (count < 1 || count > distinct.length) {
    const message = `Cannot acquire ${count} of ${distinct.length} locks: that many there are not`;
    return refuseAsk(state, asker, "input/invalid", message, "Give a count from 1 to the number of names");
  }
  const locks = distinct.map((name) =>
    thingOf<LockRecord>(state, asker.session, `lock:${name}`, "lock", () => new LockRecord(name))
  );
  beginAsk(state, new LockAsk(asker, locks, count));
  serve(state, locks);
}

/** A request for locks is over: what it holds is free, its places are given up. */
export function letGoOfLocks(state: CoordinationState, ask: LockAsk): void {
  for (const lock of ask.held) lock.holder = undefined;
  ask.held = [];
  leaveLines(ask);
  endAsk(state, ask);
  serve(state, ask.locks);
}

/** Whether a request can have what it wants: it is the first in the lines of enough free locks. */
export function freeLocks(ask: LockAsk): LockRecord[] {
  return ask.locks.filter((lock) => lock.holder === undefined && lock.line.first === ask);
}

/** Looks at these locks, and at those whose line has moved because of them. */
function serve(state: CoordinationState, locks: readonly LockRecord[]): void {
  const agenda = [...locks];
  for (const lock of agenda) {
    state.touched.add(lock);
    const ask = lock.line.first;
    if (ask === undefined || lock.holder !== undefined) continue;
    const free = freeLocks(ask);
    if (free.length < ask.count) continue;
    ask.held = free.slice(0, ask.count);
    for (const held of ask.held) held.holder = ask;
    leaveLines(ask);
    answerDone(state, ask.asker);
    agenda.push(...ask.locks);
  }
}

function leaveLines(ask: LockAsk): void {
  for (const [index, place] of ask.places.entries()) ask.locks[index]!.line.leave(place);
  ask.places = [];
}
