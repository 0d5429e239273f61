import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { AsCompleted, asCompleted } from "../../actors/client/as_completed.ts";
import { failsWith } from "../support/codes.ts";
import { add, connected, failed, finished, finishedOn, impure, inc, settle } from "./fake_world.ts";

Deno.test("asCompleted() hands out futures in the order of completion, failed and cancelled ones too", async () => {
  const { client, session } = connected();
  const futures = impure(client, 3);
  const [a, b, c] = futures;
  assert(a !== undefined && b !== undefined && c !== undefined);
  session.receive([finished(b.key, 1)]);
  const seen: unknown[] = [];
  const loop = (async () => {
    for await (const future of asCompleted(futures)) seen.push(future.key);
  })();
  await settle();
  session.receive([failed(c.key, new Error("x")), { type: "cancelled", key: a.key, reason: "" }]);
  await loop;
  assertEquals(seen, [b.key, c.key, a.key]);
});

Deno.test("AsCompleted.count() and futures are those not handed out, done or not; break leaves them in", async () => {
  const { client, session } = connected();
  const futures = impure(client, 3);
  session.receive(futures.map((future) => finished(future.key, 0)));
  const seq = asCompleted(futures);
  assertEquals(seq.count(), 3);
  for await (const _ of seq) break;
  assertEquals([seq.count(), seq.isEmpty()], [2, false]);
  assertEquals(seq.futures, futures.slice(1));
  seq.clear();
  assertEquals([seq.count(), seq.isEmpty()], [0, true]);
});

Deno.test("AsCompleted.next() gives the future itself, and rejects with completed/empty when none is left", async () => {
  const { client, session } = connected();
  const future = client.submit(inc, 1);
  const seq = asCompleted([future]);
  const next = seq.next();
  await settle();
  session.receive([finished(future.key, 2)]);
  assertStrictEquals(await next, future);
  await failsWith("completed/empty", () => seq.next());
  await failsWith("completed/empty", () => seq.nextBatch());
  await failsWith("completed/empty", () => asCompleted().next());
});

Deno.test("AsCompleted.next() of two who wait for the last future: one gets it, the other completed/empty", async () => {
  const { client, session } = connected();
  const future = client.submit(inc, 1);
  const seq = asCompleted([future]);
  const [one, two] = [seq.next(), seq.next()];
  await settle();
  session.receive([finished(future.key, 2)]);
  assertStrictEquals(await one, future);
  await failsWith("completed/empty", () => two);
});

Deno.test("AsCompleted.add() while looping makes a tree sum", async () => {
  const { client, session } = connected();
  const seq = asCompleted(impure(client, 5));
  const pairs = client.with({ pure: false });
  session.receive(seq.futures.map((future, i) => finished(future.key, i)));
  while (seq.count() > 1) {
    const [a, b] = [await seq.next(), await seq.next()];
    const added = pairs.submit(add, Number(await a.result()), Number(await b.result()));
    seq.add(added);
    session.receive([finished(added.key, Number(await a.result()) + Number(await b.result()))]);
  }
  assertEquals(await (await seq.next()).result(), 10);
});

Deno.test("AsCompleted hands the same future out twice when it was added twice", async () => {
  const { client, session } = connected();
  const future = client.submit(inc, 1);
  const seq = asCompleted([future, future]);
  session.receive([finished(future.key, 2)]);
  assertEquals(seq.count(), 2);
  assertEquals(await seq.nextBatch(), [future, future]);
});

Deno.test("AsCompleted.nextBatch() waits for one, then takes all that are done", async () => {
  const { client, session } = connected();
  const [a, b, c] = impure(client, 3);
  assert(a !== undefined && b !== undefined && c !== undefined);
  const seq = asCompleted([a, b, c]);
  const batch = seq.nextBatch();
  await settle();
  session.receive([finished(c.key, 1), finished(a.key, 1)]);
  assertEquals(await batch, [c, a]);
  assertEquals(seq.futures, [b]);
});

Deno.test("asCompleted() with results gives pairs and rejects at a failed one; the rest stays", async () => {
  const { client, session } = connected();
  const [a, b, c] = impure(client, 3);
  assert(a !== undefined && b !== undefined && c !== undefined);
  const seq = asCompleted([a, b, c], { withResults: true });
  session.receive([finished(a.key, 7), failed(b.key, new RangeError("x")), finished(c.key, 9)]);
  assertEquals(await seq.next(), [a, 7]);
  const thrown = await seq.next().then(() => undefined, (reason: unknown) => reason);
  assert(thrown instanceof RangeError);
  assertEquals(await seq.next(), [c, 9]);
});

Deno.test("asCompleted() counts its timeoutMs from construction", async () => {
  const { client, session, world } = connected();
  const [a, b] = impure(client, 2);
  assert(a !== undefined && b !== undefined);
  const seq = asCompleted([a, b], { timeoutMs: 100 });
  world.clock.advance(60);
  session.receive([finished(a.key, 1)]);
  await seq.next();
  const next = seq.next();
  await settle();
  world.clock.advance(40);
  await failsWith("wait/timeout", () => next);
  assertEquals(seq.futures, [b]);
  const sooner = asCompleted([b], { timeoutMs: 100 }).next({ timeoutMs: 10 });
  await settle();
  world.clock.advance(10);
  await failsWith("wait/timeout", () => sooner);
});

Deno.test("asCompleted() without futures counts its timeoutMs from construction, too", async () => {
  const { client, world } = connected();
  const seq = asCompleted<number>([], { timeoutMs: 5 });
  const madeMs = performance.now();
  while (performance.now() - madeMs < 5);
  seq.add(client.submit(inc, 1));
  const next = seq.next();
  await settle();
  world.clock.advance(0);
  await failsWith("wait/timeout", () => next);
});

Deno.test("AsCompleted.clear() ends a wait for the next one", async () => {
  const { client } = connected();
  const seq = asCompleted([client.submit(inc, 1)]);
  const next = seq.next();
  await settle();
  seq[Symbol.dispose]();
  await failsWith("completed/empty", () => next);
});

Deno.test("asCompleted() refuses values and wrong options", async () => {
  await failsWith("input/invalid", () => Reflect.apply(asCompleted, undefined, [[1, 2]]));
  await failsWith("input/invalid", () => Reflect.apply(asCompleted, undefined, [5]));
  await failsWith("input/invalid", () => Reflect.apply(asCompleted, undefined, [[], { withResults: "yes" }]));
});

Deno.test("AsCompleted.next() of two who wait: one gets the first to be done, the other waits on", async () => {
  const { client, session } = connected();
  const [a, b] = impure(client, 2);
  assert(a !== undefined && b !== undefined);
  const seq = asCompleted([a, b]);
  const [one, two] = [seq.next(), seq.next()];
  await settle();
  session.receive([finished(b.key, 2)]);
  assertStrictEquals(await one, b);
  await settle();
  session.receive([finished(a.key, 1)]);
  assertStrictEquals(await two, a);
});

Deno.test("AsCompleted: two loops share a sequence and both end; clear() ends a loop that waits", async () => {
  const { client, session } = connected();
  const futures = impure(client, 3);
  const seq = asCompleted(futures);
  const seen: string[][] = [[], []];
  const loops = seen.map(async (list) => {
    for await (const future of seq) list.push(future.key);
  });
  await settle();
  for (const future of futures) {
    session.receive([finished(future.key, 0)]);
    await settle();
  }
  await Promise.all(loops);
  assertEquals(seen.flat().toSorted(), futures.map((future) => future.key));
  const cleared = asCompleted([client.submit(inc, 1)]);
  const loop = Array.fromAsync(cleared);
  await settle();
  cleared.clear();
  assertEquals(await loop, []);
});

Deno.test("AsCompleted.nextBatch() with results stops before a failed one, which the next call rejects with", async () => {
  const { client, session } = connected();
  const [a, b, c] = impure(client, 3);
  assert(a !== undefined && b !== undefined && c !== undefined);
  const seq = asCompleted([a, b, c], { withResults: true });
  session.receive([finished(a.key, 7), failed(b.key, new RangeError("x")), finished(c.key, 9)]);
  assertEquals(await seq.nextBatch(), [[a, 7]]);
  assertEquals(seq.count(), 2);
  await assertRejects(() => seq.nextBatch(), RangeError, "x");
  assertEquals([await seq.nextBatch(), seq.count()], [[[c, 9]], 0]);
});

Deno.test("AsCompleted with results keeps what it could not read in time", async () => {
  const { client, session, world } = connected();
  const [a, b] = impure(client, 2);
  assert(a !== undefined && b !== undefined);
  const seq = asCompleted([a, b], { withResults: true });
  const reading = Promise.withResolvers<never>();
  world.fetch = () => reading.promise;
  session.receive([finished(a.key, 1), finishedOn(b.key, ["w1"])]);
  const batch = seq.nextBatch({ timeoutMs: 10 });
  await settle();
  world.clock.advance(10);
  await failsWith("wait/timeout", () => batch);
  assertEquals(new Set(seq.futures), new Set([a, b]));
});

Deno.test("asCompleted() hands out what is done although its time is over or its signal aborted, then rejects", async () => {
  const { client, session, world } = connected();
  const [a, b] = impure(client, 2);
  assert(a !== undefined && b !== undefined);
  const controller = new AbortController();
  const seq = asCompleted([a, b], { timeoutMs: 10, signal: controller.signal });
  session.receive([finished(a.key, 1)]);
  controller.abort(new RangeError("enough"));
  assertStrictEquals(await seq.next(), a);
  await assertRejects(() => seq.next(), RangeError, "enough");
  const late = asCompleted([b], { timeoutMs: 10 });
  world.clock.advance(10);
  const next = late.next();
  await settle();
  world.clock.advance(0);
  await failsWith("wait/timeout", () => next);
});

Deno.test("asCompleted() hands out a released future, and shows how far it is", async () => {
  const { client } = connected();
  const [a, b] = impure(client, 2);
  assert(a !== undefined && b !== undefined);
  const seq = asCompleted([a, b]);
  const next = seq.next();
  await settle();
  a.release();
  assertStrictEquals(await next, a);
  b.release();
  assertEquals(Deno.inspect(seq), "<AsCompleted: waiting=0 done=1>");
  await failsWith("future/released", () => asCompleted([b]));
  assertEquals(Deno.inspect(AsCompleted.prototype), "AsCompleted {}");
});
