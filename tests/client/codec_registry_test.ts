import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { CodecRegistry } from "../../actors/client/codec_registry.ts";

class Point {}
class Other {}
const CODEC = { name: "point", encode: () => 1, decode: () => new Point() };

function refusal(registry: CodecRegistry, type: unknown, codec: unknown): string {
  const error = assertThrows(() => registry.add(type, codec));
  assert(TroupeError.is(error, "input/invalid"), Deno.inspect(error));
  return error.message;
}

Deno.test("CodecRegistry finds codecs by prototype and by name", () => {
  const registry = new CodecRegistry();
  assert(registry.isEmpty);
  registry.add(Point, CODEC);
  assertEquals([registry.isEmpty, registry.of(Other.prototype), registry.named("other")], [
    false,
    undefined,
    undefined,
  ]);
  const codec = registry.of(Point.prototype);
  assertStrictEquals(registry.named("point"), codec);
  assertEquals([codec?.type, codec?.encode, codec?.decode], [Point, CODEC.encode, CODEC.decode]);
  registry.add(Point, { ...CODEC, encode: () => 2 });
  assertEquals(registry.of(Point.prototype)?.encode(undefined as never), 2);
});

Deno.test("CodecRegistry.add() refuses names and classes that are taken, and what is no class or codec", () => {
  const registry = new CodecRegistry();
  registry.add(Point, CODEC);
  const cases: [type: unknown, codec: unknown, message: string][] = [
    [Other, CODEC, 'Cannot register codec "point": class Point has this name already'],
    [Point, { ...CODEC, name: "p" }, 'Cannot register codec "p": class Point has a codec already, "point"'],
    [Map, { ...CODEC, name: "map" }, 'Cannot register codec "map": class Map travels by itself'],
    [RangeError, { ...CODEC, name: "e" }, 'Cannot register codec "e": class RangeError travels by itself'],
    [Array, { ...CODEC, name: "list" }, 'Cannot register codec "list": class Array travels by itself'],
    [{}, CODEC, "Cannot register codec: {} is not a class"],
    [() => 1, CODEC, "Cannot register codec: [Function (anonymous)] is not a class"],
    [Other, undefined, "Cannot register codec for class Other: undefined is no codec"],
    [Other, { ...CODEC, name: "" }, 'Cannot register codec for class Other: its name is ""'],
    [Other, { name: "other", encode: CODEC.encode }, "Cannot register codec for class Other: its decode is undefined"],
  ];
  for (const [type, codec, message] of cases) assertEquals(refusal(registry, type, codec), message);
  assertEquals(registry.of(Other.prototype), undefined);
});
