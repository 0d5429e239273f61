import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Future } from "../../actors/client/future.ts";
import { failsWith } from "../support/codes.ts";
import { type Connected, connected, finishedOn, inc, settle } from "./fake_world.ts";

/** Plays the scheduler's part in a scatter: all values go to these workers. */
async function placeOn({ world, session }: Connected, workers: readonly string[]): Promise<void> {
  await settle();
  const message = world.said("scatter").at(-1);
  assert(message !== undefined);
  session.receive([{ type: "placed", ackId: message.ackId, workers: message.keys.map(() => workers) }]);
  await settle();
  session.receive(message.keys.map((key) => finishedOn(key, workers)));
}

Deno.test("scatter() gives futures for an array, an object of futures for an object, else one future", async () => {
  const place = connected();
  const { client, world } = place;
  world.store("w1", "x", 0);
  const list = client.scatter([1, "a"]);
  await placeOn(place, ["w1"]);
  const futures: (Future<number> | Future<string>)[] = await list;
  assertEquals(futures.map((future) => future.status), ["finished", "finished"]);
  assertMatch(futures[0]?.key ?? "", /^number-/);
  assertEquals(await client.gather(futures), [1, "a"]);
  const record = client.scatter({ a: 1, b: [1, 2] });
  await placeOn(place, ["w1"]);
  const { a, b } = await record;
  assertEquals([await a.result(), await b.result()], [1, [1, 2]]);
  const bytes = client.scatter(new Uint8Array([1, 2]));
  await placeOn(place, ["w1"]);
  const whole = await bytes;
  assertMatch(whole.key, /^Uint8Array-/);
  assertEquals(await whole.result(), new Uint8Array([1, 2]));
  assertEquals(await client.scatter([]), []);
});

Deno.test("scatter() says sizes, copies and workers, and puts each value on every worker named", async () => {
  const place = connected();
  const { client, world } = place;
  world.store("w1", "x", 0);
  world.store("w2", "x", 0);
  const done = client.scatter([new Uint8Array(100)], { broadcast: 2, workers: "alice" });
  await placeOn(place, ["w1", "w2"]);
  const [future] = await done;
  const [message] = world.said("scatter");
  assertEquals([message?.copies, message?.workers, message?.keys], [2, ["alice"], [future?.key]]);
  assert((message?.bytes[0] ?? 0) >= 100);
  assert(
    world.stores.get("w1")?.has(future?.key ?? "") === true && world.stores.get("w2")?.has(future?.key ?? "") === true,
  );
  void client.scatter([1], { broadcast: true });
  void client.scatter([1]);
  await settle();
  assertEquals(world.said("scatter").map((one) => one.copies), [2, 2 ** 32 - 1, 1]);
});

Deno.test("scatter() rejects and claims nothing when there is no worker or one cannot be reached", async () => {
  const place = connected();
  const { client, world } = place;
  const nowhere = client.scatter([1], { workers: ["alice"] });
  await placeOn(place, []);
  const error = await failsWith("task/no-worker", () => nowhere);
  assertEquals(error.message, 'Cannot scatter: no worker is one of [ "alice" ]');
  const unreachable = client.scatter([1]);
  await placeOn(place, ["w9"]);
  const thrown = await unreachable.then(() => undefined, (reason: unknown) => reason);
  assert(thrown instanceof Error && thrown.message.includes("w9"));
  await settle();
  assertEquals(world.said("release").flatMap((one) => one.keys), world.said("scatter").flatMap((one) => one.keys));
});

Deno.test("scatter() rejects when the value is lost before it is there", async () => {
  const { client, world, session } = connected();
  world.store("w1", "x", 0);
  const lost = client.scatter(5);
  await settle();
  const [message] = world.said("scatter");
  session.receive([{ type: "placed", ackId: message?.ackId ?? 0, workers: [["w1"]] }]);
  await settle();
  session.receive([{ type: "lost", key: message?.keys[0] ?? "", reason: "w1 died" }]);
  await failsWith("task/lost", () => lost);
});

Deno.test("scatter() refuses what cannot travel, with its path, and wrong options", async () => {
  const { client, world } = connected();
  class Conn {}
  const error = await failsWith("task/not-serializable", () => client.scatter({ a: 1, b: [new Conn()] }));
  assertEquals(error.message, 'Cannot scatter: data["b"][0] is an instance of class Conn');
  await failsWith("input/invalid", () => Reflect.apply(client.scatter, client, [1, { broadcast: 0 }]));
  await failsWith("input/invalid", () => Reflect.apply(client.scatter, client, [1, { workers: 5 }]));
  await settle();
  assertEquals(world.types(), []);
});

Deno.test("scatter() keeps futures inside values as claims", async () => {
  const place = connected();
  const { client, world } = place;
  world.store("w1", "x", 0);
  const inner = client.submit(inc, 1);
  const done = client.scatter([[inner]]);
  await placeOn(place, ["w1"]);
  const [future] = await done;
  const value = await future?.result();
  assertEquals(value?.[0]?.key, inner.key);
  assertEquals(world.said("keep").map(({ key, keys }) => [key, keys]), [[future!.key, [inner.key]]]);
});
