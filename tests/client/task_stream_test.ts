import { assert, assertEquals, assertRejects } from "@std/assert";
import { failsWith } from "../support/codes.ts";
import { type Connected, connected, failed, finished, finishedOn, inc, settle } from "./fake_world.ts";

async function* numbers(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) yield await Promise.resolve(i);
}

/** Finishes or fails everything that was submitted, once, in this order. */
function answer(
  { world, session }: Connected,
  reply: (key: string, index: number) => Parameters<typeof session.receive>[0][0],
): void {
  session.receive(world.said("submit").map((message, index) => reply(message.key, index)));
}

Deno.test("map() over an async iterable submits task by task and hands out the futures before they are done", async () => {
  const place = connected();
  const { client, world } = place;
  const stream = client.map(inc, numbers(3));
  await settle();
  assertEquals(world.said("define-function").length, 1);
  assertEquals(world.said("submit").map((message) => message.args), [[0], [1], [2]]);
  const first = await stream.next();
  assert(first.done !== true);
  assertEquals(first.value.status, "pending");
  answer(place, (key, index) => finished(key, index + 1));
  const rest = await Array.fromAsync(stream);
  assertEquals(await client.gather([first.value, ...rest]), [1, 2, 3]);
});

Deno.test("map() gives a stream as soon as one source is async, and zips", async () => {
  const { client, world } = connected();
  const add = (a: number, b: number): number => a + b;
  const futures = await Array.fromAsync(client.map(add, numbers(9), [10, 20]));
  assertEquals(futures.length, 2);
  await settle();
  assertEquals(world.said("submit").map((message) => message.args), [[0, 10], [1, 20]]);
  const error = await failsWith("input/invalid", () => Reflect.apply(client.map, client, [add, numbers(1), 5]));
  assertEquals(error.message, 'Cannot map task "add": source 2 is 5');
});

Deno.test("map() over an async iterable: a failed item is a failed future and does not end the stream", async () => {
  const place = connected();
  const stream = place.client.map(inc, numbers(3));
  await settle();
  answer(place, (key, index) => index === 1 ? failed(key, new RangeError("x")) : finished(key, index));
  assertEquals((await Array.fromAsync(stream)).map((future) => future.status), ["finished", "error", "finished"]);
});

Deno.test("map() without order hands futures out as they are done", async () => {
  const { client, world, session } = connected();
  const stream = client.with({ ordered: false, key: ["a", "b", "c"] }).map(inc, numbers(3));
  await settle();
  assertEquals(world.said("submit").map((message) => message.key), ["a", "b", "c"]);
  session.receive([finished("c", 3), failed("a", new Error("x")), finished("b", 2)]);
  assertEquals((await Array.fromAsync(stream)).map((future) => future.key), ["c", "a", "b"]);
});

Deno.test("map() over an async iterable with fewer keys than items ends with input/invalid in its place", async () => {
  const { client } = connected();
  const stream = client.with({ key: ["a", "b"] }).map(inc, numbers(3));
  assertEquals([(await stream.next()).value?.key, (await stream.next()).value?.key], ["a", "b"]);
  const error = await failsWith("input/invalid", () => stream.next());
  assertEquals(error.message, 'Cannot map task "inc": there are 2 keys for more items');
});

Deno.test("map() over an async iterable: break releases what nobody took; what was taken stays", async () => {
  const { client, world } = connected();
  const taken: string[] = [];
  for await (const future of client.with({ pure: false, concurrency: 4 }).map(inc, numbers(99))) {
    taken.push(future.key);
    if (taken.length === 2) break;
  }
  await settle();
  const keys = world.said("submit").map((message) => message.key);
  assertEquals(keys.slice(0, 2), taken);
  assertEquals(world.said("release").flatMap((message) => message.keys), keys.slice(2));
});

Deno.test("map() gives up the futures of a stream of ours as soon as the task has them", async () => {
  const { client, world } = connected();
  const twice = client.map(inc, client.with({ pure: false }).map(inc, numbers(2)));
  await settle();
  const [first, second] = world.said("submit").filter((message) => message.deps.length === 0);
  assertEquals(world.said("release").flatMap((message) => message.keys), [first?.key, second?.key]);
  await twice.return?.();
});

Deno.test("gather() of an async iterable gives the values in order, and ends with the first failure", async () => {
  const place = connected();
  const { client } = place;
  for (const errors of ["throw", "skip"] as const) {
    const values = client.gather(client.with({ pure: false }).map(inc, numbers(3)), { errors });
    await settle();
    answer(place, (key, index) => index % 3 === 1 ? failed(key, new RangeError("x")) : finished(key, index % 3));
    assertEquals(await values.next(), { done: false, value: 0 });
    if (errors === "skip") assertEquals(await Array.fromAsync(values), [2]);
    else await assertRejects(() => values.next(), RangeError, "x");
  }
});

Deno.test("gather() of an async iterable releases what came from a stream of ours, and nothing else", async () => {
  const place = connected();
  const { client, world, session } = place;
  const own = client.submit(inc, 5);
  session.receive([finished(own.key, 6)]);
  async function* mine(): AsyncGenerator<typeof own> {
    yield await Promise.resolve(own);
  }
  assertEquals(await Array.fromAsync(client.gather(mine())), [6]);
  assertEquals(await own.result(), 6);
  const values = client.gather(client.map(inc, numbers(2)));
  await settle();
  session.receive(world.said("submit").slice(1).map(({ key }) => finished(key, 0)));
  assertEquals(await Array.fromAsync(values), [0, 0]);
  await settle();
  const released = world.said("release").flatMap((message) => message.keys);
  assertEquals(released, world.said("submit").slice(1).map(({ key }) => key));
});

Deno.test("gather() of an async iterable refuses values and futures of other clients, in their place", async () => {
  const { client } = connected();
  const stream = client.gather(numbers(1) as never);
  const error = await failsWith("input/invalid", () => stream.next());
  assertEquals(error.message, "Cannot gather: 0 is not a future");
  async function* foreign(): AsyncGenerator<unknown> {
    yield await Promise.resolve(connected().client.submit(inc, 1));
  }
  const other = client.gather(foreign() as never);
  await failsWith("input/invalid", () => other.next());
  await failsWith("input/invalid", () => Reflect.apply(client.gather, client, [numbers(1), { errors: "ignore" }]));
});

Deno.test("scatter() of an async iterable hands out each future when its value is in the cluster", async () => {
  const { client, world, session } = connected();
  world.store("w1", "x", 0);
  const stream = client.scatter(numbers(2), { concurrency: 1 });
  const next = stream.next();
  await settle();
  const [message] = world.said("scatter");
  assertEquals(world.said("scatter").length, 1);
  session.receive([{ type: "placed", ackId: message?.ackId ?? 0, workers: [["w1"]] }]);
  await settle();
  session.receive([finishedOn(message?.keys[0] ?? "", ["w1"])]);
  const first = await next;
  assert(first.done !== true);
  assertEquals([first.value.status, await first.value.result()], ["finished", 0]);
  await settle();
  assertEquals(world.said("scatter").length, 2);
  await stream.return?.();
});

Deno.test("scatter() of an async iterable ends with what cannot travel, and checks its options at once", async () => {
  const { client } = connected();
  class Conn {}
  async function* conns(): AsyncGenerator<Conn> {
    yield await Promise.resolve(new Conn());
  }
  const error = await failsWith("task/not-serializable", () => client.scatter(conns()).next());
  assertEquals(error.message, "Cannot scatter: item 0 is an instance of class Conn");
  await failsWith("input/invalid", () => client.scatter(numbers(1), { concurrency: 0 }));
  await failsWith("input/invalid", () => client.scatter(numbers(1), { broadcast: -1 }));
});
