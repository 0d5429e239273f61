/** Asks that wait for their answers from other systems. @module */
import { troupeError } from "../base/errors.ts";
import type { ActorAddress, SystemId } from "./actor_address.ts";
import type { AskOutcome } from "./ask_outcome.ts";

/** One ask under way. */
interface PendingAsk {
  /** The actor whose system will answer. */
  readonly address: ActorAddress;
  /** Takes the answer as plain data; undefined when nobody waits for it any more. */
  settle: ((outcome: AskOutcome<unknown>) => void) | undefined;
}

/** Asks under way, by id. An entry leaves with its answer, even one that comes too late, or when its system is gone. */
export class PendingAsks {
  #asks = new Map<number, PendingAsk>();
  #lastId = 0;

  /** Adds one; gives its id. */
  add(address: ActorAddress, settle: (outcome: AskOutcome<unknown>) => void): number {
    const askId = ++this.#lastId;
    this.#asks.set(askId, { address, settle });
    return askId;
  }

  /** Takes the answer of that system. Gives whom the asker had asked when he gave up before; undefined when all is well. */
  settle(askId: number, system: SystemId, outcome: AskOutcome<unknown>): ActorAddress | undefined {
    const ask = this.#asks.get(askId);
    // An answer that was never asked for is of no use to anybody.
    if (ask === undefined || ask.address.system !== system) return undefined;
    this.#asks.delete(askId);
    if (ask.settle === undefined) return ask.address;
    ask.settle(outcome);
    return undefined;
  }

  /** The asker gave up. */
  forget(askId: number): void {
    const ask = this.#asks.get(askId);
    if (ask !== undefined) ask.settle = undefined;
  }

  /** That system will not answer any more. */
  systemGone(system: SystemId, cause: unknown): void {
    for (const [askId, ask] of this.#asks) {
      if (ask.address.system !== system) continue;
      const error = troupeError("link/down", `Cannot get an answer: the link to the actor's system is down`, { cause });
      this.#asks.delete(askId);
      ask.settle?.({ ok: false, error });
    }
  }
}
