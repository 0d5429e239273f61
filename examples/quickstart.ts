/**
 * Quick start: submit functions, get futures, feed futures into further tasks.
 *
 * ```sh
 * deno run -A examples/quickstart.ts
 * ```
 *
 * It starts a cluster on this machine, with one thread per CPU. With `$TROUPE_SCHEDULER_ADDRESS` set, the same program
 * runs on that cluster instead.
 *
 * @module
 */
import { Client } from "@troupe/troupe";

function inc(x: number): number {
  return x + 1;
}

function add(x: number, y: number): number {
  return x + y;
}

function sum(xs: number[]): number {
  return xs.reduce((total, x) => total + x, 0);
}

function half(x: number): number {
  if (x % 2 !== 0) throw new RangeError(`${x} is odd`);
  return x / 2;
}

await using client = await Client.connect();
console.log(client);

// A future comes back at once; its result comes when it is there.
const future = client.submit(inc, 10);
console.log("inc(10)                   =", await future.result());
console.log(future);

// Futures are arguments like any other. What depends on what follows from that.
const x = client.submit(inc, 1);
const y = client.submit(inc, 2);
const z = client.submit(add, x, y);
console.log("add(inc(1), inc(2))       =", await z.result());

// One task per item, and all results in the same shape.
const squares = client.map((n: number) => n ** 2, [1, 2, 3, 4, 5]);
console.log("squares of 1 to 5         =", (await client.gather(squares)).join(" "));
console.log("their sum, made elsewhere =", await client.submit(sum, squares).result());

// A task's error comes back as itself, through everything that depends on it.
const odd = client.submit(half, 3);
const after = client.submit(inc, odd);
console.log("inc(half(3)) fails with   :", String(await after.exception()));
