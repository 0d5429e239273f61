import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { Capturer } from "../../actors/code/capture.ts";
import { isFunction } from "../../actors/code/captured_function.ts";
import { readFunction, writeFunction } from "../../actors/code/function_value.ts";
import { LoadingError, whenLoaded } from "../../actors/code/loading.ts";
import { Reviver } from "../../actors/code/revive.ts";
import { packValue, unpackValue } from "../../actors/wire/value_codec.ts";
import { remember } from "./stateful_module.ts";

const k = 3;

/** Packs a value with functions in it, and reads it elsewhere. */
function travel(value: unknown): unknown {
  const capturer = new Capturer({});
  const packed = packValue(value, {
    besideBytesMin: Infinity,
    special: { write: (inner) => isFunction(inner) ? writeFunction(capturer.captureValue(inner, "send")) : undefined },
  });
  const reviver = new Reviver({ library: {}, loadLibrary: () => Promise.resolve({}) });
  const special = { read: (_: string, payload: unknown): unknown => readFunction(payload, reviver, special) };
  return whenLoaded(() => unpackValue(packed, { special }));
}

Deno.test("readFunction() makes functions and classes anew within data, and the same ones the same", () => {
  const times = (x: number) => x * k;
  class Box {
    value = k;
  }
  const arrived = travel({ a: [times, times], Box });
  assert(typeof arrived === "object" && arrived !== null && "a" in arrived && Array.isArray(arrived.a));
  const [first, second]: unknown[] = arrived.a;
  assert(isFunction(first) && first !== times);
  assertStrictEquals(first, second);
  assertEquals(Reflect.apply(first, undefined, [5]), 15);
  assert("Box" in arrived && isFunction(arrived.Box));
  assertEquals(Object(Reflect.construct(arrived.Box as never, [])).value, 3);
});

Deno.test("readFunction() asks for a second reading when a module must be imported", async () => {
  const arriving = travel([remember]);
  assert(arriving instanceof Promise);
  assertEquals(await arriving, [remember]);
});

Deno.test("readFunction() refuses what is no function", () => {
  const reviver = new Reviver({ library: {}, loadLibrary: () => Promise.resolve({}) });
  const special = { read: (): unknown => undefined };
  for (const payload of [undefined, [], ["h", "n"], ["h", "n", 5, undefined], ["h", 1, Uint8Array.of(), undefined]]) {
    const error = assertThrows(() => readFunction(payload, reviver, special));
    assert(TroupeError.is(error, "wire/malformed") && !(error instanceof LoadingError), String(payload));
  }
});
