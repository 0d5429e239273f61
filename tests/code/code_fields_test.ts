import { assertEquals, assertThrows } from "@std/assert";
import { readFields, writeFields } from "../../actors/code/code_fields.ts";

const malformed = (found: unknown): Error => new RangeError(`bad ${typeof found}`);

Deno.test("readFields() reads what writeFields() wrote, from shared memory too", () => {
  const fields = ["a", 1, ["b", null]];
  const code = writeFields(fields);
  assertEquals(readFields(code, malformed), fields);
  const shared = new Uint8Array(new SharedArrayBuffer(code.length));
  shared.set(code);
  assertEquals(readFields(shared, malformed), fields);
});

Deno.test("readFields() refuses what is no list", () => {
  for (const code of [5, "[]", Uint8Array.of(255), writeFields([]).slice(1), new TextEncoder().encode("{}")]) {
    assertThrows(() => readFields(code, malformed), RangeError, "bad ");
  }
});
