import { assert, assertEquals, assertNotStrictEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { packValue, unpackValue } from "../../actors/wire/value_codec.ts";
import type { PackOptions } from "../../actors/wire/value_writer.ts";

const OPTIONS: PackOptions = { besideBytesMin: 65_536 };

Deno.test("unpackValue() lets views share a buffer again, each at its offset", () => {
  const buffer = new ArrayBuffer(32);
  const value = [new Uint8Array(buffer, 4, 8), new Float64Array(buffer, 8, 2), buffer, new DataView(buffer, 1)];
  const [bytes, floats, all, view] = roundTrip(value) as [Uint8Array, Float64Array, ArrayBuffer, DataView];
  assertStrictEquals(bytes.buffer, all);
  assertStrictEquals(floats.buffer, all);
  assertStrictEquals(view.buffer, all);
  assertEquals([bytes.byteOffset, bytes.length, floats.byteOffset, floats.length], [4, 8, 8, 2]);
  assertEquals([view.byteOffset, view.byteLength, all.byteLength], [1, 31, 32]);
});

Deno.test("packValue() sends only what the one view of a big buffer sees", () => {
  const big = Uint8Array.from({ length: 1_000_000 }, (_, i) => i);
  const packed = packValue(big.subarray(10, 14), OPTIONS) as Uint8Array;
  assert(packed.length < 50);
  assertEquals(unpackValue(packed), new Uint8Array([10, 11, 12, 13]));
  assertEquals(packed, packValue(new Uint8Array([10, 11, 12, 13]), OPTIONS));
  assertEquals(roundTrip([Buffer.from("ab"), Buffer.from("cd")]), [
    new Uint8Array([97, 98]),
    new Uint8Array([99, 100]),
  ]);
});

Deno.test("packValue() puts big buffers beside the head, as copies unless they are given away", () => {
  const floats = new Float64Array(10_000).fill(1.5);
  const packed = packValue({ floats }, OPTIONS) as [Uint8Array, Uint8Array];
  assertEquals(packed.length, 2);
  assertNotStrictEquals(packed[1].buffer, floats.buffer);
  floats[0] = 2;
  const first = unpackValue(packed) as { floats: Float64Array };
  assertEquals(first.floats[0], 1.5);
  first.floats[0] = 3;
  assertEquals((unpackValue(packed) as { floats: Float64Array }).floats[0], 1.5);
  const adopted = unpackValue(packed, { adoptBuffers: true }) as { floats: Float64Array };
  assertStrictEquals(adopted.floats.buffer, packed[1].buffer);
  const aliased = packValue({ floats }, { ...OPTIONS, aliasBuffers: true }) as [Uint8Array, Uint8Array];
  assertStrictEquals(aliased[1].buffer, floats.buffer);
  const view = packValue(new Uint8Array(100_000).subarray(1), { ...OPTIONS, aliasBuffers: true }) as [
    Uint8Array,
    Uint8Array,
  ];
  assertEquals([view[1].byteOffset, view[1].buffer.byteLength], [0, 99_999]);
});

Deno.test("unpackValue() reads bytes in shared memory, and gives shared buffers as shared ones", () => {
  const shared = new SharedArrayBuffer(8);
  new Uint8Array(shared)[3] = 7;
  const arrived = roundTrip({ shared, text: "täxt".repeat(50), big: 2n ** 70n }) as { shared: SharedArrayBuffer };
  assert(arrived.shared instanceof SharedArrayBuffer);
  assertEquals(new Uint8Array(arrived.shared)[3], 7);
  const value = { text: "täxt", long: "ü".repeat(500), n: [1, 2.5], bytes: new Uint8Array([1, 2]) };
  const packed = packValue(value, OPTIONS) as Uint8Array;
  const memory = new Uint8Array(new SharedArrayBuffer(packed.length));
  memory.set(packed);
  assertEquals(unpackValue(memory), value);
});

Deno.test("unpackValue() refuses buffers that are missing, and a buffer beside that is asked for twice", () => {
  const packed = packValue(new Uint8Array(70_000), OPTIONS) as [Uint8Array, Uint8Array];
  assertThrows(() => unpackValue(packed[0]), Error, "buffer 0 of 0 is missing");
  const two = packValue([new Uint8Array(70_000), new Uint8Array(70_000)], OPTIONS) as [Uint8Array, ...Uint8Array[]];
  // The second entry of the table ends 5 bytes before the end: its index is the last byte.
  two[0][two[0].length - 6] = 0;
  assertThrows(() => unpackValue(two), Error, "table of buffers is broken");
});

function roundTrip(value: unknown): unknown {
  return unpackValue(packValue(value, OPTIONS));
}
