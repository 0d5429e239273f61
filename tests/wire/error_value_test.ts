import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { TroupeError, troupeError } from "../../actors/base/errors.ts";
import { packValue, unpackValue } from "../../actors/wire/value_codec.ts";
import type { PackOptions } from "../../actors/wire/value_writer.ts";

const OPTIONS: PackOptions = { besideBytesMin: 65_536 };

class Conn {}

Deno.test("unpackValue() gives errors back as they were", () => {
  const cause = new RangeError("inner");
  const error = Object.assign(new TypeError("outer", { cause }), { code: 7, context: { a: [1] } });
  const arrived = roundTrip(error) as typeof error;
  assert(arrived instanceof TypeError);
  assertEquals([arrived.message, arrived.stack, arrived.code, arrived.context], ["outer", error.stack, 7, { a: [1] }]);
  assert(arrived.cause instanceof RangeError);
  assertEquals(Object.keys(arrived), ["code", "context"]);
  const all = roundTrip(new AggregateError([new Error("one"), 2], "all")) as AggregateError;
  assert(all instanceof AggregateError);
  assertEquals([all.errors[0].message, all.errors[1]], ["one", 2]);
});

Deno.test("unpackValue() keeps names of own error classes, DOMExceptions, cycles and odd causes", () => {
  class ByField extends Error {
    override name = "ByField";
  }
  class ByPrototype extends RangeError {}
  ByPrototype.prototype.name = "ByPrototype";
  for (const error of [new ByField("m"), new ByPrototype("m")]) {
    const arrived = roundTrip(error) as Error;
    assertEquals([arrived.name, arrived.message, Object.keys(arrived)], [error.name, "m", Object.keys(error)]);
    assertEquals(arrived instanceof RangeError, error instanceof RangeError);
    assertEquals(arrived.constructor.name, error.constructor.name);
    assertEquals((roundTrip(arrived) as Error).constructor, arrived.constructor);
  }
  const sent = Object.assign(new DOMException("stop", "AbortError"), { after: 5 });
  const dom = roundTrip(sent) as typeof sent;
  assert(dom instanceof DOMException);
  assertEquals([dom.name, dom.message, dom.after, dom.stack], ["AbortError", "stop", 5, sent.stack]);
  const circular = new Error("circular");
  circular.cause = { circular };
  const back = roundTrip(circular) as { cause: { circular: Error } };
  assertStrictEquals(back.cause.circular, back);
  assert(Object.hasOwn(roundTrip(new Error("none", { cause: undefined })) as Error, "cause"));
});

Deno.test("unpackValue() gives a TroupeError as one", () => {
  const cause = new Error("why");
  const error = troupeError("task/lost", "Cannot find", { hint: "Retry", details: { key: "inc-1", at: [1] }, cause });
  const arrived = roundTrip(error);
  assert(TroupeError.is(arrived, "task/lost") && arrived instanceof TroupeError);
  assertEquals([arrived.message, arrived.hint, arrived.details, arrived.stack], [
    "Cannot find",
    "Retry",
    { key: "inc-1", at: [1] },
    error.stack,
  ]);
  assertEquals((arrived.cause as Error).message, "why");
  assertEquals(Object.keys(arrived), Object.keys(error));
});

Deno.test("packValue() replaces what cannot travel in an error by a text under `errorRules`", () => {
  const shared = { a: 1 };
  const error = Object.assign(new Error("failed"), { conn: { shared, conn: new Conn() }, shared, same: shared });
  const arrived = unpackValue(packValue([error, shared], { ...OPTIONS, errorRules: { charsMax: 100 } })) as [
    typeof error,
    object,
  ];
  const text = '(did not travel: Cannot encode value: "value.conn.conn" is an instance of class Conn)';
  assertEquals(arrived[0].conn as unknown, text.replace("value.conn", "value[0].conn"));
  assertEquals(arrived[0].shared, { a: 1 });
  assertStrictEquals(arrived[0].same, arrived[1]);
});

Deno.test("unpackValue() gives errors of Deno and of `using` back as they were", () => {
  const missing = roundTrip(new Deno.errors.NotFound("no file"));
  assert(missing instanceof Deno.errors.NotFound);
  assertEquals([missing.name, missing.message], ["NotFound", "no file"]);
  const both = roundTrip(new SuppressedError(new Error("late"), new Error("early"), "both")) as SuppressedError;
  assert(both instanceof SuppressedError);
  assertEquals([both.message, both.error.message, both.suppressed.message], ["both", "late", "early"]);
  assertEquals(Object.keys(both), []);
});

Deno.test("packValue() cuts messages and frames under `errorRules`, and keeps what lies below a long message", () => {
  const error = new RangeError("m".repeat(1_000), { cause: new Error("n".repeat(1_000)) });
  error.stack = `RangeError: ${error.message}\n    at one (a.ts:1:1)${"\n    at more (a.ts:2:2)".repeat(100)}`;
  const trimStack = (stack: string) => stack.replaceAll("a.ts", "b.ts");
  const packed = packValue(error, { ...OPTIONS, errorRules: { charsMax: 100, trimStack } });
  const arrived = unpackValue(packed) as RangeError & { cause: Error };
  const cut = `${"m".repeat(100)}... (cut from 1000 characters)`;
  assertEquals([arrived.message, arrived.cause.message], [cut, cut.replaceAll("m", "n").replace("fron", "from")]);
  const lines = arrived.stack!.split("\n");
  assert(lines[0]!.startsWith("RangeError: mmm") && lines[0]!.length < 200);
  assertEquals([lines[1], lines.at(-1)], ["    at one (b.ts:1:1)", "    ... (cut)"]);
  assert(lines.length < 10);
});

Deno.test("packValue() reads errors that resist being read under `errorRules`, and refuses them without", () => {
  const error = Object.defineProperty(new Error("odd"), "late", {
    enumerable: true,
    get: () => {
      throw new TypeError("not yet");
    },
  });
  const arrived = unpackValue(packValue(error, { ...OPTIONS, errorRules: { charsMax: 100 } })) as Error;
  assertEquals(Reflect.get(arrived, "late"), "(cannot be read: TypeError: not yet)");
  assertThrows(() => packValue(error, OPTIONS), Error, "not yet");
});

function roundTrip(value: unknown): unknown {
  return unpackValue(packValue(value, OPTIONS));
}
