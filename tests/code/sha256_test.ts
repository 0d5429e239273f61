import { assertEquals } from "@std/assert";
import { sha256Hex } from "../../actors/code/sha256.ts";

/** FIPS 180-4 examples, as published by NIST. */
const KNOWN: readonly [text: string, digest: string][] = [
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
  ["a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"],
];

Deno.test("sha256Hex() gives the published digests", () => {
  for (const [text, digest] of KNOWN) assertEquals(sha256Hex(new TextEncoder().encode(text)), digest);
});

Deno.test("sha256Hex() agrees with Web Crypto at every length around the block size", async () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 31 + length) & 255);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    assertEquals(sha256Hex(bytes), Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""));
  }
});

Deno.test("sha256Hex() reads a view, not the buffer under it", () => {
  const bytes = new TextEncoder().encode("xxabcxx").subarray(2, 5);
  assertEquals(sha256Hex(bytes), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
