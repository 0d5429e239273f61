import { assert, assertEquals } from "@std/assert";
import { immediateTurns, Turns, type TurnTaker } from "../../actors/actor/turns.ts";
import { settled } from "../support/cores.ts";

/** Has so many messages. */
class Busy implements TurnTaker {
  left: number;
  readonly #turns: Turns;
  readonly #log: string[];
  readonly #name: string;

  constructor(turns: Turns, log: string[], name: string, left: number) {
    this.#turns = turns;
    this.#log = log;
    this.#name = name;
    this.left = left;
  }

  takeTurn(budget: number): number {
    const done = Math.min(budget, this.left);
    this.left -= done;
    this.#log.push(`${this.#name}${done}`);
    if (this.left > 0) this.#turns.ready(this);
    return done;
  }
}

Deno.test("Turns gives each its turn before one gets a second", async () => {
  const turns = new Turns();
  const log: string[] = [];
  for (const name of ["a", "b"]) turns.ready(new Busy(turns, log, name, 300));
  assertEquals(log, []);
  await Promise.resolve();
  assertEquals(log, ["a200", "b200", "a100", "b100"]);
  await settled();
});

Deno.test("immediateTurns() waits for a round of the event loop's own", async () => {
  const turns = immediateTurns();
  const log: string[] = [];
  turns.ready(new Busy(turns, log, "a", 300));
  for (let hop = 0; hop < 10; hop++) await Promise.resolve();
  assertEquals(log, []);
  while (log.length < 2) await settled();
  assertEquals(log, ["a200", "a100"]);
});

Deno.test("Turns lets the event loop turn while one has messages without end", async () => {
  const turns = new Turns();
  const busy = new Busy(turns, [], "a", 5_000_000);
  turns.ready(busy);
  await settled();
  assert(busy.left > 0, "a timer had to wait for all messages");
  while (busy.left > 0) await settled();
});
