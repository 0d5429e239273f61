/** Streams of tasks on real threads. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, getClient } from "../../mod.ts";

async function* count(to: number): AsyncGenerator<number> {
  for (let i = 0; i < to; i++) yield await Promise.resolve(i);
}

Deno.test("a stream of tasks: scatter, map and gather, from a source that has more than is in flight", async () => {
  await using client = await Client.connect({ threadsPerWorker: 2 });
  const sums = client.gather(
    client.map((x, y) => x + y, client.scatter(count(100)), client.map((x) => 2 * x, count(200))),
  );
  assertEquals(await Array.fromAsync(sums), Array.from({ length: 100 }, (_, i) => 3 * i));
  const left = client.map((x) => x + 1, count(Infinity));
  for await (const future of left) if (await future.result() === 3) break;
  assertEquals(await client.submit(() => 7).result(), 7);
});

Deno.test("a stream inside a task gives its executor to the tasks of the stream", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const total = client.submit(async (to: number) => {
    async function* numbers(): AsyncGenerator<number> {
      for (let i = 0; i < to; i++) yield await Promise.resolve(i);
    }
    let sum = 0;
    const client = getClient();
    for await (const value of client.gather(client.map((x) => x + 1, numbers()))) sum += value;
    return sum;
  }, 100);
  assertEquals(await total.result(), 5050);
});

Deno.test("a stream of 10,000 items from a fast source is right, with never more in flight than allowed", async () => {
  await using client = await Client.connect({ threadsPerWorker: 2 });
  let read = 0;
  let taken = 0;
  let most = 0;
  async function* numbers(): AsyncGenerator<number> {
    for (; read < 10_000; read++) {
      most = Math.max(most, read - taken);
      yield read;
    }
  }
  for await (const value of client.gather(client.with({ concurrency: 200 }).map((x) => x + 1, numbers()))) {
    assertEquals(value, ++taken);
  }
  assertEquals([read, taken], [10_000, 10_000]);
  // 200 in the map, 16 in the gather.
  assert(most <= 216, `${most} were in flight`);
});

Deno.test("a stream from a slow source hands out each item when it is there, and waits for the next", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const { readable, writable } = new TransformStream<number, number>();
  const writer = writable.getWriter();
  const values = client.gather(client.map((x) => x * 10, readable));
  for (let i = 0; i < 20; i++) {
    const next = values.next();
    await writer.write(i);
    assertEquals(await next, { done: false, value: i * 10 });
  }
  const last = values.next();
  await writer.close();
  assertEquals((await last).done, true);
});

Deno.test("a stream over a source that throws hands out what came before, then rejects with the source's own error", async () => {
  await using client = await Client.connect({ executors: "inline" });
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    yield 2;
    throw new RangeError("the sensor is gone");
  }
  const seen: number[] = [];
  const loop = async () => {
    for await (const value of client.gather(client.map((x) => x + 1, broken()))) seen.push(value);
  };
  await assertRejects(loop, RangeError, "the sensor is gone");
  assertEquals(seen, [2, 3]);
});

Deno.test("a stream that is left stops its tasks and closes its source; the executors are free", async () => {
  await using client = await Client.connect({ threadsPerWorker: 2 });
  const closed = Promise.withResolvers<void>();
  async function* forever(): AsyncGenerator<number> {
    try {
      for (let i = 0;; i++) yield i;
    } finally {
      closed.resolve();
    }
  }
  const stuck = (x: number): Promise<number> => x === 0 ? Promise.resolve(0) : new Promise<number>(() => {});
  for await (const future of client.map(stuck, forever())) {
    assertEquals(await future.result(), 0);
    break;
  }
  await closed.promise;
  assertEquals(await client.gather(client.map((x) => x + 1, [1, 2, 3])), [2, 3, 4]);
});

Deno.test("a stream whose items fail goes on; nobody holds anything when it is over", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const odd = (x: number): number => {
    if (x % 2 === 1) throw new RangeError(`odd: ${x}`);
    return x;
  };
  const statuses: string[] = [];
  for await (const future of client.map(odd, count(6))) {
    await future.exception();
    statuses.push(future.status);
    future.release();
  }
  assertEquals(statuses, ["finished", "error", "finished", "error", "finished", "error"]);
  const even = await Array.fromAsync(client.gather(client.map(odd, count(6)), { errors: "skip" }));
  assertEquals(even, [0, 2, 4]);
  await client.submit((x: number) => x, 1).result();
  const held = Object.values(await client.whoHas()).flat();
  assert(held.length <= 1, `${held.length} results are held`);
});
