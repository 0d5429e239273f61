import { assert, assertEquals, assertMatch, assertRejects, assertStrictEquals } from "@std/assert";
import { Client, TroupeError } from "@troupe/troupe";
import { add, connected, inc, settle, sum } from "./fake_world.ts";

/** What goes wrong with a graph, at once: nothing was said to the scheduler. */
async function refusal(graph: object, keys: unknown): Promise<TroupeError> {
  const { client, world } = connected();
  const error = await assertRejects(() => Reflect.apply(client.get, client, [graph, keys]));
  assert(TroupeError.is(error, "input/invalid"), String(error));
  await settle();
  assertEquals(world.types(), []);
  return error;
}

Deno.test("get() says what its keys need in one message, each call after its inputs", async () => {
  const { client, world } = connected();
  void client.get({ z: [add, "y", 10], unused: [inc, 5], y: [inc, "x"], x: 1 }, "z").catch(() => {});
  await settle();
  const [message] = world.said("submit-graph");
  assertEquals(message?.args, [[1], [[0], 10]]);
  assertEquals(message?.keys, [client.submit(inc, 1).key, client.submit(add, client.submit(inc, 1), 10).key]);
  await client.close();
});

Deno.test("get() gives values for keys, references, calls in calls, lists and objects", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const shape = (value: unknown): unknown => value;
  const graph = {
    x: 1,
    alias: "x",
    text: "no key",
    y: [inc, "alias"],
    z: [add, [inc, [inc, "y"]], "x"],
    list: ["x", "y", [inc, "z"]],
    total: [sum, "list"],
    twice: [shape, { a: "list", b: ["list", "text"] }],
    late: [(n: number) => Promise.resolve(n * 2), "z"],
  };
  assertEquals(await client.get(graph, "z"), 5);
  assertEquals(await client.get(graph, ["x", "alias", "text", "y", "late"]), [1, 1, "no key", 2, 10]);
  assertEquals(await client.get(graph, "list"), [1, 2, 6]);
  assertEquals(await client.get(graph, ["total", "total"]), [9, 9]);
  assertEquals(await client.get(graph, "twice"), { a: [1, 2, 6], b: [[1, 2, 6], "no key"] });
  assertEquals(await client.get(graph, []), []);
});

Deno.test("get() gives a value of the graph as it is, without any task", async () => {
  const { client, world } = connected();
  const value = new Date(5);
  assertStrictEquals(await client.get({ x: value, y: "x" }, "y"), value);
  await settle();
  assertEquals(world.types(), []);
});

Deno.test("get() sends data that several calls need once", async () => {
  const { client, world } = connected();
  const data = { rows: [1, 2, 3] };
  const count = (x: { rows: number[] }): number => x.rows.length;
  void client.get({ data, a: [count, "data"], b: [(x: unknown) => x, "data"] }, ["a", "b"]).catch(() => {});
  await settle();
  const [message] = world.said("submit-graph");
  assertMatch(message?.keys[0] ?? "", /^data-/);
  assertEquals(message?.args.slice(1), [[[0]], [[0]]]);
  await client.close();
});

Deno.test("get() takes futures, and one array of the graph as one call", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const future = client.submit(inc, 1);
  assertEquals(await client.get({ x: future, y: [add, "x", future], z: [sum, [future, "y"]] }, ["x", "y", "z"]), [
    2,
    4,
    6,
  ]);
  const call = [inc, 1];
  assertEquals(await client.get({ y: [add, call, call] }, "y"), 4);
});

Deno.test("get() refuses unknown keys, circles and what is no graph, at once", async () => {
  const unknown = await refusal({ x: 1, y: [inc, "x"] }, ["y", "q"]);
  assertEquals(unknown.message, 'Cannot get "q": the graph has no such key');
  assertEquals(unknown.hint, 'Its keys are "x", "y"');
  const circle = await refusal({ a: [inc, "b"], b: [add, 1, ["c"]], c: [inc, "b"] }, "a");
  assertEquals(circle.message, 'Cannot get from graph: its entries need each other in a circle: "b" -> "c" -> "b"');
  assertMatch((await refusal({ a: "a" }, "a")).message, /circle: "a" -> "a"$/);
  const own: unknown[] = [inc];
  own.push(own);
  assertMatch((await refusal({ a: own }, "a")).message, /a call in its entry "a" holds itself$/);
  await refusal([1], "0");
  await refusal({ x: 1 }, 5);
  await refusal({ x: 1 }, "toString");
});

Deno.test("get() with a deadline leaves it, and rejects with what a task threw", async () => {
  const { client, world } = connected();
  const waiting = assertRejects(() => client.get({ y: [inc, 1] }, "y", { timeoutMs: 5 }));
  await settle();
  world.clock.advance(5);
  const late = await waiting;
  assert(TroupeError.is(late, "wait/timeout"));
  await using real = await Client.connect({ executors: "inline" });
  const fail = (): number => {
    throw new RangeError("no");
  };
  await assertRejects(() => real.get({ x: [fail], y: [inc, "x"] }, "y"), RangeError, "no");
});

Deno.test("get() of a chain of 10,000 entries and of 100,000 calls costs no stack", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const chain: Record<string, unknown> = { k0: 0 };
  for (let i = 1; i <= 10_000; i++) chain[`k${i}`] = [inc, `k${i - 1}`];
  assertEquals(await client.get(chain, "k10000"), 10_000);
  const wide: Record<string, unknown> = {};
  for (let i = 0; i < 100_000; i++) wide[`w${i}`] = [inc, i];
  const total = { ...wide, total: [sum, Object.keys(wide)] };
  assertEquals(await client.get(total, "total"), 100_000 * 99_999 / 2 + 100_000);
});

Deno.test("get() gives its claims up", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const add1 = (x: number): number => x + 1;
  await client.get({ a: [add1, 1], b: [add1, "a"] }, "b");
  await client.submit(add1, 100).result();
  assertEquals(Object.keys(await client.nbytes()).filter((key) => key.startsWith("add1")).length <= 1, true);
});
