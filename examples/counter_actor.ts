/**
 * An actor: state that takes one message at a time, wherever it lives. Hosted for others to call:
 *
 *     deno run -A cli/main.ts actor ./examples/counter_actor.ts#Counter --name counter
 *     deno run -A cli/main.ts call ADDRESS increment 2
 *
 * @module
 */
import { Actor, ActorSystem } from "@troupe/troupe";

/** Counts. */
export class Counter extends Actor {
  #n = 0;

  /** Adds to the count. */
  increment(by = 1): number {
    return this.#n += by;
  }

  /** Counts down to zero, an item at a time. */
  async *countdown(): AsyncGenerator<number> {
    while (this.#n > 0) yield await Promise.resolve(this.#n--);
  }
}

if (import.meta.main) {
  await using system = await ActorSystem.start();
  const counter = await system.spawn(Counter);
  for (let i = 0; i < 8; i++) void counter.tell.increment();
  console.log(await counter.ask.increment(2)); // 10
  for await (const n of counter.ask.countdown()) {
    console.log(n);
    if (n === 8) break; // closes the generator
  }
}
