/** Tasks inside tasks, a thousand deep, on one executor: each number is one task, however often it is asked for. */
import { Client, getClient } from "../../../mod.ts";
import { printFigures } from "../figure.ts";
import { readScale } from "../scale.ts";

const EXTRA_BYTES_MAX = 100e6;
const SAMPLE_EVERY_MS = 10;

/** Counts its runs in the executor's own realm. */
async function fib(n: bigint): Promise<bigint> {
  Reflect.set(globalThis, "benchFibRuns", Number(Reflect.get(globalThis, "benchFibRuns") ?? 0) + 1);
  if (n < 2n) return n;
  const client = getClient();
  const a = client.submit(fib, n - 1n);
  const b = client.submit(fib, n - 2n);
  return await a.result() + await b.result();
}

function readRuns(): number {
  return Number(Reflect.get(globalThis, "benchFibRuns") ?? 0);
}

function add(x: number, y: number): number {
  return x + y;
}

function expectedFib(n: number): bigint {
  let [a, b] = [0n, 1n];
  for (let i = 0; i < n; i++) [a, b] = [b, a + b];
  return a;
}

function listBroken(value: bigint, runs: number, extraBytes: number, n: number): string[] {
  return [
    ...(value === expectedFib(n) ? [] : [`fib(${n}) gave ${value}`]),
    ...(runs <= n + 1 ? [] : [`${runs} runs, ${n + 1} at most`]),
    ...(extraBytes < EXTRA_BYTES_MAX ? [] : [`${Math.round(extraBytes / 1e6)} MB more memory, 100 at most`]),
  ];
}

async function main(): Promise<void> {
  const { fibDeep } = readScale(Deno.args);
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1, dashboardPort: false });
  // Starts the thread.
  await client.submit(add, 1, 2).result();
  const bytesBefore = Deno.memoryUsage().rss;
  let bytesMax = bytesBefore;
  const sampler = setInterval(() => bytesMax = Math.max(bytesMax, Deno.memoryUsage().rss), SAMPLE_EVERY_MS);
  const startMs = performance.now();
  const value = await client.submit(fib, BigInt(fibDeep)).result();
  const ms = performance.now() - startMs;
  clearInterval(sampler);
  bytesMax = Math.max(bytesMax, Deno.memoryUsage().rss);
  const runs = await client.with({ pure: false }).submit(readRuns).result();
  const broken = listBroken(value, runs, bytesMax - bytesBefore, fibDeep);
  printFigures({
    fib_1000: {
      value: ms,
      note: `${runs} runs, ${((bytesMax - bytesBefore) / 1e6).toFixed(0)} MB more memory`,
      ...(broken.length === 0 ? {} : { broken: broken.join("; ") }),
    },
  });
}

await main();
