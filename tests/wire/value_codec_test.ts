import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { decode } from "@std/msgpack";
import type { Packed } from "../../actors/protocol/packed.ts";
import { packValue, unpackValue } from "../../actors/wire/value_codec.ts";
import type { PackOptions } from "../../actors/wire/value_writer.ts";

const OPTIONS: PackOptions = { besideBytesMin: 65_536 };

class Conn {}

Deno.test("packValue() gives back primitives as they are, but -0", () => {
  for (const value of [null, undefined, true, 0, 1.5, NaN, 10n, "text"]) {
    assertStrictEquals(packValue(value, OPTIONS), value);
    assertStrictEquals(unpackValue(value), value);
  }
  assert(packValue(-0, OPTIONS) instanceof Uint8Array);
  assert(Object.is(roundTrip(-0), -0));
});

Deno.test("packValue() gives equal bytes for equal values and other bytes for others", () => {
  const text = (value: unknown) => String(packValue(value, OPTIONS));
  assertEquals(text({ a: [1, new Map([["k", NaN]])] }), text({ a: [1, new Map([["k", NaN]])] }));
  const different = [[1], ["1"], [1n], [true], [[1]], { 0: 1 }, new Set([1]), [undefined], [null], [0], [-0], [,]];
  assertEquals(new Set(different.map(text)).size, different.length);
});

Deno.test("packValue() refuses values that are too deep, and the reader takes the deepest that are not", () => {
  const nested = (depth: number) => {
    let value: unknown = 1;
    for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : new Map([["k", value]]);
    return value;
  };
  assertEquals(Deno.inspect(roundTrip(nested(1_000)), { depth: 3 }), Deno.inspect(nested(1_000), { depth: 3 }));
  assertThrows(() => packValue(nested(1_001), OPTIONS), Error, "is nested deeper than 1000 levels");
});

Deno.test("packValue() asks the hook once for each object, and unpackValue() keeps its identity", () => {
  class Point {
    readonly x: number;
    readonly next: unknown;
    constructor(x: number, next: unknown) {
      this.x = x;
      this.next = next;
    }
  }
  const asked: unknown[] = [];
  const write = (value: object | symbol) => {
    asked.push(value);
    if (value instanceof Point) return { tag: "point", payload: [value.x, value.next] };
    return typeof value === "function" ? { tag: "fn", payload: value.name } : undefined;
  };
  const read = (tag: string, payload: unknown) =>
    tag === "fn" ? `function ${payload}` : new Point(...payload as [number, unknown]);
  const inner = new Point(1, null);
  const value = { a: inner, b: [inner, new Point(2, inner)], named: assert, again: assert };
  const arrived = unpackValue(packValue(value, { ...OPTIONS, special: { write } }), {
    special: { read },
  }) as typeof value;
  assertEquals(asked.length, 3);
  assert(arrived.a instanceof Point);
  assertStrictEquals(arrived.b[0], arrived.a);
  assertStrictEquals(arrived.b[1]?.next, arrived.a);
  assertEquals([arrived.named, arrived.again] as unknown[], ["function assert", "function assert"]);
});

Deno.test("packValue() passes on what the hook throws, also when the hook packs values itself", () => {
  const write = (value: object | symbol) => {
    if (value instanceof Conn) throw new URIError("hook");
    return { tag: "inner", payload: packValue({ n: [1] }, OPTIONS) };
  };
  assertThrows(() => packValue([new Conn()], { ...OPTIONS, special: { write } }), URIError, "hook");
  const read = (_tag: string, payload: unknown) => unpackValue(payload as Uint8Array);
  const packed = packValue([assert, 2], { ...OPTIONS, special: { write } });
  assertEquals(unpackValue(packed, { special: { read } }), [{ n: [1] }, 2]);
  const fail = () => {
    throw new TypeError("reader");
  };
  assertThrows(() => unpackValue(packed, { special: { read: fail } }), TypeError, "reader");
});

Deno.test("packValue() refuses a hooked object whose payload leads back to it", () => {
  const conn = new Conn();
  const write = () => ({ tag: "conn", payload: { conn } });
  const pack = () => packValue({ conn }, { ...OPTIONS, special: { write } });
  assertThrows(pack, Error, '"value.conn.payload.conn" refers to itself through its codec');
});

Deno.test("packValue() gives standard MessagePack, and what protocol/ calls packed", () => {
  const value = { a: [1, "text", null, true, -1.5], b: { c: [] } };
  const packed: Packed = packValue(value, OPTIONS);
  assert(packed instanceof Uint8Array);
  assertEquals(decode(packed), value);
});

function roundTrip(value: unknown): unknown {
  return unpackValue(packValue(value, OPTIONS));
}
