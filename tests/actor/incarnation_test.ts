import { assertEquals, assertStrictEquals } from "@std/assert";
import { Incarnation } from "../../actors/actor/incarnation.ts";

Deno.test("Incarnation.signal aborts at the end, and is one", () => {
  const incarnation = new Incarnation();
  const { signal } = incarnation;
  assertEquals(signal.aborted, false);
  incarnation.end();
  incarnation.end();
  assertEquals(signal.aborted, true);
  assertStrictEquals(incarnation.signal, signal);
});

Deno.test("Incarnation.signal is aborted for those who first ask after the end", () => {
  const incarnation = new Incarnation();
  incarnation.end();
  assertEquals(incarnation.signal.aborted, true);
});
