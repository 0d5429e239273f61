import { assert, assertEquals, assertFalse, assertStrictEquals } from "@std/assert";
import { asError, describe, type ErrorCode, isErrorCode, TroupeError, troupeError } from "../../actors/base/errors.ts";

Deno.test("troupeError() carries code, hint, details and cause", () => {
  const cause = new Error("no route");
  const error = troupeError("client/unreachable", "Cannot reach scheduler", {
    hint: "Start it",
    details: { n: 1 },
    cause,
  });
  assert(error instanceof Error && error instanceof TroupeError);
  assertEquals([error.name, error.code, error.message, error.hint], [
    "TroupeError",
    "client/unreachable",
    "Cannot reach scheduler",
    "Start it",
  ]);
  assertEquals(error.details, { n: 1 });
  assertStrictEquals(error.cause, cause);
});

Deno.test("troupeError() has no cause, hint or details when none is given", () => {
  const error = troupeError("task/lost", "Cannot get result");
  assertFalse("cause" in error);
  assertEquals([error.hint, error.details], [undefined, {}]);
});

Deno.test("TroupeError.is() tells by name and code, for a copy of another realm too", () => {
  const error = troupeError("wait/timeout", "Cannot wait any longer");
  assert(TroupeError.is(error));
  assert(TroupeError.is(error, "wait/timeout"));
  assertFalse(TroupeError.is(error, "task/timeout"));
  const copy = Object.assign(new Error("Cannot wait any longer"), { name: "TroupeError", code: "wait/timeout" });
  assert(TroupeError.is(copy, "wait/timeout"));
});

Deno.test("TroupeError.is() refuses everything else", () => {
  const named = (changes: object) => Object.assign(new Error("x"), changes);
  const others = [
    undefined,
    null,
    "wait/timeout",
    { name: "TroupeError", code: "wait/timeout" },
    named({ code: "wait/timeout" }),
    named({ name: "TroupeError" }),
    named({ name: "TroupeError", code: "no/code" }),
    named({ name: "TroupeError", code: "constructor" }),
    named({ name: "TroupeError", code: 7 }),
  ];
  for (const other of others) assertFalse(TroupeError.is(other), describe(other));
});

Deno.test("isErrorCode() knows the codes, and no property of objects", () => {
  const known: readonly ErrorCode[] = ["input/invalid", "actor/cycle", "wire/malformed"];
  for (const code of known) assert(isErrorCode(code));
  for (const text of ["", "input", "toString", "__proto__", "constructor", 1, null, undefined, {}]) {
    assertFalse(isErrorCode(text), describe(text));
  }
});

Deno.test("asError() keeps errors and wraps the rest as the cause", () => {
  const error = new TypeError("own");
  assertStrictEquals(asError(error), error);
  const wrapped = asError({ reason: 7 });
  assertEquals([wrapped.message, wrapped.cause], ["Thrown value is not an error: { reason: 7 }", { reason: 7 }]);
  assertEquals(asError(undefined).message, "Thrown value is not an error: undefined");
});

Deno.test("describe() quotes texts and stays short and on one line", () => {
  assertEquals(describe('say "hi"\n'), '"say \\"hi\\"\\n"');
  assertEquals([describe(1n), describe([1, { a: 2 }]), describe(null)], ["1n", "[ 1, { a: 2 } ]", "null"]);
  const long = describe("x".repeat(500));
  assertEquals([long.length, long.endsWith("...")], [120, true]);
  const deep = describe({ list: Array.from({ length: 300 }, (_, i) => ({ i, text: `line ${i}` })) });
  assert(deep.length <= 120 && !deep.includes("\n"), deep);
});

Deno.test("describe() never throws, whatever the value does", () => {
  const bad = {
    [Symbol.for("Deno.customInspect")]() {
      throw new RangeError("no");
    },
  };
  assertEquals(describe(bad), "(a value that cannot be shown: RangeError)");
  const worse = {
    [Symbol.for("Deno.customInspect")]() {
      // deno-lint-ignore no-throw-literal -- what is no error is thrown here on purpose
      throw "no error";
    },
  };
  assertEquals(describe(worse), "(a value that cannot be shown: thrown)");
});
