/**
 * Distributed: delayed computations on all four schedulers, a cluster made by hand, and futures.
 *
 * ```sh
 * deno run -A examples/tutorials/004_distributed.ts
 * ```
 *
 * `$TUTORIAL_NAP_MS` says how long one second of the tutorial is (default: 1000).
 *
 * @module
 */
import { Client, delayed, setDefaultScheduler } from "@troupe/troupe";
import { StartedByHand } from "./started_by_hand.ts";

// ----- some trivial calculation, with naps in place of real work

const secondMs = Number(Deno.env.get("TUTORIAL_NAP_MS") ?? 1000);

async function nap(seconds: number): Promise<void> {
  await new Promise((wake) => setTimeout(wake, seconds * secondMs));
}

async function inc(x: number): Promise<number> {
  await nap(5);
  return x + 1;
}

async function dec(x: number): Promise<number> {
  await nap(3);
  return x - 1;
}

async function add(x: number, y: number): Promise<number> {
  await nap(7);
  return x + y;
}

function sum(xs: number[]): number {
  return xs.reduce((total, x) => total + x, 0);
}

const total = delayed(add)(delayed(dec)(7), delayed(inc)(6));

// ----- four schedulers: select one when asking for a result ...

for (const scheduler of ["sync", "threads", "processes"] as const) {
  console.log(`total on ${scheduler}:`, await total.compute({ scheduler }));
}

// ... or set the default, until further notice
setDefaultScheduler("processes");
console.log("total by default:", await total.compute());
setDefaultScheduler(null);

// ----- making a cluster, the detailed method: two terminals, and a second script

async function runSecondScript(address: string): Promise<void> {
  console.log(`$ deno run -A second_script.ts ${address}`);
  const args = ["run", "-A", new URL("second_script.ts", import.meta.url).href, address];
  const { success } = await new Deno.Command(Deno.execPath(), { args, stdout: "inherit", stderr: "inherit" }).output();
  if (!success) throw new Error("The second script failed");
}

{
  await using started = await StartedByHand.start(2);
  await runSecondScript(started.address);
}

// ----- the simple method

await using c = await Client.connect();
await c.waitForWorkers(1);
console.log(c);

// ----- executing with the distributed client: it is the default now

console.log("total on the cluster:", await total.compute());

// ----- distributed futures

const fut = c.submit(inc, 1);
console.log(fut); // pending: this thread goes on
console.log("inc(1) =", await c.gather(fut)); // grab the information back
console.log(fut);

const futs = c.map(inc, [1, 2, 3, 4, 5]); // one future each
const tot = c.submit(sum, futs); // the computation moves to the data
console.log("tot =", await c.gather(tot));

const started = c.compute(total); // notice the difference from total.compute()
console.log("total as a future:", await c.gather(started));

const scattered = await c.scatter([1, 2, 3]); // each item is stored on one of the workers
console.log(scattered);
console.log("sum of what was scattered =", await c.submit(sum, scattered).result());
