import { assertEquals, assertStrictEquals } from "@std/assert";
import { hasFutures, replaceFutures, setOwn } from "../../actors/client/nested_futures.ts";
import { connected, inc } from "./fake_world.ts";

Deno.test("hasFutures() looks into arrays and plain objects only", () => {
  const x = connected().client.submit(inc, 1);
  class Box {
    readonly x = x;
  }
  const ring: unknown[] = [];
  ring.push(ring);
  const without = [1, null, "x", ring, new Map([[1, x]]), new Set([x]), new Box(), () => x, [[], {}]];
  assertEquals(without.map(hasFutures), without.map(() => false));
  const within = [x, [x], { a: [{ b: x }] }, [ring, [x]], Object.assign(Object.create(null), { x })];
  assertEquals(within.map(hasFutures), within.map(() => true));
});

Deno.test("replaceFutures() copies what holds futures; without any it gives the value itself", () => {
  const x = connected().client.submit(inc, 1);
  const plain = [[1]];
  assertStrictEquals(replaceFutures(plain, () => 0), plain);
  // deno-lint-ignore no-sparse-arrays -- holes are what this is about
  const holes = [x, , x];
  const replaced = replaceFutures({ holes }, () => 7);
  const list = Object(replaced).holes;
  assertEquals([list.length, 1 in list, list[0], list[2]], [3, false, 7, 7]);
  const shared = [x];
  const { a, b } = Object(replaceFutures({ a: shared, b: shared }, () => 7));
  assertStrictEquals(a, b);
});

Deno.test("replaceFutures() survives data of any depth", () => {
  const x = connected().client.submit(inc, 1);
  let deep: unknown = x;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  assertStrictEquals(replaceFutures(deep, () => 7), deep); // left to the value codec, which refuses it
});

Deno.test("setOwn() sets __proto__ as a property like any other", () => {
  const target = {};
  setOwn(target, "__proto__", 5);
  setOwn(target, "a", 6);
  assertEquals(Object.entries(target), [["__proto__", 5], ["a", 6]]);
  assertStrictEquals(Object.getPrototypeOf(target), Object.prototype);
});
