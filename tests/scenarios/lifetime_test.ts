/**
 * How long results live: the scenarios of group C. Their numbers are those of the list of behaviours that Troupe owes to
 * dask.distributed.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  Client,
  currentTask,
  delayed,
  fireAndForget,
  type Future,
  getClient,
  LocalCluster,
  registerCodec,
} from "../../mod.ts";
import { until } from "./until.ts";

const WAIT = { timeoutMs: 120_000 };

const inc = (x: number): number => x + 1;

/** What the inline executor of a test counts with: it shares this thread. */
interface Counted {
  lifetimeRuns?: number;
}

function countedSquare(x: number): number {
  const counted = globalThis as Counted;
  counted.lifetimeRuns = (counted.lifetimeRuns ?? 0) + 1;
  return x * x;
}

/** Keys of all results that are stored somewhere. */
async function storedKeys(client: Client): Promise<string[]> {
  const whoHas = Object.entries(await client.whoHas());
  return whoHas.filter(([, workers]) => workers.length > 0).map(([key]) => key).toSorted();
}

Deno.test("scenario 28: inputs go when the last dependent has them, and everything when nobody holds the end", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const x = client.submit(inc, 1);
  const y = client.submit(inc, x);
  const z = client.submit(inc, y);
  x.release();
  y.release();
  assertEquals(await z.result(WAIT), 4);
  await until(async () => (await storedKeys(client)).length === 1);
  assertEquals(await storedKeys(client), [z.key]);
  z.release();
  await until(async () => (await storedKeys(client)).length === 0);
  assertEquals((await client.story(z.key)).at(-1)?.to, "forgotten");
});

Deno.test("scenario 29: a task that is released while it runs is told so, its result is discarded and its executor free", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const path = await Deno.makeTempFile();
  try {
    const task = client.submit(async (path: string) => {
      const { signal } = currentTask();
      const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
      await Deno.writeTextFile(path, "begun");
      await aborted;
      await Deno.writeTextFile(path, "ended");
      return "a result that nobody wants";
    }, path);
    await until(() => Deno.readTextFileSync(path) === "begun");
    task.release();
    await until(() => Deno.readTextFileSync(path) === "ended");
    assertEquals(await client.submit(inc, 1).result(WAIT), 2);
    await until(async () => (await storedKeys(client)).length === 0);
    assertEquals(Object.values(await client.processing()).flat(), []);
  } finally {
    await Deno.remove(path);
  }
});

for (const [executors, rounds] of [["inline", 1000], ["threads", 200]] as const) {
  Deno.test(`scenario 31: the same call released and submitted again ${rounds} times is always right, on ${executors}`, async () => {
    await using client = await Client.connect({ executors, threadsPerWorker: 1 });
    for (let round = 0; round < rounds; round++) {
      using future = client.submit(inc, 1);
      assertEquals(await future.result(WAIT), 2);
    }
    for (let round = 0; round < rounds; round++) client.submit(inc, 2).release();
    assertEquals(await client.submit(inc, 2).result(WAIT), 3);
  });
}

Deno.test("scenario 32: a result lives while one of two clients holds it", async () => {
  await using cluster = await LocalCluster.start({ executors: "inline" });
  await using observer = await Client.connect(cluster);
  await using first = await Client.connect(cluster);
  const second = await Client.connect(cluster);
  const mine = first.submit(inc, 1);
  const theirs = second.submit(inc, 1);
  assertEquals([await mine.result(WAIT), await theirs.result(WAIT), theirs.key], [2, 2, mine.key]);
  mine.release();
  assertEquals(await first.submit(inc, 10).result(WAIT), 11); // the release is heard by now
  assertEquals(await storedKeys(observer).then((keys) => keys.includes(theirs.key)), true);
  await second.close();
  await until(async () => !(await storedKeys(observer)).includes(theirs.key));
});

Deno.test("scenario 34: a failing task that is fired and forgotten leaves its story and nothing else", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const future = client.submit((): never => {
    throw new RangeError("nobody will read this");
  });
  const { key } = future;
  fireAndForget(future);
  future.release();
  await until(async () => (await client.story(key)).at(-1)?.to === "forgotten");
  assert((await client.story(key)).some(({ to }) => to === "erred"));
  assertEquals(await storedKeys(client), []);
});

Deno.test("scenario 35: results that are held are not computed again for a larger graph, of another client either", async () => {
  await using cluster = await LocalCluster.start({ executors: "inline" });
  await using client = await Client.connect(cluster);
  await using other = await Client.connect(cluster);
  const numbers = Array.from({ length: 20 }, (_, i) => i);
  const held = client.map(countedSquare, numbers);
  await client.gather(held, WAIT);
  const runs = (globalThis as Counted).lifetimeRuns;
  assertEquals(runs, 20);
  const total = (xs: number[]) => xs.reduce((a, b) => a + b, 0);
  assertEquals(await client.submit(total, client.map(countedSquare, numbers)).result(WAIT), 2470);
  const squares = other.map(countedSquare, numbers);
  assertEquals(await other.submit(total, squares).result(WAIT), 2470);
  assertEquals((globalThis as Counted).lifetimeRuns, runs);
});

Deno.test("scenario 35: what was persisted is not computed again for larger graphs over it", async () => {
  await using cluster = await LocalCluster.start({ workers: 2, executors: "inline" });
  await using client = await Client.connect(cluster);
  const runs = () => (globalThis as Counted).lifetimeRuns ?? 0;
  const before = runs();
  const square = delayed(countedSquare);
  const sum = delayed((xs: number[]) => xs.reduce((a, b) => a + b, 0));
  const squares = Array.from({ length: 200 }, (_, i) => square(1_000 + i));
  const persisted = client.persist(squares);
  const expected = Array.from({ length: 200 }, (_, i) => (1_000 + i) ** 2).reduce((a, b) => a + b, 0);
  assertEquals(await client.compute(sum(persisted)).result(WAIT), expected);
  assertEquals(runs() - before, 200);
  // Over what persist gave, over the same calls said anew, and over both with more on top.
  const pairs = persisted.map((one, i) => sum([one, squares[i]!]));
  assertEquals(await client.compute(sum(pairs)).result(WAIT), 2 * expected);
  assertEquals(await client.compute(sum([sum(squares), sum(persisted)])).result(WAIT), 2 * expected);
  assertEquals(runs() - before, 200);
});

Deno.test("scenario 37: scatter mirrors arrays, tuples and plain objects; anything else is one value; all spread evenly", async () => {
  await using client = await Client.connect({ workers: 2, executors: "inline" });
  const list = await client.scatter([1, "two", [3]]);
  assertEquals(await client.gather(list), [1, "two", [3]]);
  const record = await client.scatter({ a: 1, b: { c: 2 } });
  assertEquals(await client.gather(record), { a: 1, b: { c: 2 } });
  const opaque: unknown[] = [7, "text", null, new Set([1]), new Map([["k", 1]]), new Date(5), new Uint8Array([1, 2])];
  for (const value of opaque) {
    const future: Future<unknown> = await client.scatter(value as string);
    assertEquals(await future.result(WAIT), value);
  }
  assertEquals([await client.scatter([]), await client.scatter({})], [[], {}]);
  // A subclass of Array that travels as such is one value, too.
  class Track extends Array<number> {
    get distance(): number {
      return this.reduce((a, b) => a + b, 0);
    }
  }
  registerCodec(Track, { name: "Track", encode: (track) => [...track], decode: (steps) => Track.from(steps) as Track });
  const scatterOne: (value: unknown) => Promise<Future<Track>> = (value) =>
    Reflect.apply(client.scatter, client, [value]);
  const track = await scatterOne(Track.from([1, 2, 3]));
  assertEquals((await track.result(WAIT)).distance, 6);
  const many = await client.scatter(Array.from({ length: 10 }, (_, i) => i));
  const holders = Object.values(await client.whoHas(many)).flat();
  assertEquals(new Set(holders).size, 2);
  for (const worker of new Set(holders)) assertEquals(holders.filter((one) => one === worker).length, 5);
  assertNotEquals(many[0]?.key, many[1]?.key);
});

Deno.test("futures that a task returns live as long as its result, also when the task lets go of them at once", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const outer = client.submit(() => {
    const inner = getClient().submit((x: number) => x * 3, 14);
    setTimeout(() => inner.release());
    return new Map([["inner", inner]]);
  });
  await outer.exception(WAIT);
  // What the executor said before these has been heard: the release, too.
  for (let i = 0; i < 3; i++) await client.submit(inc, i).result(WAIT);
  const inner = (await outer.result(WAIT)).get("inner");
  outer.release();
  assertEquals(await inner?.result(WAIT), 42);
});

Deno.test("futures that arrive as futures, in a Map for example, live until the task has them", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const future = client.submit(inc, 1);
  await future.result(WAIT);
  const gate = client.submit(() => new Promise<number>((resolve) => setTimeout(resolve, 1, 5)));
  const read = async (found: Map<string, Future<number>>, _gate: number) => await found.get("a")!.result();
  const reader = client.submit(read, new Map([["a", future]]), gate);
  const [scattered] = await client.scatter([new Map([["a", future]])]);
  future.release();
  assertEquals(await reader.result(WAIT), 2);
  assertEquals(await client.submit(read, scattered!, 1).result(WAIT), 2);
});
