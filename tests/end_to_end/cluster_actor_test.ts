import { assert, assertEquals, assertRejects } from "@std/assert";
import { Actor, Client, type ClusterActorRef, getClient } from "../../mod.ts";

class Counter extends Actor {
  #n: number;
  constructor(start = 0) {
    super();
    this.#n = start;
  }
  increment(by = 1): number {
    return this.#n += by;
  }
  fail(): never {
    throw new RangeError("boom");
  }
  async double(x: number): Promise<number> {
    return await getClient().submit((y: number) => y * 2, x).result();
  }
}

const PLACES = {
  "an inline executor": { executors: "inline" },
  "a thread": { threadsPerWorker: 1 },
  "a process": { processes: true, threadsPerWorker: 1 },
} as const;

for (const [place, options] of Object.entries(PLACES)) {
  Deno.test(`an actor of a cluster on ${place}: futures in, futures out, errors as themselves`, async () => {
    await using client = await Client.connect(options);
    using counter = await client.actor(Counter, client.submit(() => 10));
    const eleven = counter.ask.increment();
    const more = counter.ask.increment(eleven);
    assertEquals(await client.gather([eleven, more]), [11, 22]);
    assertEquals(await client.submit((a: number, b: number) => a + b, eleven, more).result(), 33);
    await assertRejects(() => counter.ask.fail().result(), RangeError, "boom");
    assertEquals(await counter.ask.double(21).result(), 42);
    const task = async (counter: ClusterActorRef<Counter>) => await counter.ask.increment().result();
    const counts = await client.gather(client.with({ pure: false }).map(task, Array<typeof counter>(10).fill(counter)));
    assertEquals(counts.sort((a, b) => a - b), Array.from({ length: 10 }, (_, i) => 23 + i));
    assert(Deno.inspect(counter).startsWith('<ClusterActorRef: "tcp://'));
  });
}
