import { assertEquals } from "@std/assert";
import { given } from "../../cli/given.ts";

Deno.test("given() leaves out what is undefined, and nothing else", () => {
  const fields = given({ a: undefined, b: 0, c: false, d: "", e: null });
  assertEquals(fields, { b: 0, c: false, d: "", e: null });
  assertEquals(Object.hasOwn(fields, "a"), false);
});
