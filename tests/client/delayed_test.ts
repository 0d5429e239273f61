import { assert, assertEquals, assertMatch, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { Client, type Delayed, delayed, getClient, setDefaultScheduler, TroupeError } from "@troupe/troupe";
import { failsWith } from "../support/codes.ts";
import { connected, failed, finished, inc, settle } from "./fake_world.ts";

const add = (x: number, y: number): number => x + y;
const sum = (xs: number[]): number => xs.reduce((a, b) => a + b, 0);

function chain(length: number): Delayed<number> {
  let last = delayed(inc)(0);
  for (let i = 1; i < length; i++) last = delayed(inc)(last);
  return last;
}

Deno.test("compute() says a whole computation in one message, and claims its result only", async () => {
  const { client, world } = connected();
  const x = delayed(inc)(1);
  const total = delayed(add)(x, delayed(inc)(x));
  const future = client.compute(total);
  await settle();
  assertEquals(world.types(), [["define-function", "define-function", "submit-graph", "release"]]);
  const [message] = world.said("submit-graph");
  assert(message !== undefined);
  const [first = "", second = "", last] = message.keys;
  assertEquals(message.args, [[1], [[0]], [[0], [1]]]);
  assertEquals(message.deps, [[], [first], [first, second]]);
  assertEquals(last, future.key);
  assertEquals(world.said("release").map(({ keys }) => keys), [[first, second]]);
});

Deno.test("compute() names calls as submit would, so that equal ones are one task", async () => {
  const { client, world } = connected();
  const x = client.submit(inc, 1);
  assertEquals(delayed(inc)(1).key, x.key);
  const total = delayed(add)(delayed(inc)(1), delayed(inc)(1));
  const future = client.compute(total);
  assertEquals(future.key, total.key);
  assertEquals(future.key, client.submit(add, x, client.submit(inc, 1)).key);
  await settle();
  // inc(1) is claimed already: it is neither told again nor released.
  assertEquals(world.said("submit-graph").map(({ keys }) => keys), [[future.key]]);
  assertEquals(world.said("release").length, 0);
});

Deno.test("compute() gives arrays for arrays, and a future of its own for each", async () => {
  const { client, world } = connected();
  const x = delayed(inc)(1);
  const [a, b, c] = client.compute([x, delayed(add)(x, 1), x]);
  await settle();
  assertEquals(world.said("submit-graph").length, 1);
  assertEquals([a.key, c.key], [x.key, x.key]);
  a.release();
  await settle();
  assertEquals(world.said("release"), []);
  assertEquals([b.status, c.status], ["pending", "pending"]);
  c.release();
  await settle();
  assertEquals(world.said("release").map(({ keys }) => keys), [[x.key]]);
});

Deno.test("compute() takes futures and delayed values at any depth of arrays and plain objects", async () => {
  const { client, world } = connected();
  const future = client.submit(inc, 1);
  const shape = (value: unknown): unknown => value;
  const nested = delayed(shape)({ a: [delayed(inc)(2), { b: future }], c: 3 });
  client.compute(nested);
  await settle();
  const [message] = world.said("submit-graph");
  assertEquals(message?.deps, [[], [delayed(inc)(2).key, future.key]]);
});

Deno.test("persist() gives a delayed value that holds its result, for further computations", async () => {
  const { client, world, session } = connected();
  const x = client.persist(delayed(inc)(1));
  assertMatch(Deno.inspect(x), /^<Delayed: persisted, key: inc-\w+>$/);
  const y = client.compute(delayed(inc)(x));
  await settle();
  assertEquals(world.said("submit-graph").map(({ keys }) => keys), [[x.key], [y.key]]);
  session.receive([finished(x.key, 2)]);
  assertEquals(await x.compute(), 2);
  assertEquals(await x.compute({ scheduler: "sync" }), 2);
  assertEquals(client.compute(x).status, "finished");
  const both = client.persist([x, delayed(inc)(5)]);
  assertEquals(both[0].key, x.key);
});

Deno.test("compute() of a view uses its options", async () => {
  const { client, world } = connected();
  const x = delayed(inc)(1);
  const one = client.with({ key: "mine", priority: 3 }).compute(delayed(inc)(x));
  const many = client.with({ key: "p" }).compute([delayed(inc)(2), delayed(inc)(3)]);
  const impure = client.with({ pure: false }).compute(delayed(inc)(4));
  await settle();
  assertEquals(one.key, "mine");
  for (const future of many) assertMatch(future.key, /^p-[0-9a-f]{32}$/);
  assertMatch(impure.key, /^inc-[0-9a-z]+$/);
  assert(impure.key !== delayed(inc)(4).key);
  const [first] = world.said("submit-graph");
  assertEquals([first?.keys[0], first?.options?.priority], [x.key, 3]);
  await failsWith("input/invalid", () => client.with({ key: ["a", "b"] }).compute(x));
});

Deno.test("compute() of a view whose signal is aborted says nothing", async () => {
  const { client, world } = connected();
  const future = client.with({ signal: AbortSignal.abort() }).compute(chain(3));
  await settle();
  assertEquals(future.status, "cancelled");
  assertEquals(world.types(), []);
});

Deno.test("compute() refuses what is no delayed value, and submit a delayed one", async () => {
  const { client } = connected();
  const refused = await failsWith("input/invalid", () => Reflect.apply(client.compute, client, [5]));
  assertEquals(refused.message, "Cannot compute: 5 is not a delayed value");
  await failsWith("input/invalid", () => Reflect.apply(client.persist, client, [[delayed(inc)(1), null]]));
  const passed = await failsWith(
    "task/not-serializable",
    () => Reflect.apply(client.submit, client, [inc, delayed(inc)(1)]),
  );
  assertEquals(passed.hint, "Compute or persist it first, and pass the future");
});

Deno.test("compute() rejects when the task fails, and gives its claim up", async () => {
  const { client, world, session } = connected();
  const result = delayed(inc)(1).compute({ scheduler: client });
  await settle();
  session.receive([failed(delayed(inc)(1).key, new RangeError("no"))]);
  await assertRejects(() => result, RangeError, "no");
  await settle();
  assertEquals(world.said("release").map(({ keys }) => keys), [[delayed(inc)(1).key]]);
});

Deno.test("compute() in this thread runs each call once, in order, with plain stack traces", async () => {
  const made: string[] = [];
  const log = (name: string, ..._inputs: unknown[]): string => {
    made.push(name);
    return name;
  };
  const a = delayed(log)("a");
  const b = delayed(log)("b", a);
  const total = delayed(log)("total", [a, { b }], b);
  const result = total.compute({ scheduler: "sync" });
  assertEquals(made, ["a", "b", "total"]); // before the first await
  assertEquals(await result, "total");
  const fail = (x: number): number => {
    throw new RangeError(`no ${x}`);
  };
  const error = await assertRejects(() => delayed(fail)(1).compute({ scheduler: "sync" }), RangeError, "no 1");
  assertMatch(error.stack ?? "", /at fail .*delayed_test\.ts/);
});

Deno.test("compute() in this thread awaits async calls and futures, and takes what cannot travel", async () => {
  const { client, session } = connected();
  const future = client.submit(inc, 1);
  const result = delayed(add)(delayed((x: number) => Promise.resolve(x * 2))(4), future).compute({ scheduler: "sync" });
  session.receive([finished(future.key, 2)]);
  assertEquals(await result, 10);
  const local: unknown[] = [];
  const keep = (x: unknown): number => local.push(x);
  assertEquals(await delayed(keep)(Symbol("s")).compute({ scheduler: "sync" }), 1);
});

Deno.test("compute() in this thread gives up at its deadline and signal, and goes no further", async () => {
  let count = 0;
  const slow = (..._inputs: unknown[]): Promise<number> => {
    count++;
    return new Promise(() => {});
  };
  const two = delayed(slow)(delayed(slow)());
  const late = await assertRejects(() => two.compute({ scheduler: "sync", timeoutMs: 5 }));
  assert(TroupeError.is(late, "wait/timeout"));
  const reason = new Error("enough");
  const ended = await assertRejects(() => two.compute({ scheduler: "sync", signal: AbortSignal.abort(reason) }));
  assertStrictEquals(ended, reason);
  assertEquals(count, 1);
});

Deno.test("compute() runs where it is told, else where the default says, else with the current client", async () => {
  const where = (): string => typeof getClient === "function" ? "here" : "away";
  try {
    setDefaultScheduler("sync");
    const stack = () => new Error("here").stack ?? "";
    assertMatch(await delayed(stack)().compute(), /sync_computation/);
    setDefaultScheduler(null);
    await using client = await Client.connect({ executors: "inline" });
    const future = client.compute(delayed(inc)(1));
    assertEquals(await delayed(inc)(1).compute(), 2);
    setDefaultScheduler(client);
    assertEquals(await delayed(where)().compute(), "here");
    assertEquals(await future.result(), 2);
  } finally {
    setDefaultScheduler(null);
  }
});

Deno.test("compute() without a client starts threads, shares them, and leaves nothing", async () => {
  const spin = (n: number): number => {
    let x = 0;
    for (let i = 0; i < n; i++) x += i % 3;
    return x;
  };
  const all = await Promise.all([1, 2, 3].map((n) => delayed(spin)(n * 1000).compute()));
  assertEquals(all, [999, 1998, 2999].map((_, i) => spin((i + 1) * 1000)));
  const fail = (): number => {
    throw new RangeError("no");
  };
  await assertRejects(() => delayed(fail)().compute({ scheduler: "threads" }), RangeError, "no");
});

Deno.test("compute() on processes runs elsewhere, and leaves nothing", async () => {
  const pid = (): number => Deno.pid;
  assert(await delayed(pid)().compute({ scheduler: "processes" }) !== Deno.pid);
});

Deno.test("delayed() refuses what is no function, and schedulers that are none", async () => {
  const refused = await failsWith("input/invalid", () => Reflect.apply(delayed, undefined, [5]));
  assertEquals(refused.message, "Cannot delay 5: it is not a function");
  await failsWith("input/invalid", () => Reflect.apply(setDefaultScheduler, undefined, ["thread"]));
  const wrong: unknown = "thread";
  const error = await assertRejects(() =>
    Reflect.apply(delayed(inc)(1).compute, delayed(inc)(1), [{ scheduler: wrong }])
  );
  assert(TroupeError.is(error, "input/invalid"));
  assertEquals(error.message, 'Cannot compute: "thread" is no scheduler');
  assert(TroupeError.is(assertThrows(() => delayed(inc)(1).persist()), "client/none"));
});

Deno.test("compute() of a chain of 10,000 and of 100,000 calls costs no stack", async () => {
  const { client, world } = connected();
  const deep = chain(10_000);
  client.compute(deep);
  await settle();
  assertEquals(world.said("submit-graph")[0]?.keys.length, 10_000);
  assertMatch(deep.key, /^inc-/);
  assertEquals(await deep.compute({ scheduler: "sync" }), 10_000);
  const wide = delayed(sum)(Array.from({ length: 100_000 }, (_, i) => delayed(inc)(i)));
  client.compute(wide);
  await settle();
  assertEquals(world.said("submit-graph")[1]?.keys.length, 100_001);
});

Deno.test("Deno.inspect() of a delayed value shows what it calls", () => {
  assertEquals(Deno.inspect(delayed(inc)(1)), "<Delayed: inc>");
  assertEquals(Deno.inspect(delayed((x: number) => x)(1)), "<Delayed: lambda>");
});
