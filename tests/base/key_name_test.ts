import { assertEquals } from "@std/assert";
import { nameOfKey } from "../../actors/base/key_name.ts";

Deno.test("nameOfKey() takes hashes, random texts and indexes off", () => {
  assertEquals(nameOfKey("inc-034e352530d02eccdc76c6ce4a799c5c"), "inc");
  assertEquals(nameOfKey("inc-kd83nf02ldk4jf7a0-17"), "inc");
  assertEquals(nameOfKey("row-sum-17"), "row-sum");
  assertEquals(nameOfKey("mine"), "mine");
  assertEquals(nameOfKey("tree-sum"), "tree-sum");
  assertEquals(nameOfKey("-17"), "-17");
});
