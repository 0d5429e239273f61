import { assert, assertEquals, assertFalse } from "@std/assert";
import { isHole, packedBytes } from "../../actors/protocol/packed.ts";
import { PACKED } from "./samples.ts";

Deno.test("isHole() tells holes from packed values", () => {
  assert(isHole([0]));
  assert(isHole([12]));
  for (const packed of PACKED) assertFalse(isHole(packed));
});

Deno.test("packedBytes() counts encoded values exactly", () => {
  assertEquals(packedBytes(new Uint8Array(7)), 7);
  assertEquals(packedBytes([new Uint8Array(7), new Uint8Array(100), new Uint8Array(0)]), 107);
});

Deno.test("packedBytes() estimates primitives, longer texts as more", () => {
  for (const packed of PACKED) assert(packedBytes(packed) >= 0);
  assertEquals([packedBytes(1), packedBytes(undefined), packedBytes([3])], [16, 16, 16]);
  assertEquals(packedBytes("x".repeat(1_000)), 2_016);
});
