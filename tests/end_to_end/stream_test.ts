/** Streams of tasks on real threads. @module */
import { assertEquals } from "@std/assert";
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
