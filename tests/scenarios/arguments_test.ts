/** Behaviour that users of Dask know, with its number there: submit, keys, arguments. @module */
import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { Client, type Future, LocalCluster, TroupeError } from "../../mod.ts";
import { eventually } from "../support/eventually.ts";
import { FaultProxy } from "../support/fault_proxy.ts";

const WAIT = { timeoutMs: 120_000 };
const inc = (x: number) => x + 1;

Deno.test("scenario 1: submit() gives a pending future, which finishes; its value is on exactly one worker", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1 });
  const future = client.submit(inc, 10);
  assertEquals(future.status, "pending");
  assertMatch(Deno.inspect(future), /^<Future: pending, key: inc-[0-9a-f]+>$/);
  assertEquals([await future.result(WAIT), future.status], [11, "finished"]);
  assertMatch(Deno.inspect(future), /^<Future: finished, type: number, key: inc-[0-9a-f]+>$/);
  assertEquals((await client.whoHas([future]))[future.key]!.length, 1);
  assertEquals(Object.values(await client.hasWhat()).flat(), [future.key]);
});

Deno.test("scenario 2: a pure call twice is one task; with pure false there are two", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const draw = (x: number) => `${x} ${crypto.randomUUID()}`;
  const [a, b] = [client.submit(draw, 1), client.submit(draw, 1)];
  assertEquals([a.key, await a.result(WAIT)], [b.key, await b.result(WAIT)]);
  const impure = client.with({ pure: false });
  const [c, d] = [impure.submit(draw, 1), impure.submit(draw, 1)];
  assertNotEquals(c.key, d.key);
  assertNotEquals(await c.result(WAIT), await d.result(WAIT));
});

Deno.test("scenario 4: map() takes a prefix or one key per item, and maps of any size give the right values", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const prefixed = client.with({ key: "load" }).map(inc, [1, 2]);
  for (const { key } of prefixed) assertMatch(key, /^load-/);
  const named = client.with({ key: ["a", "b"] }).map(inc, [1, 2]);
  assertEquals(named.map(({ key }) => key), ["a", "b"]);
  assertEquals(await client.gather([...prefixed, ...named]), [2, 3, 2, 3]);
  for (const keys of [["a"], ["a", "b", "c"]]) {
    const error = assertThrows(() => client.with({ key: keys }).map(inc, [1, 2]));
    assert(TroupeError.is(error, "input/invalid"));
  }
  for (const size of [0, 1, 7, 5_000]) {
    const numbers = Array.from({ length: size }, (_, i) => i);
    assertEquals(await client.gather(client.map(inc, numbers)), numbers.map(inc));
  }
});

Deno.test("scenario 4: a big argument that all items of a map share is sent once", async () => {
  await using cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, processes: true, token: "t" });
  await using proxy = new FaultProxy(cluster.address);
  let sentBytes = 0;
  proxy.fault = (bytes) => {
    sentBytes += bytes.length;
    return bytes;
  };
  await using client = await Client.connect(proxy.address, { token: "t" });
  const big = Uint8Array.from({ length: 60_000 }, (_, i) => i * i % 251);
  const data = { name: "kept apart", parts: [big, big.slice(), big.toReversed()] };
  const sum = (i: number, { parts }: typeof data) => i + parts.reduce((all, part) => all + part[i]!, 0);
  const captured = Uint8Array.from({ length: 150_000 }, (_, i) => i % 241);
  const at = (i: number) => captured[i]!;
  const indexes = Array.from({ length: 40 }, (_, i) => i);
  const sums = client.map(sum, indexes, indexes.map(() => data));
  const bytes = client.map(at, indexes);
  assertEquals(await client.gather(sums, WAIT), indexes.map((i) => sum(i, data)));
  assertEquals(await client.gather(bytes, WAIT), indexes.map(at));
  // 180 kB and 150 kB, and little else; with each item it would be 13 MB.
  assert(sentBytes > 330_000 && sentBytes < 500_000, `${sentBytes} bytes`);
  // The same call, whoever makes it and however it is said, is the same task.
  const alone = client.submit(sum, 7, structuredClone(data));
  assertEquals([alone.key, await alone.result(WAIT)], [sums[7]!.key, sum(7, data)]);
  await using other = await Client.connect(cluster);
  const theirs = other.submit(sum, 8, structuredClone(data));
  assertEquals(await theirs.result(WAIT), sum(8, data));
  assertEquals((await other.story(theirs.key)).filter(({ to }) => to === "processing").length, 1);
});

Deno.test("scenario 5: futures in lists and objects, at any depth, arrive as values; texts that are keys do not", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const [x, y] = client.map(inc, [1, 2]);
  const seen = client.submit(
    (...args: unknown[]) => JSON.stringify(args),
    [x!, y!],
    { x: x!, deep: [{ y: y! }] },
    x!.key,
  );
  assertEquals(await seen.result(WAIT), JSON.stringify([[2, 3], { x: 2, deep: [{ y: 3 }] }, x!.key]));
  // In a Set or a Map they arrive as what they are, in order.
  const all = async (set: Set<Future<number>>) => await Promise.all(Array.from(set, (future) => future.result()));
  assertEquals(await client.submit(all, new Set([y!, x!])).result(WAIT), [3, 2]);
});

Deno.test("scenario 7: what cannot travel is refused at submit, what cannot be read fails its task; both go on", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const refused = assertThrows(() => client.submit((x: unknown) => x, { deep: [new WeakMap()] }));
  assert(TroupeError.is(refused, "task/not-serializable"));
  assertMatch(refused.message, /args\[0\]\.deep\[0\]/);
  const back = client.submit(() => ({ deep: new WeakMap() }));
  const failure = await assertRejects(() => back.result(WAIT));
  assert(TroupeError.is(failure, "task/not-serializable"), Deno.inspect(failure));
  assertEquals(await client.submit(inc, 1).result(WAIT), 2);
});

Deno.test("scenario 8: a second client gets the very value that the first one holds", async () => {
  await using cluster = await LocalCluster.start({ executors: "inline" });
  await using alice = await Client.connect(cluster);
  await using bob = await Client.connect(cluster);
  const draw = () => crypto.randomUUID();
  const mine = alice.submit(draw);
  const drawn = await mine.result(WAIT);
  assertEquals(await bob.submit(draw).result(WAIT), drawn);
});

Deno.test("scenario 10: submit() on a cancelled future is cancelled", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const x = client.submit(() => new Promise<number>(() => {}));
  await x.cancel({ reason: "not needed" });
  const error = await assertRejects(() => client.submit(inc, x).result(WAIT));
  assert(TroupeError.is(error, "task/cancelled") || TroupeError.is(error, "task/lost"), Deno.inspect(error));
});

Deno.test("scenario 11: without workers a task is pending; a worker comes, and it finishes", async () => {
  await using cluster = await LocalCluster.start({ workers: 0, executors: "inline" });
  await using client = await Client.connect(cluster);
  const future = client.submit(inc, 1);
  assertEquals((await client.story(future.key)).at(-1)?.to, "queued");
  await cluster.scale(1);
  assertEquals(await future.result(WAIT), 2);
});

Deno.test("scenario 13: an async task that waits blocks nobody but new tasks of its slot, and its error comes back", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const { getClient, Variable } = await import("../../mod.ts");
  const gate = await Deno.makeTempFile();
  try {
    // Suspended: it needs no slot until somebody sets the variable.
    const parent = client.submit(async () => await new Variable<string>("told").get());
    const holder = client.submit(async (path: string): Promise<number> => {
      await Deno.writeTextFile(path, "begun");
      while (await Deno.readTextFile(path) !== "open") await new Promise((resolve) => setTimeout(resolve, 5));
      throw new RangeError("after waiting");
    }, gate);
    await eventually(async () => assertEquals(await Deno.readTextFile(gate), "begun"));
    // Its thread is free: what is to run at once does, also what calls the cluster from there.
    const calls = Object.values(await client.run(async () => await getClient().scatter("from the same thread")));
    assertEquals(await client.gather(calls), ["from the same thread"]);
    // Its slot is not: slots are how many tasks are under way, also for those that wait for something else.
    const next = client.submit(inc, 1);
    await new Variable<string>("told", { client }).set("news");
    assertEquals([next.status, holder.status], ["pending", "pending"]);
    await Deno.writeTextFile(gate, "open");
    await assertRejects(() => holder.result(WAIT), RangeError, "after waiting");
    assertEquals([await next.result(WAIT), await parent.result(WAIT)], [2, "news"]);
  } finally {
    await Deno.remove(gate);
  }
});

Deno.test("scenario 13: tasks that await the cluster take no slot meanwhile, and their errors come back", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const { getClient } = await import("../../mod.ts");
  const outer = async (depth: number): Promise<number> => {
    if (depth === 0) throw new RangeError("bottom");
    return await getClient().submit(outer, depth - 1).result();
  };
  await assertRejects(() => client.submit(outer, 5).result(WAIT), RangeError, "bottom");
});
