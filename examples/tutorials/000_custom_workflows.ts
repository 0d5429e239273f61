/**
 * Custom workflows: tasks submitted one by one from plain loops, a tree of sums, and a stream of data.
 *
 * ```sh
 * deno run -A examples/tutorials/000_custom_workflows.ts
 * ```
 *
 * The tutorial begins with a scheduler and a worker in terminals of their own. With `$TROUPE_SCHEDULER_ADDRESS` set,
 * the program uses those; without, it types the two commands itself. `$TUTORIAL_NAP_MS` says how long the steps nap at
 * most (default: 1000, as in the tutorial).
 *
 * @module
 */
import { Client, type Future, progress } from "@troupe/troupe";
import { LocalQueue, multiplex } from "./local_queue.ts";
import { StartedByHand } from "./started_by_hand.ts";

// ----- write some code to distribute

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

// ----- launch the scheduler, launch the workers

const given = Deno.env.get("TROUPE_SCHEDULER_ADDRESS");
await using started = given ? undefined : await StartedByHand.start(4);
await using client = await Client.connect(given || (started?.address ?? ""));
await client.waitForWorkers(1);
console.log(client);

// ----- submit a task

console.log("inc(1) here:", await inc(1));
const future = client.submit(inc, 1); // returns at once with a pending future
console.log(future);
console.log("inc(1) there:", await future.result());
console.log(future); // scheduler and client talk all the time

// ----- submit many tasks

const zs: Future<number>[] = [];
for (let i = 0; i < 16; i++) {
  const x = client.submit(inc, i); // x = inc(i)
  const y = client.submit(double, x); // y = double(x)
  const z = client.submit(add, x, y); // z = add(x, y)
  zs.push(z);
}
console.log("zs =", JSON.stringify(await client.gather(zs)));

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
console.log("total =", JSON.stringify(await client.gather(level)));

// ----- streams and task scheduling
//
//            ----inc---->
//           /            \
// source -->              \_add__ results
//           \             /
//            ---double-->/
//
// Here the steps do not nap: 10,000 items would take hours.

const source = new LocalQueue<number>();
const items = client.scatter(source);
source.put(1);
const { value: first } = await items.next();
console.log("scattered:", await first?.result());

const [left, right] = multiplex(2, items);
const incs = client.map((x: number) => x + 1, left!);
const doubles = client.map((x: number) => 2 * x, right!);
const adds = client.map((x: number, y: number) => x + y, incs, doubles);
const results = client.gather(adds);

source.put(10);
const { value: second } = await results.next();
console.log("10 + 1 + 2 * 10 =", second);

async function feed(): Promise<void> {
  for (let i = 0; i < 10_000; i++) {
    if (i % 100 === 0) await new Promise((wake) => setTimeout(wake, Math.random() * napMs / 10));
    source.put(i);
  }
  source.close();
}

const fed = feed();
let count = 0;
let sum = 0;
for await (const result of results) {
  count += 1;
  sum += result;
  if (count % 2_500 === 0) console.log(`${count} results so far`);
}
await fed;
console.log(`${count} results, their sum is ${sum}`); // 3 * i + 1 each
