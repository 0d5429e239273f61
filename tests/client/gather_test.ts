import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { failsWith } from "../support/codes.ts";
import { connected, failed, finished, finishedOn, impure, inc, settle } from "./fake_world.ts";

Deno.test("gather() gives the same shape with values", async () => {
  const { client, session } = connected();
  const [a, b, c] = [client.submit(inc, 1), client.submit(inc, 2), client.submit(() => ({ deep: 1 }))];
  session.receive([finished(a.key, 2), finished(b.key, 3), finished(c.key, { deep: 1 })]);
  const date = new Date(0);
  const found = new Map([["a", a]]);
  const nested = { list: [a, b], inner: { c, twice: c }, date, n: 5, found };
  const values = await client.gather(nested);
  assertEquals(values, { list: [2, 3], inner: { c: { deep: 1 }, twice: { deep: 1 } }, date, n: 5, found } as never);
  assertStrictEquals(values.inner.c, values.inner.twice);
  assertStrictEquals(values.date, date);
  assertEquals(await client.gather(a), 2);
  assertEquals(await client.gather([]), []);
  assertEquals(await client.gather(7), 7);
});

Deno.test("gather() waits for all, and fetches in few messages", async () => {
  const { client, session, world } = connected();
  const futures = impure(client, 4);
  const gathered = client.gather(futures);
  await settle();
  for (const [i, future] of futures.entries()) {
    world.store("w1", future.key, i);
    session.receive([finishedOn(future.key, ["w1"])]);
  }
  assertEquals(await gathered, [0, 1, 2, 3]);
  assertEquals(world.fetches.length, 1);
});

Deno.test("gather() rejects as soon as one fails", async () => {
  const { client, session } = connected();
  const futures = impure(client, 3);
  const gathered = client.gather(futures);
  await settle();
  session.receive([failed(futures[1]?.key ?? "", new RangeError("one"))]);
  const thrown = await gathered.then(() => undefined, (reason: unknown) => reason);
  assert(thrown instanceof RangeError);
  assertEquals(futures[0]?.status, "pending");
});

Deno.test("gather() with skip leaves out the entries that failed", async () => {
  const { client, session } = connected();
  const [good, bad, late] = impure(client, 3);
  assert(good !== undefined && bad !== undefined && late !== undefined);
  session.receive([finished(good.key, 1), failed(bad.key, new Error("x"))]);
  const list = client.gather([good, bad, [late, 5], [good, bad], 9], { errors: "skip" });
  const record = client.gather({ good, bad }, { errors: "skip" });
  await settle();
  session.receive([{ type: "cancelled", key: late.key, reason: "" }]);
  assertEquals(await list, [1, 9]);
  assertEquals(await record, { good: 1 });
});

Deno.test("gather() ends with its own limits, which stop no task", async () => {
  const { client, world } = connected();
  const futures = impure(client, 2);
  const timed = client.gather(futures, { timeoutMs: 10 });
  const controller = new AbortController();
  const aborted = client.gather(futures, { signal: controller.signal });
  await settle();
  controller.abort("why");
  world.clock.advance(10);
  await failsWith("wait/timeout", () => timed);
  assertEquals(await aborted.then(() => undefined, (reason: unknown) => reason), "why");
  assertEquals([futures[0]?.status, world.clock.waitingCount, world.said("cancel").length], ["pending", 0, 0]);
});

Deno.test("gather() refuses wrong options, released futures and those of another client", async () => {
  const { client } = connected();
  const future = client.submit(inc, 1);
  await failsWith("input/invalid", () => Reflect.apply(client.gather, client, [[future], { errors: "raise" }]));
  await failsWith("input/invalid", () => connected().client.gather([future]));
  future.release();
  await failsWith("future/released", () => client.gather([future]));
});
