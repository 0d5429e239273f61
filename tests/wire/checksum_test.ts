import { crc32 } from "node:zlib";
import { assertEquals } from "@std/assert";
import { seededRandom } from "../../actors/base/random.ts";
import { checksum } from "../../actors/wire/checksum.ts";

function randomBytes(length: number): Uint8Array {
  const random = seededRandom(length + 1);
  return Uint8Array.from({ length }, () => Math.floor(random.next() * 256));
}

function checkAll(): void {
  for (const length of [0, 1, 7, 8, 9, 63, 127, 128, 129, 5_000]) {
    const bytes = randomBytes(length);
    for (const before of [0, 1, 0x8000_0000, 0xffff_ffff]) {
      assertEquals(checksum(bytes, before), crc32(bytes, before), `${length} bytes after ${before}`);
    }
    const shared = new Uint8Array(new SharedArrayBuffer(length));
    shared.set(bytes);
    assertEquals(checksum(shared, 5), crc32(bytes, 5));
    assertEquals(checksum(bytes.subarray(1), 5), crc32(bytes.slice(1), 5));
  }
}

Deno.test("checksum() is the CRC-32 of zlib, by table, and by zlib once much has come", () => {
  assertEquals(checksum(new TextEncoder().encode("123456789"), 0), 0xcbf4_3926);
  checkAll();
  const much = new Uint8Array(30_000_000).fill(3);
  assertEquals(checksum(much, 7), crc32(much, 7));
  checkAll();
});

Deno.test("checksum() of two pieces is that of the whole", () => {
  const bytes = randomBytes(1_000);
  for (const cut of [0, 1, 100, 999, 1_000]) {
    assertEquals(checksum(bytes.subarray(cut), checksum(bytes.subarray(0, cut), 0)), checksum(bytes, 0));
  }
});
