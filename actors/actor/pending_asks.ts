/** Asks that wait for their answers from other systems. @module */
import { troupeError } from "../base/errors.ts";
import type { SystemId } from "./actor_address.ts";
import type { AskOutcome } from "./ask_outcome.ts";

/** One ask under way. */
interface PendingAsk {
  /** The system that will answer. */
  readonly system: SystemId;
  /** Takes the answer as plain data. */
  readonly settle: (outcome: AskOutcome<unknown>) => void;
}

/** Asks under way, by id. An entry leaves with its answer, or when its system is gone. */
export class PendingAsks {
  #asks = new Map<number, PendingAsk>();
  #lastId = 0;

  /** Adds one; gives its id. */
  add(system: SystemId, settle: (outcome: AskOutcome<unknown>) => void): number {
    const askId = ++this.#lastId;
    this.#asks.set(askId, { system, settle });
    return askId;
  }

  /** Takes the answer of that system; false when nobody waits for it any more. */
  settle(askId: number, system: SystemId, outcome: AskOutcome<unknown>): boolean {
    const ask = this.#asks.get(askId);
    if (ask === undefined || ask.system !== system) return false;
    this.#asks.delete(askId);
    ask.settle(outcome);
    return true;
  }

  /** The asker gave up. */
  forget(askId: number): void {
    this.#asks.delete(askId);
  }

  /** That system will not answer any more. */
  systemGone(system: SystemId, cause: unknown): void {
    for (const [askId, ask] of this.#asks) {
      if (ask.system !== system) continue;
      const error = troupeError("link/down", `Cannot get an answer: the link to the actor's system is down`, { cause });
      this.settle(askId, system, { ok: false, error });
    }
  }
}
