import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { ByteReader } from "../../actors/wire/byte_reader.ts";

Deno.test("ByteReader.text() tells apart texts whose places in its cache may be the same", () => {
  const reader = new ByteReader();
  const encoder = new TextEncoder();
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 5_000; i++) {
      const text = i % 7 === 0 ? `ä${i}` : `key-${i}`;
      const bytes = encoder.encode(text);
      reader.reset(bytes);
      assertStrictEquals(reader.text(bytes.length), text);
    }
  }
});

Deno.test("ByteReader.text() refuses what is no UTF-8, short and long", () => {
  for (const length of [3, 50, 500]) {
    const reader = readerOf(new Array(length).fill(0xff));
    assertMalformed(() => reader.text(length));
  }
});

Deno.test("ByteReader.claim() refuses what lies beyond the end and stays where it was", () => {
  const reader = readerOf([1, 2, 3]);
  assertEquals(reader.u8(), 1);
  assertMalformed(() => reader.u32());
  assertMalformed(() => reader.copy(2 ** 40));
  assertEquals(reader.u16(), 0x0203);
  reader.finish();
});

Deno.test("ByteReader.finish() refuses bytes behind the end", () => {
  assertMalformed(() => readerOf([1]).finish());
});

Deno.test("ByteReader.scalar() reads the forms that only others write", () => {
  assertEquals(readerOf([0x3f, 0xc0, 0, 0]).scalar(0xca), 1.5);
  assertEquals(readerOf([5]).scalar(0xd0), 5);
  assertEquals(readerOf([0, 1, 97]).scalar(0xda), "a");
  assertMalformed(() => readerOf([]).scalar(0xc1));
});

function readerOf(bytes: readonly number[]): ByteReader {
  const reader = new ByteReader();
  reader.reset(new Uint8Array(bytes));
  return reader;
}

function assertMalformed(work: () => unknown): void {
  const error = assertThrows(work, Error);
  assert(TroupeError.is(error, "wire/malformed"));
}
