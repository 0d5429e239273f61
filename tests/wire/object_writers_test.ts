import { assert, assertEquals } from "@std/assert";
import { packValue, unpackValue } from "../../actors/wire/value_codec.ts";
import type { PackOptions } from "../../actors/wire/value_writer.ts";

const OPTIONS: PackOptions = { besideBytesMin: 65_536 };

const AS_CLONED: readonly (() => unknown)[] = [
  () => [1, 2, 3],
  () => ({ x: 1, y: { z: [undefined, null, -0, NaN, 10n, 2n ** 90n] } }),
  () => new Map<unknown, unknown>([["k", { a: 1 }], [{ k: 1 }, "v"], [NaN, -0]]),
  () => new Set<unknown>([1, "a", { a: 1 }, new Set([1])]),
  () => [new Date(0), new Date(1.5e12), new Date(NaN)],
  () => [/a(b)+/gi, /\//u, new RegExp("")],
  () => [Object(1), Object("text"), Object(false), Object(5n), Object(-0)],
  () => [new ArrayBuffer(0), new Uint8Array([1, 2, 3]).buffer],
  () => [new Uint8Array(5), new Int8Array([-1]), new Uint8ClampedArray([300]), new Int16Array([-300])],
  () => [new Uint16Array([1]), new Int32Array([-1]), new Uint32Array([1]), new Float32Array([1.5])],
  () => [new Float64Array([NaN, -0, 1]), new BigInt64Array([-1n]), new BigUint64Array([1n])],
  () => new DataView(new Uint8Array([1, 2, 3, 4]).buffer),
  () => [, 1, , undefined, ,],
  () => Object.assign([1, 2], { extra: { a: 1 } }),
  () => "2020-01".match(/(?<year>\d+)-(\d+)/),
  () => Object.assign(Object.create(null), { a: 1 }),
  () => JSON.parse('{"__proto__": {"evil": 1}}'),
  () => ({ "": 1, "a b": 2, "\ud800": "\udfff" }),
  () => Array.from({ length: 2_000 }, (_, i) => ({ i })),
  () => ({
    get computed() {
      return [1];
    },
  }),
  () => Object.defineProperty({ a: 1 }, "hidden", { value: 1 }),
];

Deno.test("packValue() and unpackValue() do what structuredClone() does", () => {
  for (const make of AS_CLONED) {
    const [actual, expected] = [roundTrip(make()), structuredClone(make())];
    assertEquals(actual, expected);
    assertEquals(Deno.inspect(actual, { depth: 9 }), Deno.inspect(expected, { depth: 9 }));
  }
});

Deno.test("unpackValue() gives a URL as one", () => {
  const url = roundTrip([new URL("https://a.b/c?d#e")]) as [URL];
  assert(url[0] instanceof URL);
  assertEquals(url[0].href, "https://a.b/c?d#e");
});

function roundTrip(value: unknown): unknown {
  return unpackValue(packValue(value, OPTIONS));
}
