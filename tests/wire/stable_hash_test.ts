import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { seededRandom } from "../../actors/base/random.ts";
import { StableHasher } from "../../actors/wire/stable_hash.ts";

const hasher = new StableHasher();

Deno.test("StableHasher.raw() is MurmurHash3_x86_128 by SMHasher's own verification", () => {
  // KeysetTest.cpp, VerificationTest: hash of the hashes of {}, {0}, {0, 1}, ... with seeds 256, 255, 254, ...
  const hashes = new Uint8Array(256 * 16);
  const key = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let i = 0; i < 256; i++) putWords(hashes, i * 16, hasher.reset(256 - i).raw(key.subarray(0, i)).hex());
  assertEquals(hasher.reset().raw(hashes).hex().slice(0, 8), "b3ece62a");
});

Deno.test("StableHasher tells kinds, ends and order apart", () => {
  const feeds: readonly ((to: StableHasher) => unknown)[] = [
    (to) => to,
    (to) => to.text(""),
    (to) => to.text("1"),
    (to) => to.number(1),
    (to) => to.bytes(new Uint8Array([49])),
    (to) => to.bytes(new Uint8Array([49, 0])),
    (to) => to.text("ab"),
    (to) => to.text("a").text("b"),
    (to) => to.text("b").text("a"),
    (to) => to.number(0),
    (to) => to.number(-0),
    (to) => to.number(NaN),
  ];
  const hashes = feeds.map((feed) => (feed(hasher.reset()), hasher.hex()));
  assertEquals(new Set(hashes).size, feeds.length);
  for (const hash of hashes) assert(/^[0-9a-f]{32}$/.test(hash));
});

Deno.test("StableHasher.hex() can be asked in between without a change", () => {
  const words = ["one", "two", "three", "four four", "fünf"];
  const asked = new StableHasher();
  const silent = new StableHasher();
  for (const word of words) {
    asked.text(word).hex();
    silent.text(word);
  }
  assertEquals(asked.hex(), silent.hex());
});

Deno.test("StableHasher.bytes() does not depend on where the bytes lie", () => {
  const bytes = Uint8Array.from({ length: 37 }, (_, i) => i);
  const shifted = new Uint8Array(40);
  shifted.set(bytes, 3);
  assertEquals(hasher.reset().bytes(bytes).hex(), hasher.reset().bytes(shifted.subarray(3)).hex());
});

Deno.test("StableHasher changes about half of its bits when one bit of the input changes", () => {
  const random = seededRandom(5);
  let changed = 0;
  const rounds = 400;
  for (let round = 0; round < rounds; round++) {
    const bytes = Uint8Array.from({ length: 1 + round % 50 }, () => random.next() * 256);
    const before = hasher.reset().bytes(bytes).hex();
    bytes[round % bytes.length]! ^= 1 << round % 8;
    const after = hasher.reset().bytes(bytes).hex();
    assertNotEquals(before, after);
    changed += bitsOf(BigInt(`0x${before}`) ^ BigInt(`0x${after}`));
  }
  assert(Math.abs(changed / rounds - 64) < 2, `${changed / rounds} bits on average`);
});

Deno.test("StableHasher gives 20,000 small inputs 20,000 hashes, also in their first 32 bits but for chance", () => {
  const hashes = Array.from({ length: 20_000 }, (_, i) => hasher.reset().number(i).hex());
  assertEquals(new Set(hashes).size, 20_000);
  assert(new Set(hashes.map((hash) => hash.slice(0, 8))).size > 19_990);
});

function putWords(target: Uint8Array, at: number, hex: string): void {
  const view = new DataView(target.buffer);
  for (let i = 0; i < 4; i++) view.setUint32(at + i * 4, parseInt(hex.slice(i * 8, i * 8 + 8), 16), true);
}

function bitsOf(value: bigint): number {
  return value.toString(2).replaceAll("0", "").length;
}
