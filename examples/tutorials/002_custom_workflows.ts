/**
 * Custom workflows, the shorter one: many tasks, a tree of sums, and two streams that meet.
 *
 * ```sh
 * deno run -A examples/tutorials/002_custom_workflows.ts
 * ```
 *
 * It uses the cluster at `$TROUPE_SCHEDULER_ADDRESS`, else one of its own. `$TUTORIAL_NAP_MS` says how long the steps
 * nap at most (default: 1000, as in the tutorial).
 *
 * @module
 */
import { Client, type Future, progress } from "@troupe/troupe";
import { LocalQueue, multiplex } from "./local_queue.ts";

await using client = await Client.connect();
await client.waitForWorkers(1);
console.log(client);

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

console.log("inc(1) here:", await inc(1));

const future = client.submit(inc, 1); // returns at once with a pending future
console.log(future);
await future.result();
console.log(future); // scheduler and client talk all the time

// ----- submit many tasks

const startedMs = performance.now();
const zs: Future<number>[] = [];
for (let i = 0; i < 16; i++) {
  const x = client.submit(inc, i); // x = inc(i)
  const y = client.submit(double, x); // y = double(x)
  const z = client.submit(add, x, y); // z = add(x, y)
  zs.push(z);
}
console.log(`48 tasks submitted in ${(performance.now() - startedMs).toFixed(1)} ms`);
console.log(JSON.stringify(await client.gather(zs)));

// ----- custom computation: tree summation

let level = zs;
while (level.length > 1) {
  const next: Future<number>[] = [];
  for (let i = 0; i < level.length; i += 2) {
    next.push(client.submit(add, level[i]!, level[i + 1]!)); // add neighbours
  }
  level = next; // swap old list for new
}
await progress(level);
console.log(level);
console.log(JSON.stringify(await client.gather(level)));

// ----- data streams: all logic is on this side, none of it in the scheduler

const source = new LocalQueue<number>();
const [left, right] = multiplex(2, client.scatter(source)); // two equal streams from one
const results = client.gather(client.map(add, client.map(inc, left!), client.map(double, right!)));

for (let i = 0; i < 16; i++) source.put(i);
source.close();
const seen: number[] = [];
for await (const result of results) seen.push(result);
console.log(JSON.stringify(seen)); // 3 * i + 1 each, in order
