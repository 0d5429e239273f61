import { assertEquals } from "@std/assert";
import { seededRandom } from "../../actors/base/random.ts";
import { TurnoverSet } from "../../actors/base/turnover_set.ts";

Deno.test("TurnoverSet holds what a set holds, in the same order, whatever comes and goes", () => {
  const random = seededRandom(20261122);
  const expected = new Set<number>();
  const set = new TurnoverSet<number>();
  for (let round = 0; round < 20_000; round++) {
    const item = Math.floor(random.next() * 300);
    if (random.next() < (round % 4_000 < 1_000 ? 0.8 : 0.2)) {
      set.add(item);
      expected.add(item);
    } else assertEquals(set.delete(item), expected.delete(item));
    assertEquals([set.size, set.has(item)], [expected.size, expected.has(item)]);
    if (round % 500 === 0) assertEquals([...set], [...expected]);
  }
});

Deno.test("TurnoverSet may lose items while it is walked through", () => {
  const set = new TurnoverSet<number>();
  for (let item = 0; item < 1_000; item++) set.add(item);
  const seen: number[] = [];
  for (const item of set) {
    seen.push(item);
    set.delete(item);
    set.delete(999 - item);
  }
  assertEquals(seen, Array.from({ length: 500 }, (_, item) => item));
});
