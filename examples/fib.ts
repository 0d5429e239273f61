/**
 * Fibonacci numbers by tasks that submit tasks.
 *
 * ```sh
 * deno run -A examples/fib.ts 1000
 * ```
 *
 * Each task submits two more and awaits them. While it awaits, its thread takes other work, so a thousand tasks that
 * wait for each other need no thousand threads. Equal tasks run once: `fib(1000n)` is 1,001 runs, not 10 to the power
 * of 208.
 *
 * @module
 */
import { Client, getClient } from "@troupe/troupe";

async function fib(n: bigint): Promise<bigint> {
  if (n < 2n) return n;
  const client = getClient(); // Inside a task: the worker's own.
  const a = client.submit(fib, n - 1n);
  const b = client.submit(fib, n - 2n);
  return await a.result() + await b.result();
}

const text = Deno.args[0] ?? "100";
if (!/^\d{1,4}$/.test(text)) {
  console.error(`fib: Cannot read ${JSON.stringify(text)}: give a whole number up to 9999`);
  Deno.exit(2);
}

await using client = await Client.connect();
for (const n of [10n, 20n, 50n]) console.log(`fib(${n}) = ${await client.submit(fib, n).result()}`);

const startedMs = performance.now();
const answer = await client.submit(fib, BigInt(text)).result();
console.log(`in ${(performance.now() - startedMs).toFixed(0)} ms:`);
console.log(`fib(${text}) = ${answer}`);
