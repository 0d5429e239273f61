import { assertThrows } from "@std/assert";
import { invariant, unreachable } from "../../actors/base/assert.ts";

Deno.test("unreachable() throws with the value that no case has taken", () => {
  assertThrows(() => unreachable({ type: "new" } as never), Error, 'Unreachable: {"type":"new"}');
});

Deno.test("invariant() throws only when the condition is broken", () => {
  invariant(true, "one is one");
  assertThrows(() => invariant(false, "one is two"), Error, "Broken invariant: one is two");
});
