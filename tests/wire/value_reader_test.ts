import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { type Random, seededRandom } from "../../actors/base/random.ts";
import { packValue, unpackValue } from "../../actors/wire/value_codec.ts";
import type { PackOptions } from "../../actors/wire/value_writer.ts";

const OPTIONS: PackOptions = { besideBytesMin: 65_536 };

Deno.test("unpackValue() keeps holes, and lengths without reserving memory for them", () => {
  const sparse = roundTrip([, 1, ,]) as unknown[];
  assertEquals([0 in sparse, 1 in sparse, 2 in sparse, sparse.length], [false, true, false, 3]);
  for (const length of [1_025, 100_000, 2 ** 32 - 1]) {
    const far: unknown[] = [];
    far.length = length;
    far[7] = "seven";
    const arrived = roundTrip(far) as unknown[];
    assertEquals([arrived.length, arrived[7], Object.keys(arrived)], [length, "seven", ["7"]]);
  }
  const heapBytes = Deno.memoryUsage().heapUsed;
  const empty = unpackValue(new Uint8Array([0x92, 0xd4, 4, 10, 0xce, 1, 0xc9, 0xc3, 0x80])) as unknown[];
  assertEquals(empty.length, 30_000_000);
  assert(Deno.memoryUsage().heapUsed - heapBytes < 100e6);
});

Deno.test("unpackValue() keeps cycles and shared references", () => {
  const shared = { n: 1 };
  const value: Record<string, unknown> = { a: shared, b: [shared], map: new Map([[shared, shared]]) };
  value["self"] = value;
  (value["map"] as Map<unknown, unknown>).set("up", value);
  const arrived = roundTrip(value) as typeof value;
  assertStrictEquals(arrived["self"], arrived);
  assertStrictEquals((arrived["b"] as unknown[])[0], arrived["a"]);
  const map = arrived["map"] as Map<unknown, unknown>;
  assertStrictEquals(map.get(arrived["a"]), arrived["a"]);
  assertStrictEquals(map.get("up"), arrived);
  const many = Array.from({ length: 100 }, (_, i) => ({ i }));
  const twice = roundTrip([...many, ...many]) as unknown[];
  for (let i = 0; i < 100; i++) assertStrictEquals(twice[i], twice[100 + i]);
});

Deno.test("unpackValue() gives random values back as structuredClone() does", () => {
  const random = seededRandom(21);
  for (let i = 0; i < 300; i++) {
    const value = randomValue(random, 5, []);
    assertEquals(Deno.inspect(roundTrip(value), { depth: 20 }), Deno.inspect(structuredClone(value), { depth: 20 }));
  }
});

Deno.test("unpackValue() throws nothing but wire/malformed for truncated, changed and random bytes", () => {
  const random = seededRandom(22);
  for (let i = 0; i < 4_000; i++) {
    const packed = packValue([randomValue(random, 4, []), new Uint8Array(3)], OPTIONS) as Uint8Array;
    const bytes = i % 3 === 0 ? packed.slice(0, Math.floor(random.next() * packed.length)) : packed;
    for (let j = 0; j < (i % 3) * 2; j++) bytes[Math.floor(random.next() * bytes.length)] = random.next() * 256;
    try {
      unpackValue(bytes);
      assert(i % 3 !== 0, "a truncated value was read");
    } catch (error) {
      if (!TroupeError.is(error, "wire/malformed")) throw error;
    }
  }
});

function roundTrip(value: unknown): unknown {
  return unpackValue(packValue(value, OPTIONS));
}

function randomValue(random: Random, depth: number, known: unknown[]): unknown {
  const pick = Math.floor(random.next() * (depth > 0 ? 16 : 8));
  const many = () => Array.from({ length: Math.floor(random.next() * 5) }, () => randomValue(random, depth - 1, known));
  const keep = <T>(value: T): T => (known.push(value), value);
  switch (pick) {
    case 0:
      return [undefined, null, true, -0, NaN][Math.floor(random.next() * 5)];
    case 1:
      return (random.next() - 0.5) * 2 ** (random.next() * 70);
    case 2:
      return Math.floor(random.next() * 300) - 150;
    case 3:
      return BigInt(Math.floor(random.next() * 1e9)) ** BigInt(Math.floor(random.next() * 5));
    case 4:
    case 5:
      return random.text(Math.floor(random.next() * 70)) + ["", "ä", "😀", "\ud800"][Math.floor(random.next() * 4)];
    case 6:
      return keep(new Date(Math.floor(random.next() * 1e12)));
    case 7:
      return keep(new Float32Array([random.next(), 2]));
    case 8:
    case 9:
      return known[Math.floor(random.next() * known.length)];
    case 10:
      return keep(new Map(many().map((item, i) => [i % 2 === 0 ? i : item, item])));
    case 11:
      return keep(new Set(many()));
    case 12:
    case 13: {
      const list = keep<unknown[]>([]);
      for (const item of many()) list.push(item);
      if (random.next() < 0.2) list.length += 2;
      return list;
    }
    default: {
      const record = keep<Record<string, unknown>>({});
      for (const item of many()) record[random.text(3)] = item;
      return record;
    }
  }
}
