import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { seededRandom, systemRandom } from "../../actors/base/random.ts";

for (const [name, random] of [["systemRandom", systemRandom], ["seededRandom()", seededRandom(3)]] as const) {
  Deno.test(`${name} gives numbers in [0, 1) from all over`, () => {
    const tenths = new Set<number>();
    for (let i = 0; i < 1_000; i++) {
      const value = random.next();
      assert(value >= 0 && value < 1);
      tenths.add(Math.floor(value * 10));
    }
    assertEquals(tenths.size, 10);
  });

  Deno.test(`${name} gives texts of the asked length, out of all of [0-9a-v]`, () => {
    assertEquals(random.text(0), "");
    const text = random.text(2_000);
    assert(/^[0-9a-v]{2000}$/.test(text), text);
    assertEquals(new Set(text).size, 32);
  });
}

Deno.test("systemRandom gives another text each time", () => {
  assertNotEquals(systemRandom.text(12), systemRandom.text(12));
});

Deno.test("seededRandom() gives the same for the same seed, other things for another, 0 included", () => {
  const first = (seed: number) => {
    const random = seededRandom(seed);
    return [random.next(), random.text(5), random.next()];
  };
  assertEquals(first(7), first(7));
  assertNotEquals(first(7), first(8));
  assertEquals(first(0), first(0));
  assertNotEquals(first(0), first(1));
  assertNotEquals(first(0)[0], first(0)[2]);
});
