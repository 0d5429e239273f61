/**
 * Custom workloads with futures: chains, many tasks, a tree of sums, and a graph that is made while it runs.
 *
 * ```sh
 * deno run -A examples/tutorials/001_futures.ts
 * ```
 *
 * `$TUTORIAL_NAP_MS` says how long the steps nap at most (default: 1000, as in the tutorial).
 *
 * @module
 */
import { asCompleted, Client, type Future, progress } from "@troupe/troupe";

// ----- start a client: with an address, to that cluster; else to a cluster of its own

const given = Deno.env.get("TROUPE_SCHEDULER_ADDRESS");
await using client = await (given ? Client.connect(given) : Client.connect({ threadsPerWorker: 4, workers: 1 }));
await client.waitForWorkers(1);
console.log(client);

// ----- create simple functions

const napMs = Number(Deno.env.get("TUTORIAL_NAP_MS") ?? 1000);

async function nap(): Promise<void> {
  await new Promise((wake) => setTimeout(wake, Math.random() * napMs));
}

async function inc(x: number): Promise<number> {
  await nap();
  return x + 1;
}

async function double(x: number): Promise<number> {
  await nap();
  return 2 * x;
}

async function add(x: number, y: number): Promise<number> {
  await nap();
  return x + y;
}

function sum(xs: number[]): number {
  return xs.reduce((total, x) => total + x, 0);
}

console.log("inc(1) here:", await inc(1));

const future = client.submit(inc, 1); // returns at once with a pending future
console.log(future);
console.log("inc(1) there:", await future.result());
console.log(future); // scheduler and client talk all the time

// ----- chain dependencies

const x = client.submit(inc, 1);
const y = client.submit(double, 2);
const z = client.submit(add, x, y);
console.log("z =", await z.result());

// ----- submit many tasks

let zs: Future<number>[] = [];
for (let i = 0; i < 256; i++) {
  const x = client.submit(inc, i); // x = inc(i)
  const y = client.submit(double, x); // y = double(x)
  const z = client.submit(add, x, y); // z = add(x, y)
  zs.push(z);
}
const total = client.submit(sum, zs);
console.log("zs[0] =", await zs[0]?.result());
await progress(total);
console.log("total =", await total.result());

// ----- to make this go faster, add workers

if (given) console.log("another program's cluster: start more workers there");
else {
  await client.cluster.scale(Number(Deno.env.get("TUTORIAL_WORKERS") ?? 8)); // ask for eight 4-thread workers
  console.log(client);
}

// ----- custom computation: tree summation

let level = zs;
while (level.length > 1) {
  const next: Future<number>[] = [];
  for (let i = 0; i < level.length; i += 2) {
    next.push(client.submit(add, level[i]!, level[i + 1]!)); // add neighbours
  }
  level = next; // swap old list for new
}
console.log(level); // one future
await progress(level);
console.log("tree total =", await level[0]?.result());

// ----- building a computation dynamically

for (const old of [total, ...level]) old.release(); // clear out some old work

zs = client.map(inc, zs); // futures are inputs like any other
const seen: number[] = [];
for await (const future of asCompleted(zs)) seen.push(await future.result());
console.log("in the order of their completion:", seen.slice(0, 8).join(" "), "...", seen.length, "in all");

const seq = asCompleted(zs);
while (seq.count() > 1) { // at least two futures left
  const a = await seq.next();
  const b = await seq.next();
  seq.add(client.submit(add, a, b)); // add them together, and the new future back into the loop
}
console.log("dynamic total =", await (await seq.next()).result());
