import { assertEquals } from "@std/assert";
import { Reschedule } from "../../actors/client/reschedule.ts";
import { valueTypeName } from "../../actors/client/value_type.ts";

Deno.test("valueTypeName() names types as people do", () => {
  class Point {}
  const values = [1, "a", null, undefined, 1n, [], {}, Object.create(null), new Float64Array(), new Point(), new Map()];
  const expected = "number string null undefined bigint Array Object Object Float64Array Point Map";
  assertEquals(values.map(valueTypeName).join(" "), expected);
  assertEquals(valueTypeName(new (class {})()), "Object");
  assertEquals(valueTypeName(Object.create({ constructor: 5 })), "Object");
});

Deno.test("Reschedule is known by its name", () => {
  const error = new Reschedule();
  assertEquals([error.name, error instanceof Error], ["Reschedule", true]);
});
