/** Semaphores: a few holders at a time, in order. @module */
import { describe } from "../../../base/errors.ts";
import type { CoordinationRequest } from "../../../protocol/coordination.ts";
import { type Asker, SemaphoreAsk, SemaphoreRecord } from "./records.ts";
import { answerDone, beginAsk, type CoordinationState, endAsk, refuseAsk, thingOf } from "./state.ts";

/** Gives a lease, or lets the request wait for one. */
export function acquireLease(
  state: CoordinationState,
  asker: Asker,
  { name, leases }: Extract<CoordinationRequest, { readonly type: "semaphore-acquire" }>,
): void {
  const create = () => new SemaphoreRecord(name, leases);
  const semaphore = thingOf<SemaphoreRecord>(state, asker.session, `semaphore:${name}`, "semaphore", create);
  if (leases !== semaphore.leases) {
    const message = `Cannot use semaphore ${describe(name)}: it has ${semaphore.leases} leases, not ${leases}`;
    return refuseAsk(state, asker, "input/invalid", message, "Give the same number of leases everywhere");
  }
  beginAsk(state, new SemaphoreAsk(asker, semaphore));
  serve(state, semaphore);
}

/** A request for a lease is over. */
export function letGoOfLease(state: CoordinationState, ask: SemaphoreAsk): void {
  const { semaphore, place } = ask;
  semaphore.line.leave(place);
  semaphore.holders.delete(ask);
  endAsk(state, ask);
  serve(state, semaphore);
}

function serve(state: CoordinationState, semaphore: SemaphoreRecord): void {
  while (semaphore.line.size > 0 && semaphore.holders.size < semaphore.leases) {
    const ask = semaphore.line.shift()!;
    semaphore.holders.add(ask);
    answerDone(state, ask.asker);
  }
  state.touched.add(semaphore);
}
