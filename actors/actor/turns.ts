/** Gives the actors of one system their turns. @module */
import { setImmediate } from "node:timers";
import { runOutside } from "./call_chain.ts";

/** Something that may have messages to handle. */
export interface TurnTaker {
  /** Handles at most `budget` messages; says how many it did. It calls {@linkcode Turns.ready} again if more wait. */
  takeTurn(budget: number): number;
}

/** Messages handled before other things of the event loop (sockets, timers) get a chance. */
const MESSAGES_PER_ROUND = 2_000;
/** Messages that one actor handles before the next actor's turn. */
const MESSAGES_PER_TURN = 200;

/** A round-robin over actors with messages; after a long round it lets the event loop turn. */
export class Turns {
  readonly #schedule: (round: () => void) => void;
  /** Actors with messages, in the order in which they became ready. */
  #ready: TurnTaker[] = [];
  /** Whether a round is already due. */
  #due = false;

  /** @param schedule Runs a round soon: in a microtask by default. */
  constructor(schedule: (round: () => void) => void = queueMicrotask) {
    this.#schedule = schedule;
  }

  /** This actor has messages. It calls once, until its turn. */
  ready(taker: TurnTaker): void {
    this.#ready.push(taker);
    if (this.#due) return;
    this.#due = true;
    this.#schedule(this.#round);
  }

  /** What is caused by one call is not part of it. */
  #round = (): void => runOutside(this.#takeTurns);

  #takeTurns = (): void => {
    let budget = MESSAGES_PER_ROUND;
    while (this.#ready.length > 0 && budget > 0) {
      const takers = this.#ready;
      this.#ready = [];
      for (const taker of takers) budget -= taker.takeTurn(MESSAGES_PER_TURN);
    }
    this.#due = this.#ready.length > 0;
    if (this.#due) setImmediate(this.#round);
  };
}

/** Turns in rounds of the event loop's own: whoever runs in one was called by nothing else. */
export function immediateTurns(): Turns {
  return new Turns((round) => void setImmediate(round));
}
