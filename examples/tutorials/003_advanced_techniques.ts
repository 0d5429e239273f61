/**
 * Advanced techniques: futures that change while they run, tasks that submit tasks, several clients, queues and
 * variables.
 *
 * ```sh
 * deno run -A examples/tutorials/003_advanced_techniques.ts
 * ```
 *
 * `$TUTORIAL_NAP_MS` says how long work is pretended to take (default: 100).
 *
 * @module
 */
import { asCompleted, Client, type Future, getClient, Queue, TroupeError, Variable } from "@troupe/troupe";

const napMs = Number(Deno.env.get("TUTORIAL_NAP_MS") ?? 100);

async function nap(): Promise<void> {
  await new Promise((wake) => setTimeout(wake, Math.random() * napMs));
}

function between(low: number, high: number): number {
  return low + (high - low) * Math.random();
}

// ----- the scheduler is lightweight: start, submit, result, shut down

{
  const startedMs = performance.now();
  await using client = await Client.connect({ threadsPerWorker: 1 });
  console.log("10 + 1 =", await client.submit((x: number) => x + 1, 10).result());
  console.log(`in ${(performance.now() - startedMs).toFixed(1)} ms`);
}

// ----- futures interface

await using client = await Client.connect();
await client.waitForWorkers(1);

async function add(x: number, y: number): Promise<number> {
  await nap();
  return x + y;
}

const future = client.submit(add, 1, 2); // add(1, 2) elsewhere
console.log(future);
await future.result();
console.log(future); // learn about status in the background
console.log("1 + 2 =", await future.result());

// ----- track dependencies

async function f(x: number): Promise<number> {
  await nap();
  if (x === 4) throw new RangeError("not 4");
  return 10 * x;
}

const a = client.submit(f, 1);
const b = client.submit(f, 2);
const c = client.submit(add, a, b); // submit a task on futures
console.log("f(1) + f(2) =", await c.result());

// ----- track computations in real time

const futures = [1, 2, 3, 4, 5, 6].map((x) => client.submit(f, x));
await Promise.all(futures.map((future) => future.exception())); // so that all have something to show
console.log(futures.map(({ status }) => status).join(" "));

// ----- change, cancel and add computations in real time

const finished = futures.filter(({ status }) => status === "finished");
const values = await client.gather(finished);
const more = values.map((value) => client.submit(add, value, 1)); // submit new tasks meanwhile
console.log("and one more each:", (await client.gather(more)).join(" "));

// ----- quit early, and cancel the rest

async function score(x: number): Promise<number> {
  await nap();
  return 3 * x;
}

{
  using ac = asCompleted(client.map(score, Array.from({ length: 200 }, (_, i) => i)));
  let best = 0;
  for await (const future of ac) {
    best = Math.max(best, await future.result());
    if (best > 100) break; // good enough, quit early
  }
  const left = ac.futures;
  await client.cancel(left); // cancel the rest
  const isCancelled = left.every(({ status }) => status !== "pending");
  console.log(
    `best > 100: ${best > 100}, ${left.length > 0 ? "the rest is" : "nothing is left to be"} cancelled: ${isCancelled}`,
  );
}

// ----- submit more work, and go on tracking

{
  using ac = asCompleted([1, 2, 3, 4, 5].map((x) => client.submit(score, x)));
  let total = 0;
  for await (const future of ac) {
    const result = await future.result();
    total += result;
    if (result > 10) {
      ac.add(client.submit(score, result / 6));
      ac.add(client.submit(score, result / 12));
    }
  }
  console.log("total =", total); // 45, and 12 -> 6 + 3, 15 -> 7.5 + 3.75
}

// ----- adaptive search

type Point = readonly [x: number, y: number];

async function rosenbrock([x, y]: Point): Promise<{ point: Point; score: number }> {
  await nap();
  return { point: [x, y], score: (1 - x) ** 2 + 2 * (y - x ** 2) ** 2 };
}

{
  let scale = 5; // initial random perturbation
  let best: { point: Point; score: number } = { point: [0, 0], score: Infinity }; // best so far
  const initial = Array.from({ length: 10 }, (): Point => [between(-scale, scale), between(-scale, scale)]);
  using running = asCompleted(initial.map((point) => client.submit(rosenbrock, point)));
  for await (const future of running) {
    const result = await future.result();
    if (result.score < best.score) best = result;
    const [x, y] = best.point;
    const next: Point = [x + between(-scale, scale), y + between(-scale, scale)];
    running.add(client.submit(rosenbrock, next)); // start tracking the new task as well
    scale *= 0.99;
    if (scale < 0.001) break;
  }
  await client.cancel(running.futures);
  console.log(`Rosenbrock: near (1, 1): ${Math.hypot(best.point[0] - 1, best.point[1] - 1) < 0.2}`);
}

// ----- submit tasks from tasks

async function fib(n: bigint): Promise<bigint> {
  if (n < 2n) return n;
  const client = getClient();
  const a = client.submit(fib, n - 1n);
  const b = client.submit(fib, n - 2n);
  return await a.result() + await b.result();
}

console.log("fib(1000) =", String(await client.submit(fib, 1000n).result()));

// ----- several clients collaborate and share work

{
  await using other = await Client.connect(client.cluster);
  const mine = client.submit(() => Math.random());
  const theirs = other.submit(() => Math.random()); // the same task: it runs once
  console.log("two clients, one result:", await mine.result() === await theirs.result());
}

// ----- coordination: small data, and futures

const numbers = new Queue<number>();
await numbers.put(123);
console.log("from the queue:", await numbers.get());

const shared = new Variable<Future<Float64Array>>();
await shared.set(await client.scatter(new Float64Array([1, 2, 3])));
console.log("from the variable:", await (await shared.get()).result());

// ----- producers and consumers

async function producer(q: Queue<Future<Float64Array>>, stop: Variable<boolean>): Promise<number> {
  const client = getClient();
  let count = 0;
  do { // at least one, also where this task starts only after the stop
    await nap();
    await q.put(await client.scatter(new Float64Array(1_000).fill(1)));
    count += 1;
  } while (!await stop.get());
  return count;
}

async function consumer(q: Queue<Future<Float64Array>>, stop: Variable<boolean>): Promise<number> {
  let count = 0;
  while (!await stop.get()) {
    try {
      const future = await q.get({ timeoutMs: 1_000 });
      const data = await future.result();
      count += data.reduce((sum, x) => sum + x, 0) / data.length; // do stuff with the result
    } catch (error) {
      if (!TroupeError.is(error, "wait/timeout")) throw error; // nothing came: look at `stop` again
    }
  }
  return count;
}

{
  const q = new Queue<Future<Float64Array>>();
  const stop = new Variable<boolean>();
  await stop.set(false);
  const impure = client.with({ pure: false }); // the same call twice is two tasks
  const producers = [1, 2].map(() => impure.submit(producer, q, stop));
  const consumers = [1, 2, 3].map(() => impure.submit(consumer, q, stop));
  await new Promise((wake) => setTimeout(wake, 20 * napMs));
  await stop.set(true);
  const made = (await client.gather(producers)).reduce((sum, count) => sum + count, 0);
  const used = (await client.gather(consumers)).reduce((sum, count) => sum + count, 0);
  const left = await q.size();
  console.log(`made ${made}, used ${used}, left ${left}`);
  console.log(`producers and consumers: nothing is lost: ${made === used + left}`);
}
