import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { failsWith } from "../support/codes.ts";
import { add, connected, failed, finished, inc, settle, sum } from "./fake_world.ts";

Deno.test("submit() says the function once, then the task, in one batch at the end of the microtask", async () => {
  const { client, world } = connected();
  const x = client.submit(inc, 1);
  client.submit(inc, x);
  assertEquals(world.types(), []);
  await settle();
  assertEquals(world.types(), [["define-function", "submit", "submit"]]);
  const [first, second] = world.said("submit");
  assertEquals([first?.args, first?.deps], [[1], []]);
  assertEquals([second?.args, second?.deps], [[[0]], [x.key]]);
  assertEquals(world.said("define-function")[0]?.name, "inc");
  client.submit(inc, 5);
  await settle();
  assertEquals(world.types()[1], ["submit"]);
});

Deno.test("submit() names pure tasks by function and arguments", () => {
  const { client } = connected();
  const other = connected().client;
  const key = client.submit(inc, 1).key;
  assertMatch(key, /^inc-[0-9a-f]{32}$/);
  assertEquals(client.submit(inc, 1).key, key);
  assertEquals(other.submit(inc, 1).key, key);
  assertNotEquals(client.submit(inc, 2).key, key);
  assertNotEquals(client.submit(add, 1, 2).key, client.submit(add, 2, 1).key);
  const show = (x: unknown) => x;
  const keys = [1, "1", true, null, undefined, 1n, [1], { a: 1 }, -0, 0, NaN, ""].map((x) =>
    client.submit(show, x).key
  );
  assertEquals(new Set(keys).size, keys.length);
});

Deno.test("submit() counts a future among the arguments as its key", () => {
  const { client } = connected();
  const one = client.submit(inc, 1);
  const same = client.submit(inc, 1);
  assertEquals(client.submit(inc, one).key, client.submit(inc, same).key);
  assertNotEquals(client.submit(inc, one).key, client.submit(inc, client.submit(inc, 2)).key);
  assertNotEquals(client.submit(sum, [one, 1]).key, client.submit(sum, [1, one]).key);
});

Deno.test("submit() shares a task that is claimed already, without a message, also when it failed", async () => {
  const { client, world, session } = connected();
  const first = client.submit(inc, 1);
  await settle();
  session.receive([failed(first.key, new Error("no"))]);
  const second = client.submit(inc, 1);
  await settle();
  assertEquals(second.status, "error");
  assertEquals(world.said("submit").length, 1);
  first.release();
  await settle();
  assertEquals(world.said("release").length, 0);
  second.release();
  await settle();
  assertEquals(world.said("release").length, 1);
  const third = client.submit(inc, 1);
  await settle();
  assertEquals([third.status, world.said("submit").length], ["pending", 2]);
});

Deno.test("submit() with pure false makes a task each time", () => {
  const { client } = connected();
  const view = client.with({ pure: false });
  assertNotEquals(view.submit(inc, 1).key, view.submit(inc, 1).key);
  assertMatch(view.submit(inc, 1).key, /^inc-[0-9a-z]+$/);
});

Deno.test("submit() refuses what is no function and arguments that cannot travel, and says nothing then", async () => {
  const { client, world } = connected();
  const error = await failsWith("input/invalid", () => Reflect.apply(client.submit, client, [5]));
  assertEquals(error.message, "Cannot submit task: 5 is not a function");
  class Conn {}
  const take = (x: unknown) => x;
  const refused = await failsWith("task/not-serializable", () => client.submit(take, { deep: [new Conn()] }));
  assertEquals(refused.message, 'Cannot submit task "take": args[0].deep[0] is an instance of class Conn');
  assertEquals(
    refused.hint,
    "Create it inside the task, or keep it in an actor; registerCodec lets instances of a class travel",
  );
  await settle();
  assertEquals(world.types(), []);
});

Deno.test("submit() after the end of the client throws client/closed", async () => {
  const { client } = connected();
  await client.close();
  const error = await failsWith("client/closed", () => client.submit(inc, 1));
  assertEquals(error.message, "Cannot submit task: client is closed");
  await failsWith("client/closed", () => client.map(inc, [1]));
});

Deno.test("submit() refuses a key that another task has", async () => {
  const { client, world } = connected();
  const view = client.with({ key: "k" });
  const first = view.submit(inc, 1);
  assertEquals(view.submit(inc, 1).key, first.key);
  const error = await failsWith("task/key-conflict", () => view.submit(inc, 2));
  assertEquals(error.message, 'Cannot submit task "inc": key "k" is another task\'s');
  await settle();
  assertEquals(world.said("submit").length, 1);
});

Deno.test("map() says all items in one message and the function once", async () => {
  const { client, world } = connected();
  const futures = client.map(add, [1, 2, 3], new Set([10, 20]));
  await settle();
  assertEquals(futures.length, 2);
  assertEquals(world.types(), [["define-function", "submit-map"]]);
  const [message] = world.said("submit-map");
  assertEquals(message?.args, [[1, 10], [2, 20]]);
  assertEquals(message?.keys, futures.map((future) => future.key));
  assertEquals(futures[0]?.key, client.submit(add, 1, 10).key);
  assertEquals(client.map(inc, []), []);
});

Deno.test("map() takes futures and data with futures as items", async () => {
  const { client, world } = connected();
  const x = client.submit(inc, 1);
  client.map(sum, [[x, 1], [2, 3]]);
  await settle();
  assertEquals(world.said("submit-map")[0]?.deps, [[x.key], []]);
});

Deno.test("map() stops all sources when the shortest ends", () => {
  const { client } = connected();
  let isClosed = false;
  function* endless(): Generator<number> {
    try {
      for (let i = 0;; i++) yield i;
    } finally {
      isClosed = true;
    }
  }
  assertEquals(client.map(add, endless(), [1, 2]).length, 2);
  assert(isClosed);
});

Deno.test("map() shares items that are claimed already or come twice", async () => {
  const { client, world } = connected();
  client.submit(inc, 1);
  const futures = client.map(inc, [1, 2, 2]);
  await settle();
  assertEquals(world.said("submit-map")[0]?.keys, [futures[1]?.key ?? ""]);
  assertEquals(futures[1]?.key, futures[2]?.key);
});

Deno.test("map() names items by prefix, by list, and by one unique name when impure", async () => {
  const { client } = connected();
  const [one] = client.with({ key: "load" }).map(inc, [1]);
  assertMatch(one?.key ?? "", /^load-[0-9a-f]{32}$/);
  assertEquals(client.with({ key: ["a", "b"] }).map(inc, [1, 2]).map((future) => future.key), ["a", "b"]);
  const impure = client.with({ pure: false }).map(inc, [7, 7]).map((future) => future.key);
  assertMatch(impure[0] ?? "", /^inc-[0-9a-z]+-0$/);
  assertEquals(impure[1], impure[0]?.replace(/0$/, "1"));
  const error = await failsWith("input/invalid", () => client.with({ key: ["a"] }).map(inc, [1, 2]));
  assertEquals(error.message, 'Cannot map task "inc": there are 1 keys for 2 items');
  await failsWith("input/invalid", () => client.with({ key: ["a"] }).submit(inc, 1));
});

Deno.test("map() refuses sources that are none", async () => {
  const { client } = connected();
  const error = await failsWith("input/invalid", () => Reflect.apply(client.map, client, [inc, 5]));
  assertEquals(error.message, 'Cannot map task "inc": source 1 is 5');
  await failsWith("input/invalid", () => Reflect.apply(client.map, client, [inc]));
  await failsWith("input/invalid", () => Reflect.apply(client.map, client, [7, [1]]));
});

Deno.test("with() adds options to those of the view, and they travel", async () => {
  const { client, world } = connected();
  client.with({ priority: 2, workers: "alice" }).with({ retries: 3, priority: 5 }).submit(inc, 1);
  client.submit(inc, 2);
  await settle();
  assertEquals(world.said("submit")[0]?.options, {
    priority: 5,
    retries: 3,
    timeoutMs: undefined,
    noWorkerTimeoutMs: undefined,
    resources: undefined,
    workers: ["alice"],
    allowOtherWorkers: false,
  });
  assertEquals(world.said("submit")[1]?.options, undefined);
});

Deno.test("with({ signal }) cancels what the view submitted and is not done", async () => {
  const { client, world, session } = connected();
  const controller = new AbortController();
  const view = client.with({ signal: controller.signal });
  const [done, pending] = view.map(inc, [1, 2]);
  const mine = client.submit(inc, 3);
  assert(done !== undefined && pending !== undefined);
  session.receive([finished(done.key, 2)]);
  controller.abort(new Error("enough"));
  await settle();
  const [message] = world.said("cancel");
  assertEquals([message?.keys, message?.reason], [[pending.key], "enough"]);
  session.receive([{ type: "cancelled", key: pending.key, reason: "enough" }, {
    type: "done",
    ackId: message?.ackId ?? 0,
  }]);
  assertEquals([done.status, pending.status, mine.status], ["finished", "cancelled", "pending"]);
});

Deno.test("with({ signal }) submits nothing once the signal is aborted: the future is cancelled", async () => {
  const { client, world } = connected();
  const future = client.with({ signal: AbortSignal.abort("stop") }).submit(inc, 1);
  await settle();
  assertEquals([future.status, world.said("submit").length], ["cancelled", 0]);
  await failsWith("task/cancelled", () => future.result());
  assertEquals(client.submit(inc, 1).status, "pending");
});

Deno.test("submit() and map() say which futures their arguments name without depending on them", async () => {
  const { client, world } = connected();
  const inner = client.submit(inc, 1);
  const size = (found: ReadonlyMap<string, unknown>): number => found.size;
  const one = client.submit(size, new Map([["a", inner]]));
  const many = client.map(size, [new Map([["b", inner]]), new Map()]);
  await settle();
  assertEquals(world.said("keep").map(({ key, keys }) => [key, keys]), [
    [one.key, [inner.key]],
    [many[0]!.key, [inner.key]],
  ]);
  assertEquals(world.said("submit").at(-1)?.deps, []);
});
