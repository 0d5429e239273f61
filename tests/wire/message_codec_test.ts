import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { decode, encode } from "@std/msgpack";
import { TroupeError } from "../../actors/base/errors.ts";
import { type Random, seededRandom } from "../../actors/base/random.ts";
import { decodeMessage, encodeMessage } from "../../actors/wire/message_codec.ts";

const ROUND_TRIPS: readonly unknown[] = [
  ...[null, undefined, true, false, 0, -0, NaN, Infinity, -Infinity, 1.5, -1.5, 5e-324],
  ...[1, 127, 128, 255, 256, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53, -(2 ** 53)],
  ...[-1, -32, -33, -128, -129, -32768, -32769, -(2 ** 31), -(2 ** 31) - 1],
  ...[0n, -1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, -(2n ** 63n), -(2n ** 63n) - 1n, -(7n ** 200n)],
  ...["", "a", "ä", "\uFEFFbom", "\0", "😀", "\ud800 lone", "x".repeat(31), "x".repeat(32), "ä".repeat(31)],
  ...["x".repeat(64), "x".repeat(65), "x".repeat(255), "x".repeat(256), "€".repeat(100), "x".repeat(70_000)],
  ...[[], [[]], [undefined, null], Array.from({ length: 16 }, (_, i) => i), new Array(70_000).fill(1)],
  ...[{}, { a: { b: [1, { c: undefined }] } }, { "": 1, "ä": 2, "\udc00": 3 }],
  ...[new Uint8Array(0), new Uint8Array([1, 2, 3]), new Uint8Array(255).fill(7), new Uint8Array(70_000).fill(9)],
];

Deno.test("encodeMessage() and decodeMessage() give back every kind of plain data", () => {
  for (const value of ROUND_TRIPS) assertStrictlyAlike(roundTrip(value), value);
  assertStrictlyAlike(roundTrip(ROUND_TRIPS), ROUND_TRIPS);
});

Deno.test("encodeMessage() puts byte arrays beside the head, uncopied, from the given size on", () => {
  const small = new Uint8Array(9).fill(1);
  const big = new Uint8Array(10).fill(2);
  const frame = encodeMessage([small, big, { big }], 10);
  assertEquals(frame.buffers.length, 2);
  assertStrictEquals(frame.buffers[0], big);
  const [first, second] = decodeMessage(frame) as [Uint8Array, Uint8Array];
  assertStrictEquals(second, big);
  frame.head.fill(0);
  assertEquals([...first], [...small]);
});

Deno.test("encodeMessage() writes numbers in the smallest form", () => {
  const sizes: readonly (readonly [number, number])[] = [
    ...[[0, 1], [127, 1], [128, 2], [255, 2], [256, 3], [65535, 3], [65536, 5], [2 ** 32 - 1, 5], [
      2 ** 32,
      9,
    ]] as const,
    ...[[-32, 1], [-33, 2], [-128, 2], [-129, 3], [-32768, 3], [-32769, 5], [-(2 ** 31), 5], [-0, 9], [
      0.5,
      9,
    ]] as const,
  ];
  for (const [value, sizeBytes] of sizes) assertEquals(encodeMessage(value, 1e9).head.length, sizeBytes, `${value}`);
});

Deno.test("encodeMessage() refuses what is no plain data, and works again after it", () => {
  for (const value of [() => 1, Symbol("s"), new Map(), new Date(0), [{ a: new Set() }]]) {
    const error = assertThrows(() => encodeMessage(value, 1e9), Error);
    assert(TroupeError.is(error, "input/invalid"));
  }
  assertEquals(roundTrip([1, "a"]), [1, "a"]);
});

Deno.test("encodeMessage() refuses a message nested deeper than it would read", () => {
  let value: unknown = 1;
  for (let i = 0; i < 512; i++) value = [value];
  assertEquals(roundTrip(value), value);
  assertThrows(() => encodeMessage([value], 1e9), Error, "nested deeper than 512 levels");
});

Deno.test("decodeMessage() makes __proto__ an own property", () => {
  const message = decodeMessage({ head: encode(JSON.parse('{"__proto__":{"evil":1}}')), buffers: [] });
  assertEquals(Object.keys(message as object), ["__proto__"]);
  assertEquals(Reflect.get({}, "evil"), undefined);
  assertStrictEquals(Object.getPrototypeOf(message), Object.prototype);
});

Deno.test("encodeMessage() and @std/msgpack read each other when the data is JSON", () => {
  const random = seededRandom(7);
  for (let i = 0; i < 300; i++) {
    const value = randomJson(random, 4);
    assertEquals(decode(encodeMessage(value, 1e9).head), value);
    assertEquals(decodeMessage({ head: encode(value as Parameters<typeof encode>[0]), buffers: [] }), value);
  }
});

Deno.test("decodeMessage() throws wire/malformed for every truncation and for bytes behind the end", () => {
  const { head } = encodeMessage([1, "text", { a: [1.5, 10n, 2n ** 80n, undefined] }, new Uint8Array(5)], 1e9);
  for (let end = 0; end < head.length; end++) assertMalformed(head.slice(0, end));
  assertMalformed(new Uint8Array([...head, 0]));
});

Deno.test("decodeMessage() throws wire/malformed for lengths, depths and indexes that nothing justifies", () => {
  const cases: readonly (readonly number[])[] = [
    ...[[0xdd, 255, 255, 255, 255, 1], [0xdf, 255, 255, 255, 255, 1], [0xc6, 255, 255, 255, 255]],
    ...[[0xdb, 255, 255, 255, 255, 65], [0xc9, 255, 255, 255, 255, 1], [0xc1], [0xd6, 2, 0, 0, 0, 0], [0x81, 1, 1]],
    ...[[0xa1, 0xff], [0xd4, 9, 0], [0xc7, 1, 1, 0], [0xc7, 3, 3, 1, 2, 3], new Array(100_000).fill(0x91)],
    new Array(100_000).fill(0x81),
  ];
  for (const bytes of cases) assertMalformed(new Uint8Array(bytes));
});

Deno.test("decodeMessage() throws nothing but wire/malformed for random bytes", () => {
  const random = seededRandom(11);
  const { head } = encodeMessage(ROUND_TRIPS.slice(0, 60), 1e9);
  for (let i = 0; i < 3000; i++) {
    const bytes = i % 2 === 0 ? new Uint8Array(1 + Math.floor(random.next() * 40)) : head.slice();
    for (let j = 0; j < (i % 2 === 0 ? bytes.length : 3); j++) {
      bytes[i % 2 === 0 ? j : Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256);
    }
    onlyMalformed(() => decodeMessage({ head: bytes, buffers: [] }));
  }
});

function roundTrip(value: unknown): unknown {
  return decodeMessage(encodeMessage(value, 60_000));
}

function assertStrictlyAlike(actual: unknown, expected: unknown): void {
  assertEquals(actual, expected);
  if (typeof expected === "number") assert(Object.is(actual, expected), `${actual} is ${expected}`);
}

function assertMalformed(head: Uint8Array): void {
  const error = assertThrows(() => decodeMessage({ head, buffers: [] }), Error);
  assert(TroupeError.is(error, "wire/malformed"));
}

function onlyMalformed(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!TroupeError.is(error, "wire/malformed")) throw error;
  }
}

function randomJson(random: Random, depth: number): unknown {
  const pick = Math.floor(random.next() * (depth > 0 ? 7 : 5));
  const size = Math.floor(random.next() * 6);
  switch (pick) {
    case 0:
      return null;
    case 1:
      return random.next() < 0.5;
    case 2:
      return Math.floor((random.next() - 0.5) * 2 ** (random.next() * 60)) + 0;
    case 3:
      return random.next() * 1e6;
    case 4:
      return random.text(Math.floor(random.next() * 50)) + (random.next() < 0.3 ? "ä€😀" : "");
    case 5:
      return Array.from({ length: size }, () => randomJson(random, depth - 1));
    default:
      return Object.fromEntries(Array.from({ length: size }, () => [random.text(4), randomJson(random, depth - 1)]));
  }
}
