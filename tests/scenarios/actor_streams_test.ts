/** Generator methods of actors in a cluster: their items come as streams. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  Actor,
  Client,
  type ClusterActorRef,
  type Future,
  LocalCluster,
  Queue,
  type Stream,
  TroupeError,
} from "../../mod.ts";
import { failsWith } from "../support/codes.ts";
import { until } from "./until.ts";

const WAIT = { timeoutMs: 120_000 };

class Ticker extends Actor {
  #made = 0;
  #closed = 0;
  readonly #gate = Promise.withResolvers<void>();
  async *count(to: number): AsyncGenerator<number, void> {
    try {
      for (let i = 0; i < to; i++) {
        this.#made++;
        yield await Promise.resolve(i);
      }
    } finally {
      this.#closed++;
    }
  }
  async *failing(): AsyncGenerator<number, void> {
    yield await Promise.resolve(1);
    yield 2;
    throw new RangeError("boom");
  }
  async *things(ref: ClusterActorRef<Ticker>, future: Future<string>): AsyncGenerator<unknown, void> {
    yield await Promise.resolve(new Map([["bytes", new Uint8Array([1, 2])]]));
    yield [ref];
    yield (x: number) => 2 * x;
    yield future;
    yield undefined;
  }
  async *symbols(): AsyncGenerator<symbol, void> {
    yield await Promise.resolve(Symbol("s"));
  }
  async *never(): AsyncGenerator<number, void> {
    yield 1;
    await this.#gate.promise;
  }
  async forever(): Promise<void> {
    await this.#gate.promise;
  }
  queue(): Queue<number> {
    return new Queue<number>("ticks");
  }
  made(): number {
    return this.#made;
  }
  closed(): number {
    return this.#closed;
  }
  exit(): never {
    Deno.exit(7);
  }
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  return await Array.fromAsync(stream);
}

Deno.test("a generator method of an actor gives a stream, in order, made only as far as it is read", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1 });
  using ticker = await client.actor(Ticker);
  assertEquals(await collect(ticker.ask.count(1_000)), Array.from({ length: 1_000 }, (_, i) => i));
  assertEquals(await ticker.ask.closed().result(WAIT), 1);
  const before = await ticker.ask.made().result(WAIT);
  const stream = ticker.ask.count(10_000);
  assertEquals(await ticker.ask.made().result(WAIT), before); // nothing is made before the first item is wanted
  for (let i = 0; i < 3; i++) assertEquals((await stream.next()).value, i);
  const made = await ticker.ask.made().result(WAIT) - before;
  assert(made >= 3 && made <= 100, String(made));
  await stream[Symbol.asyncDispose]();
  assertEquals(await stream.next().then(({ done }) => done, (error) => TroupeError.is(error, "future/released")), true);
});

Deno.test("leaving a stream of an actor closes its generator, whose `finally` runs; so does the end of its client", async () => {
  await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
  await using client = await Client.connect(cluster);
  using ticker = await client.with({ name: "left" }).actor(Ticker);
  for await (const i of ticker.ask.count(Infinity)) if (i === 5) break;
  await until(async () => await ticker.ask.closed().result(WAIT) === 1);
  // A task is a reader, too, which may forget what it reads.
  const first = client.submit(async (ref: ClusterActorRef<Ticker>) => {
    for await (const i of ref.ask.count(Infinity)) if (i === 40) return i;
  }, ticker);
  assertEquals(await first.result(WAIT), 40);
  await until(async () => await ticker.ask.closed().result(WAIT) === 2);
  {
    await using other = await Client.connect(cluster);
    const stream = (await other.lookupActor<Ticker>("left")).ask.count(Infinity);
    assertEquals((await stream.next()).value, 0);
  }
  await until(async () => await ticker.ask.closed().result(WAIT) === 3);
  await ticker.stop();
});

Deno.test("an error of a generator arrives as itself behind its items, and the actor goes on", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  using ticker = await client.actor(Ticker);
  const seen: number[] = [];
  await assertRejects(
    async () => {
      for await (const i of ticker.ask.failing()) seen.push(i);
    },
    RangeError,
    "boom",
  );
  assertEquals(seen, [1, 2]);
  await failsWith("task/not-serializable", () => collect(ticker.ask.symbols()));
  assertEquals(await collect(ticker.ask.count(3)), [0, 1, 2]);
  // A queue is read item by item, too, but travels as what it is.
  const queue = await ticker.ask.queue().result(WAIT);
  await queue.put(5);
  assertEquals(await new Queue<number>("ticks", { client }).get(), 5);
  // Read item by item what has none.
  await failsWith("input/invalid", () => collect(ticker.ask.made() as unknown as Stream<number>));
});

Deno.test("items of an actor's stream are all that travels: bytes, refs, functions, futures", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1 });
  using ticker = await client.actor(Ticker);
  class Holder extends Actor {
    async *futures(ref: ClusterActorRef<Ticker>): AsyncGenerator<Future<number>, void> {
      for (let i = 0; i < 3; i++) yield await Promise.resolve(ref.ask.made());
    }
  }
  using holder = await client.actor(Holder);
  const word = client.submit(() => "word");
  const [bytes, refs, double, text, nothing] = await collect(ticker.ask.things(ticker, word)) as [
    Map<string, Uint8Array>,
    [ClusterActorRef<Ticker>],
    (x: number) => number,
    string,
    undefined,
  ];
  assertEquals([bytes.get("bytes"), double(4), text, nothing], [new Uint8Array([1, 2]), 8, "word", undefined]);
  assertEquals(await refs[0].ask.made().result(WAIT), 0);
  const made = await collect(holder.ask.futures(ticker));
  assertEquals(await client.gather(made), [0, 0, 0]);
  // A stream is a source as any other.
  assertEquals(await collect(client.gather(client.map((x: number) => x * x, ticker.ask.count(4)))), [0, 1, 4, 9]);
});

Deno.test("the end of an actor ends its streams with actor/terminated, made again or not; a step may be limited", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const patient = await client.with({ reentrant: true, retries: 1, name: "patient" }).actor(Ticker);
  const stream = patient.ask.never();
  assertEquals((await stream.next()).value, 1);
  const waiting = failsWith("actor/terminated", () => stream.next());
  const other = patient.ask.count(1_000_000);
  assertEquals((await other.next()).value, 0);
  await failsWith("actor/timeout", () => collect(patient.with({ timeoutMs: 200 }).ask.never()));
  await failsWith("actor/terminated", () => patient.ask.exit().result(WAIT));
  await waiting;
  await failsWith("actor/terminated", () => collect(other));
  assertEquals(await collect(patient.ask.count(2)), [0, 1]); // made again
  await patient.stop(WAIT);
});

Deno.test("a stream holds its actor, which lives as long as somebody reads", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const ticker = await client.actor(Ticker);
  const stream = ticker.ask.count(200);
  assertEquals((await stream.next()).value, 0);
  ticker.release();
  assertEquals((await collect(stream)).length, 199);
});

Deno.test("between two items of a generator other messages are handled, and calls do not wait for a slow reader", async () => {
  await using client = await Client.connect({ executors: "inline", workers: 1, threadsPerWorker: 1 });
  using ticker = await client.actor(Ticker);
  const stream = ticker.ask.count(Infinity);
  for (let i = 0; i < 200; i++) {
    assertEquals((await stream.next()).value, i);
    if (i % 50 === 0) assert(await ticker.ask.made().result(WAIT) > i);
  }
  await stream.return?.();
  await until(async () => await ticker.ask.closed().result(WAIT) === 1);
});

Deno.test("kill() does not wait for a call, nor for a step of a generator, that never ends", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  for (const reentrant of [false, true]) {
    const called = await client.with({ reentrant }).actor(Ticker);
    const replied = failsWith("actor/terminated", () => called.ask.forever().result(WAIT));
    await called.kill(WAIT);
    await replied;

    const read = await client.with({ reentrant }).actor(Ticker);
    const items = read.ask.never();
    assertEquals(await items.next(), { done: false, value: 1 });
    const stepped = failsWith("actor/terminated", () => items.next());
    await read.kill(WAIT);
    await stepped;
  }
});
