import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { decodeError, failureOf } from "../../actors/client/task_error.ts";
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
  const decode = () => Object.assign(new Error("x"), { stack: "Error: x\n    at worker" });
  assertEquals(failureOf(state, decode).stack, "Error: x\n    at worker");
  state.site = { stack: "Error\n    at main (main.ts:1:1)" };
  const joined = failureOf(state, decode);
  assertEquals(joined.stack, "Error: x\n    at worker\n    --- submitted at ---\n    at main (main.ts:1:1)");
  assert(!Object.keys(joined).includes("stack"));
});
