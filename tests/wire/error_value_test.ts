import { assert, assertEquals, assertStrictEquals } from "@std/assert";
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
  }
  const dom = roundTrip(new DOMException("stop", "AbortError")) as DOMException;
  assert(dom instanceof DOMException);
  assertEquals([dom.name, dom.message], ["AbortError", "stop"]);
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

Deno.test("packValue() replaces what cannot travel in an error by a text when `looseErrors`", () => {
  const shared = { a: 1 };
  const error = Object.assign(new Error("failed"), { conn: { shared, conn: new Conn() }, shared, same: shared });
  const arrived = unpackValue(packValue([error, shared], { ...OPTIONS, looseErrors: true })) as [typeof error, object];
  const text = '(did not travel: Cannot encode value: "value.conn.conn" is an instance of class Conn)';
  assertEquals(arrived[0].conn as unknown, text.replace("value.conn", "value[0].conn"));
  assertEquals(arrived[0].shared, { a: 1 });
  assertStrictEquals(arrived[0].same, arrived[1]);
});

function roundTrip(value: unknown): unknown {
  return unpackValue(packValue(value, OPTIONS));
}
