import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { decodeError, type ErrorReading, failureOf } from "../../actors/client/task_error.ts";
import { connected } from "./fake_world.ts";

Deno.test("decodeError() gives the error itself, and the text when it cannot be decoded", () => {
  const error = new TypeError("x");
  assertStrictEquals(decodeError({ text: "t", value: null }, () => error), error);
  const wrapped = decodeError({ text: "thrown: 5", value: 5 }, (value) => value);
  assertEquals([wrapped.message, wrapped.cause], ["thrown: 5", 5]);
  const broken = new RangeError("no such class here");
  const told = decodeError({ text: "Odd: it broke", value: null }, () => {
    throw broken;
  });
  assertEquals([told.message, told.cause], ["Odd: it broke", broken]);
});

Deno.test("failureOf() leaves the stack alone when the submitter is not known, and joins it when it is", () => {
  const { session } = connected();
  const state = session.futures.add("k", session);
  state.status = "error";
  state.error = { text: "t", value: null };
  const reading = readingOf(() => Object.assign(new Error("x"), { stack: "Error: x\n    at worker" }));
  assertEquals(failureOf(state, reading).stack, "Error: x\n    at worker");
  state.site = { stack: "Error\n    at main (main.ts:1:1)" };
  const joined = failureOf(state, reading);
  assertEquals(joined.stack, "Error: x\n    at worker\n    --- submitted at ---\n    at main (main.ts:1:1)");
  assert(!Object.keys(joined).includes("stack"));
});

Deno.test("failureOf() shows the innermost and the outermost of many nested submissions, and no frames of Troupe", () => {
  const { session } = connected();
  const own = new URL("../../actors/executor/executor_actor.ts", import.meta.url).href;
  let stack = `Error: x\n    at bottom (a.ts:1:1)\n    at call (${own}:1:1)`;
  for (let depth = 1; depth <= 6; depth++) {
    const state = session.futures.add(`k${depth}`, session);
    state.status = "error";
    state.error = { text: "t", value: null };
    state.site = { stack: `Error\n    at level${depth} (a.ts:2:2)` };
    stack = failureOf(state, readingOf(() => Object.assign(new Error("x"), { stack }))).stack ?? "";
  }
  assertEquals(stack.split("\n").map((line) => line.trim()), [
    "Error: x",
    "at bottom (a.ts:1:1)",
    "--- submitted at ---",
    "at level1 (a.ts:2:2)",
    "--- and 4 more ---",
    "--- submitted at ---",
    "at level6 (a.ts:2:2)",
  ]);
});

function readingOf(unpack: () => unknown): ErrorReading {
  return { unpack, locate: (stack) => stack };
}
