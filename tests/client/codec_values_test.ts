import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { CLASS_TAG, CodecValues, INSTANCE_TAG } from "../../actors/client/codec_values.ts";
import { instanceCodecs } from "../../actors/client/defaults.ts";
import { registerCodec } from "../../actors/client/register_codec.ts";
import { Capturer } from "../../actors/code/capture.ts";
import { Reviver } from "../../actors/code/revive.ts";

class Celsius {
  readonly degrees: number;
  constructor(degrees: number) {
    this.degrees = degrees;
  }
}
class Exact extends Celsius {}

registerCodec(Celsius, {
  name: "celsius",
  encode: (value) => [value.degrees, value.constructor === Exact] as const,
  decode: ([degrees, isExact]) => isExact ? new Exact(degrees) : new Celsius(degrees),
});

function codecs(): CodecValues {
  const place = {
    world: {
      capturer: new Capturer({}),
      reviver: new Reviver({ library: {}, loadLibrary: () => Promise.resolve({}) }),
    },
    write: () => undefined,
    read: () => undefined,
  };
  return new CodecValues(place, place);
}

Deno.test("registerCodec() puts a class into the codecs of the thread", () => {
  assertEquals(instanceCodecs().named("celsius")?.type, Celsius);
});

Deno.test("CodecValues writes instances with one record per codec, and reads its own by the thread's codec", () => {
  const values = codecs();
  const [one, two] = [new Celsius(1), new Celsius(2)].map((value) => values.write(value, "submit task"));
  assertEquals([one?.tag, (one?.payload as unknown[])[1]], [INSTANCE_TAG, [1, false]]);
  assertStrictEquals((one?.payload as unknown[])[0], (two?.payload as unknown[])[0]);
  const back = values.readInstance(structuredClone(two?.payload));
  assert(back instanceof Celsius && back.degrees === 2);
  assertEquals(values.write(new URL("file:///a"), "submit task"), undefined);
});

Deno.test("CodecValues writes a subclass by the codec of its base class if that gives it back", () => {
  const values = codecs();
  const back = values.readInstance(values.write(new Exact(5), "submit task")?.payload);
  assert(back instanceof Exact);
  class Lost extends Celsius {}
  assertThrows(() => values.write(new Lost(5), "submit task"), Error, "comes back");
});

Deno.test("CodecValues gives instances that came one class, and sends them on with what came", () => {
  const sent = codecs().write(new Celsius(3), "submit task")!;
  const [record, encoded] = sent.payload as [Record<string, unknown>, unknown];
  const foreign = [{ ...record, name: "of another program" }, encoded];
  const there = codecs();
  const [first, second] = [foreign, structuredClone(foreign)].map((payload) => there.readInstance(payload) as Celsius);
  assert(first?.constructor !== Celsius);
  assertEquals([first?.degrees, first?.constructor.name], [3, "Celsius"]);
  assertStrictEquals(first?.constructor, second?.constructor);
  assertEquals(there.write(first!, "submit task"), { tag: INSTANCE_TAG, payload: foreign });
  assert(there.owns(first!.constructor) && there.owns(Celsius) && !there.owns(Exact));
  assertEquals(there.write(first!.constructor, "submit task"), { tag: CLASS_TAG, payload: foreign[0] });
  assertStrictEquals(there.readClass(foreign[0]), first?.constructor);
});

Deno.test("CodecValues refuses payloads that are none", () => {
  for (const payload of [undefined, 5, [], [{ name: "x" }, 1], [{ name: "x", id: "", hash: "", code: 1 }, 2]]) {
    assertThrows(() => codecs().readInstance(payload), Error, "Cannot read instance");
  }
});
