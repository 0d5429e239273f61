import { assertEquals } from "@std/assert";
import { seededRandom } from "../../actors/base/random.ts";
import { isWorn, TurnoverMap } from "../../actors/base/turnover_map.ts";

Deno.test("isWorn() asks for many that went, and for many more than are left", () => {
  assertEquals([isWorn(64, 0), isWorn(65, 0), isWorn(300, 100), isWorn(301, 100)], [false, true, false, true]);
});

Deno.test("TurnoverMap holds what a map holds, in the same order, whatever comes and goes", () => {
  const random = seededRandom(20261122);
  const expected = new Map<number, number>();
  const map = new TurnoverMap<number, number>();
  for (let round = 0; round < 20_000; round++) {
    const key = Math.floor(random.next() * 300);
    // First they come, then they go: so that the storage is changed with many and with none left.
    if (random.next() < (round % 4_000 < 1_000 ? 0.8 : 0.2)) {
      map.set(key, round);
      expected.set(key, round);
    } else assertEquals(map.delete(key), expected.delete(key));
    assertEquals([map.size, map.has(key), map.get(key)], [expected.size, expected.has(key), expected.get(key)]);
    if (round % 500 === 0) assertEquals([...map], [...expected]);
  }
  assertEquals([[...map.keys()], [...map.values()]], [[...expected.keys()], [...expected.values()]]);
  map.clear();
  assertEquals([map.size, [...map]], [0, []]);
});

Deno.test("TurnoverMap may lose entries while it is walked through", () => {
  const map = new TurnoverMap<number, string>();
  for (let key = 0; key < 1_000; key++) map.set(key, `${key}`);
  const seen: [number, string][] = [];
  for (const [key, value] of map) {
    seen.push([key, value]);
    map.delete(key);
    map.delete(999 - key);
  }
  assertEquals(seen, Array.from({ length: 500 }, (_, key) => [key, `${key}`]));
});
