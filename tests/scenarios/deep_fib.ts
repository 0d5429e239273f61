/** What a deep recursion of tasks takes of memory: `deep_fib.ts WORKERS THREADS` tells how much a process grows by. */
import { Client, getClient } from "../../mod.ts";

async function fib(n: bigint): Promise<bigint> {
  if (n < 2n) return n;
  const client = getClient();
  const a = client.submit(fib, n - 1n);
  const b = client.submit(fib, n - 2n);
  return await a.result() + await b.result();
}

function plainFib(n: number): bigint {
  let [a, b] = [0n, 1n];
  for (let i = 0; i < n; i++) [a, b] = [b, a + b];
  return a;
}

const [workers, threadsPerWorker] = Deno.args.map(Number);
await using client = await Client.connect({ workers: workers!, threadsPerWorker: threadsPerWorker! });
// Threads, their clients and the code are there: what comes now is the tasks'.
await client.gather(client.map((i: number) => getClient().submit((x: number) => x, i).result(), [...Array(64).keys()]));
const before = Deno.memoryUsage().rss;
let peak = before;
const timer = setInterval(() => peak = Math.max(peak, Deno.memoryUsage().rss), 5);
const value = await client.submit(fib, 1_000n).result();
clearInterval(timer);
peak = Math.max(peak, Deno.memoryUsage().rss);
console.log(`value ok: ${value === plainFib(1_000)}`);
console.log(`memory: +${Math.round((peak - before) / 2 ** 20)} MB`);
