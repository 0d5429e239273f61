import { assert, assertEquals } from "@std/assert";
import { makeWireError, packError, parseError, wireErrorOf } from "../../actors/actor/error_data.ts";
import { troupeError } from "../../actors/base/errors.ts";
import { hasCode } from "../support/codes.ts";

Deno.test("parseError() gives back class, properties and cause", () => {
  const error = Object.assign(new RangeError("too far", { cause: new Error("why") }), { index: 7 });
  const back = parseError(packError(error));
  assert(back instanceof RangeError);
  assertEquals([back.message, Reflect.get(back, "index")], ["too far", 7]);
  assert(back.cause instanceof Error && back.cause.message === "why");
});

Deno.test("packError() carries the code of ours, and a property that cannot travel as a text", () => {
  const error = troupeError("link/down", "Cannot reach it", { hint: "wait" });
  assertEquals(hasCode("link/down", parseError(packError(error))).hint, "wait");
  const odd = parseError(packError(Object.assign(new Error("odd"), { socket: () => 1 })));
  assertEquals(typeof Reflect.get(odd, "socket"), "string");
});

Deno.test("packError() cuts a message that is too long, and says so", () => {
  const back = parseError(packError(new Error("x".repeat(50_000))));
  assert(back.message.length < 11_000 && back.message.endsWith("(cut from 50000 characters)"));
});

Deno.test("wireErrorOf() takes anything that was thrown", () => {
  assertEquals(parseError(wireErrorOf(new TypeError("bad")).value).message, "bad");
  assertEquals(parseError(wireErrorOf("a text").value).cause, "a text");
  assert(parseError(wireErrorOf(() => 1).value).message.includes("Thrown value"));
});

Deno.test("packError() keeps class, cause and properties of an error whose message is cut", () => {
  const error = Object.assign(new RangeError("x".repeat(50_000), { cause: new Error("why") }), { index: 7 });
  const back = parseError(packError(error));
  assert(back instanceof RangeError && back.cause instanceof Error);
  assertEquals([back.cause.message, Reflect.get(back, "index")], ["why", 7]);
});

Deno.test("packError() leaves the properties of an error behind that is too large", () => {
  const error = Object.assign(new RangeError("heavy"), { body: new Uint8Array(5_000_000) });
  const back = parseError(packError(error));
  assertEquals([back.name, back.message, back.stack, "body" in back], ["RangeError", "heavy", error.stack, false]);
  hasCode("task/not-serializable", back.cause);
});

Deno.test("packError() and wireErrorOf() never throw, whatever was thrown", () => {
  const refuse = () => {
    throw new TypeError("no entry");
  };
  const hostile = new Proxy(new Error("hidden"), { get: refuse, getPrototypeOf: refuse, ownKeys: refuse });
  for (const thrown of [hostile, Symbol("s"), new WeakMap(), { [Symbol.toStringTag]: 5 }, null, undefined]) {
    assert(parseError(packError(thrown)) instanceof Error);
    assert(wireErrorOf(thrown).text.length > 0);
  }
});

Deno.test("makeWireError() tells no place", () => {
  const error = parseError(makeWireError("task/lost", "Cannot find it", "Submit it again").value);
  assertEquals(hasCode("task/lost", error).stack, "TroupeError: Cannot find it");
});
