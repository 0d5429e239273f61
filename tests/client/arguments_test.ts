import { assertEquals, assertStrictEquals } from "@std/assert";
import { type Random, seededRandom } from "../../actors/base/random.ts";
import { ArgumentPacker } from "../../actors/client/arguments.ts";
import { unpackArguments } from "../../actors/client/unpack_arguments.ts";
import type { Future } from "../../actors/client/future.ts";
import { connected, inc } from "./fake_world.ts";

const F = { hash: "h", name: "f", code: Uint8Array.of(), requires: [], environment: undefined };

/** Packs, and unpacks where the value of each dependency is `value of <key>`. */
function travel(place: ReturnType<typeof connected>, args: readonly unknown[]): unknown[] {
  const { args: packed, deps } = new ArgumentPacker(place.session, Infinity).pack(args, F);
  return unpackArguments(
    packed,
    (index) => `value of ${deps[index]}`,
    (tag, payload) => place.session.read(tag, payload),
  );
}

Deno.test("ArgumentPacker.pack() makes holes of futures and lets primitives travel as themselves", () => {
  const { client, session } = connected();
  const [x, y] = [client.submit(inc, 1), client.submit(inc, 2)];
  const { args, deps } = new ArgumentPacker(session, Infinity).pack([1, "a", x, undefined, y, x, 2n, null, true], F);
  assertEquals(args, [1, "a", [0], undefined, [1], [0], 2n, null, true]);
  assertEquals(deps, [x.key, y.key]);
});

Deno.test("ArgumentPacker.pack() finds futures in arrays and plain objects at any depth", () => {
  const place = connected();
  const x = place.client.submit(inc, 1);
  const shared = [x];
  const value = { a: [[x, 1], { b: x }], same: shared, again: shared, text: x.key, ["__proto__x"]: x };
  const [arrived] = travel(place, [value]);
  const there = `value of ${x.key}`;
  assertEquals(arrived, {
    a: [[there, 1], { b: there }],
    same: [there],
    again: [there],
    text: x.key,
    __proto__x: there,
  });
  const { same, again } = Object(arrived);
  assertStrictEquals(same, again);
});

Deno.test("ArgumentPacker.pack() keeps cycles around futures", () => {
  const place = connected();
  const x = place.client.submit(inc, 1);
  const ring: { self?: unknown; x: unknown } = { x };
  ring.self = ring;
  const [arrived] = travel(place, [ring]);
  assertStrictEquals(Object(arrived).self, arrived);
  assertEquals(Object(arrived).x, `value of ${x.key}`);
  assertStrictEquals(ring.x, x);
});

/** Random data of arrays and plain objects, with a copy in which each future is replaced. */
function randomData(
  random: Random,
  futures: readonly Future<unknown>[],
  depth: number,
): [value: unknown, expected: unknown] {
  const dice = Math.floor(random.next() * (depth === 0 ? 4 : 6));
  if (dice === 0) {
    const future = futures[Math.floor(random.next() * futures.length)];
    return [future, `value of ${future?.key}`];
  }
  if (dice < 4) {
    const leaf = [random.next(), random.text(3), null, undefined, true, -0][Math.floor(random.next() * 6)];
    return [leaf, leaf];
  }
  const parts = Array.from({ length: Math.floor(random.next() * 4) }, () => randomData(random, futures, depth - 1));
  if (dice === 4) return [parts.map(([value]) => value), parts.map(([, expected]) => expected)];
  const keyed = (which: 0 | 1) => Object.fromEntries(parts.map((part, i) => [`k${i}`, part[which]]));
  return [keyed(0), keyed(1)];
}

Deno.test("property: arguments arrive as they were, with values in place of futures, and each dependency is named once", () => {
  const place = connected();
  const futures = Array.from({ length: 20 }, (_, i) => place.client.submit(inc, i));
  for (let seed = 1; seed <= 300; seed++) {
    const random = seededRandom(seed);
    const data = Array.from({ length: 3 }, () => randomData(random, futures, 4));
    const args = data.map(([value]) => value);
    assertEquals(travel(place, args), data.map(([, expected]) => expected), `seed ${seed}`);
    const { deps } = new ArgumentPacker(place.session, Infinity).pack(args, F);
    assertEquals(new Set(deps).size, deps.length, `seed ${seed}`);
  }
});
