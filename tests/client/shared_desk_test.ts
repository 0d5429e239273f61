import { assert, assertEquals } from "@std/assert";
import type { Future } from "../../actors/client/future.ts";
import { Lock } from "../../actors/client/lock.ts";
import { Queue } from "../../actors/client/queue.ts";
import { Variable } from "../../actors/client/variable.ts";
import { packValue } from "../../actors/wire/value_codec.ts";
import { failsWith } from "../support/codes.ts";
import { connected, inc, settle } from "./fake_world.ts";

/** What was said about shared things. */
function said({ world }: ReturnType<typeof connected>): unknown[] {
  const types = ["coordinate", "took", "give-up", "claim"];
  return world.batches.flat().filter((m) => types.includes(m.type)).map((m) => {
    if (m.type === "coordinate") return `${m.ackId} ${m.request.type}`;
    return m.type === "took" ? `took ${m.ackId}` : m.type === "give-up" ? `give-up ${m.ackIds.join()}` : m.type;
  });
}

Deno.test("Queue asks in the order of the calls, and says what has arrived", async () => {
  const place = connected();
  const queue = new Queue<number>("q", { client: place.client });
  const puts = Promise.all([queue.put(1), queue.put(2)]);
  const got = queue.get();
  await settle();
  assertEquals(said(place), ["1 queue-put", "2 queue-put", "3 queue-get"]);
  place.session.receive([
    { type: "done", ackId: 1 },
    { type: "done", ackId: 2 },
    { type: "handed", ackId: 3, items: [1], isHeld: true },
  ]);
  await puts;
  assertEquals(await got, 1);
  await settle();
  assertEquals(said(place).slice(3), ["took 3"]);
});

Deno.test("a wait out of time or aborted gives up its place; what was on its way goes back", async () => {
  const place = connected();
  const queue = new Queue<number>("q", { client: place.client });
  const late = queue.get({ timeoutMs: 50 });
  await settle();
  place.world.clock.advance(50);
  const error = await failsWith("wait/timeout", () => late);
  assertEquals(error.message, 'Cannot get an item of queue "q": not done after 50 ms');
  const controller = new AbortController();
  const aborted = queue.get({ signal: controller.signal });
  controller.abort(new Error("enough"));
  assertEquals(await aborted.catch(String), "Error: enough");
  await settle();
  assertEquals(said(place), ["1 queue-get", "give-up 1", "2 queue-get", "give-up 2"]);
  place.session.receive([{ type: "handed", ackId: 1, items: [1], isHeld: true }]);
  await settle();
  assertEquals(said(place).length, 4); // the scheduler knows already that it was given up
});

Deno.test("futures in what arrives are claimed before it is confirmed", async () => {
  const place = connected();
  const there = connected();
  const queue = new Queue<Future<number>>("q", { client: place.client });
  const x = there.client.submit(inc, 1);
  const item = packValue(x, { besideBytesMin: Infinity, special: there.session });
  const got = queue.get();
  await settle();
  place.session.receive([{ type: "handed", ackId: 1, items: [item], isHeld: true }]);
  assertEquals((await got).key, x.key);
  await settle();
  assertEquals(said(place), ["1 queue-get", "claim", "took 1"]);
});

Deno.test("what cannot be read goes back", async () => {
  const place = connected();
  const queue = new Queue("q", { client: place.client });
  const got = queue.get();
  await settle();
  place.session.receive([{ type: "handed", ackId: 1, items: [Uint8Array.of(0xc1)], isHeld: true }]);
  await failsWith("wire/malformed", () => got);
  await settle();
  assertEquals(said(place), ["1 queue-get", "give-up 1"]);
});

Deno.test("Queue.put() says which futures are inside, each once", async () => {
  const place = connected();
  const queue = new Queue<unknown>("q", { client: place.client });
  const [x, y] = [place.client.submit(inc, 1), place.client.submit(inc, 2)];
  void queue.put([x, { y }, new Map([[x, y]])]);
  await settle();
  const [message] = place.world.said("coordinate");
  assert(message?.request.type === "queue-put");
  assertEquals(message.request.keys, [x.key, y.key]);
});

Deno.test("Lock.acquire() gives a lease that is given back once", async () => {
  const place = connected();
  const acquiring = new Lock("l", { client: place.client }).acquire();
  await settle();
  place.session.receive([{ type: "done", ackId: 1 }]);
  {
    using lease = await acquiring;
    lease.release();
  }
  await settle();
  assertEquals(said(place), ["1 lock-acquire", "give-up 1"]);
});

Deno.test("waits end with their session; later use is client/closed", async () => {
  const place = connected();
  const variable = new Variable("v", { client: place.client });
  const waits = [variable.get(), variable.set(1)];
  await settle();
  await place.client.close();
  for (const wait of waits) await failsWith("client/closed", () => wait);
  await failsWith("client/closed", () => variable.get());
});

Deno.test("without a client, use is client/none; wrong options are input/invalid", async () => {
  await failsWith("client/none", () => new Queue("q").get());
  for (const name of ["", 5, null]) await failsWith("input/invalid", () => Reflect.construct(Queue, [name]));
  for (const maxSize of [0, -1, 1.5, "3"]) {
    await failsWith("input/invalid", () => Reflect.construct(Queue, [{ maxSize }]));
  }
  await failsWith("input/invalid", () => Reflect.construct(Queue, ["q", { client: {} }]));
  await failsWith("input/invalid", () => Reflect.construct(Lock, ["l", 5]));
  const queue = new Queue("q", { client: connected().client });
  for (const n of [0, -1, 1.5, "some"]) {
    await failsWith("input/invalid", () => Reflect.apply(queue.getBatch, queue, [n]));
  }
  await failsWith("input/invalid", () => queue.get({ timeoutMs: -1 }));
});

Deno.test("an item that cannot travel is refused with the path to it", async () => {
  const queue = new Queue<unknown>("q", { client: connected().client });
  const error = await failsWith("task/not-serializable", () => queue.put({ conn: new WeakMap() }));
  assert(error.message.startsWith('Cannot put an item into queue "q": item.conn is'), error.message);
});

Deno.test("the scheduler hears when the last object of a thing is gone", async () => {
  const { session, world } = connected();
  const lock = (names: readonly string[]) => names.map((name) => `lock:${name}` as const);
  const objects = [["a"], ["a", "b"], ["b"]].map(lock);
  for (const ids of objects) session.desk.addObject(ids, {});
  for (const ids of objects) session.desk.objectCollected(ids);
  await settle();
  assertEquals(world.said("leave-things").map(({ things }) => things), [["lock:a"], ["lock:b"]]);
});
