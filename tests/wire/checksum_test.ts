import { crc32 } from "node:zlib";
import { assertEquals } from "@std/assert";
import { seededRandom } from "../../actors/base/random.ts";
import { Checksum } from "../../actors/wire/checksum.ts";

function randomBytes(length: number): Uint8Array {
  const random = seededRandom(length + 1);
  return Uint8Array.from({ length }, () => Math.floor(random.next() * 256));
}

/** The sum of these pieces, one behind the other. */
function sumOf(...pieces: readonly Uint8Array[]): number {
  const sum = new Checksum();
  for (const piece of pieces) sum.add(piece);
  return sum.value;
}

const LENGTHS = [0, 1, 7, 8, 9, 63, 127, 128, 129, 5_000];

Deno.test("Checksum is the CRC-32 of zlib, by table, and by zlib once much has come", () => {
  assertEquals(sumOf(new TextEncoder().encode("123456789")), 0xcbf4_3926);
  for (const before of [new Uint8Array(0), randomBytes(77), new Uint8Array(30_000_000).fill(3)]) {
    for (const length of LENGTHS) {
      const bytes = randomBytes(length);
      const expected = crc32(bytes, crc32(before));
      assertEquals(sumOf(before, bytes), expected, `${length} bytes after ${before.length}`);
      const shared = new Uint8Array(new SharedArrayBuffer(length));
      shared.set(bytes);
      assertEquals(sumOf(before, shared), expected);
      assertEquals(sumOf(before, bytes.subarray(1)), crc32(bytes.slice(1), crc32(before)));
    }
  }
});

Deno.test("Checksum of two pieces is that of the whole", () => {
  const bytes = randomBytes(1_000);
  for (const cut of [0, 1, 100, 999, 1_000]) {
    assertEquals(sumOf(bytes.subarray(0, cut), bytes.subarray(cut)), sumOf(bytes));
  }
});

Deno.test("Checksum.add() takes a part of an array, by table and by zlib", () => {
  const bytes = randomBytes(1_000);
  for (const before of [new Uint8Array(0), new Uint8Array(30_000_000)]) {
    for (const [from, end] of [[0, 1_000], [3, 1_000], [0, 990], [1, 999], [5, 5], [100, 120]] as const) {
      const sum = new Checksum();
      sum.add(before);
      sum.add(bytes, from, end);
      assertEquals(sum.value, crc32(bytes.slice(from, end), crc32(before)), `${from} to ${end}`);
    }
  }
});
