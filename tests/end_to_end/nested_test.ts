/** Tasks that submit tasks, on real threads and processes. @module */
import { assert, assertEquals } from "@std/assert";
import { Client, type ClientView, getClient } from "../../mod.ts";

/** What the tests count with, on each executor. */
interface Counted {
  runs?: number;
}

async function fib(n: bigint): Promise<bigint> {
  const counted = globalThis as Counted;
  counted.runs = (counted.runs ?? 0) + 1;
  if (n < 2n) return n;
  const client = getClient();
  const a = client.submit(fib, n - 1n);
  const b = client.submit(fib, n - 2n);
  return await a.result() + await b.result();
}

async function impureFib(n: number): Promise<number> {
  const counted = globalThis as Counted;
  counted.runs = (counted.runs ?? 0) + 1;
  if (n < 2) return n;
  const client = getClient().with({ pure: false });
  const a = client.submit(impureFib, n - 1);
  const b = client.submit(impureFib, n - 2);
  return await a.result() + await b.result();
}

/** Runs counted by the only executor of each of these workers. */
async function countRuns(client: ClientView, workers: readonly string[]): Promise<number> {
  const count = () => (globalThis as Counted).runs ?? 0;
  const counts = workers.map((name) => client.with({ pure: false, workers: [name] }).submit(count));
  return (await client.gather(counts)).reduce((sum: number, runs) => sum + runs, 0);
}

function plainFib(n: number): bigint {
  let [a, b] = [0n, 1n];
  for (let i = 0; i < n; i++) [a, b] = [b, a + b];
  return a;
}

Deno.test("submit() runs fib(1000) nested on one executor, each number once", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  assertEquals(await client.submit(fib, 1_000n).result(), plainFib(1_000));
  const runs = await countRuns(client, ["worker-0"]);
  assert(runs <= 1_001, `${runs} runs`);
});

Deno.test("submit() runs fib(1000) nested on two worker processes over TCP, each number once", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1, processes: true });
  assertEquals(await client.submit(fib, 1_000n).result(), plainFib(1_000));
  const runs = await countRuns(client, ["worker-0", "worker-1"]);
  assert(runs <= 1_001, `${runs} runs`);
});

Deno.test("submit() runs impure fib(20) nested: 21,891 tasks, none shared and none twice", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  assertEquals(await client.with({ pure: false }).submit(impureFib, 20).result(), 6_765);
  assertEquals(await countRuns(client, ["worker-0"]), 21_891);
});

Deno.test("submit() runs fib nested inline, in the client's own thread", async () => {
  await using client = await Client.connect({ executors: "inline" });
  assertEquals(await client.submit(fib, 100n).result(), plainFib(100));
});
