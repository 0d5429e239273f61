import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { ERROR_CLASSES, errorClassIndex, makeStandIn } from "../../actors/wire/error_classes.ts";

Deno.test("errorClassIndex() finds the class of an instance of each, and the nearest of a subclass", () => {
  for (const [index, { make, type }] of ERROR_CLASSES.entries()) {
    assertEquals(errorClassIndex(make("m")), index);
    assertEquals([make("m").message, make("m").constructor], ["m", type]);
  }
  class Own extends RangeError {}
  assertStrictEquals(ERROR_CLASSES[errorClassIndex(new Own())]?.type, RangeError);
});

Deno.test("ERROR_CLASSES has all that Deno names", () => {
  const known = new Set(ERROR_CLASSES.map(({ type }) => type.name));
  assertEquals(Object.keys(Deno.errors).filter((name) => !known.has(name)), []);
});

Deno.test("makeStandIn() makes an error of a class with this name, the same class each time", () => {
  const index = errorClassIndex(new RangeError());
  const one = makeStandIn(index, "TooFar", "m");
  const two = makeStandIn(index, "TooFar", "n");
  assert(one instanceof RangeError && two instanceof RangeError);
  assertEquals([one.constructor.name, one.name, one.message], ["TooFar", "RangeError", "m"]);
  assertStrictEquals(one.constructor, two.constructor);
  assertEquals(makeStandIn(ERROR_CLASSES.length, "TooFar", "m"), undefined);
});
