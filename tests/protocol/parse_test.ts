import { assertEquals } from "@std/assert";
import * as p from "../../actors/protocol/parse.ts";
import { failsWith } from "../support/codes.ts";
import { assertArrives } from "./journey.ts";
import { DEATHS, PACKED } from "./samples.ts";

/** What each reader takes, and what it refuses. */
const READERS:
  readonly (readonly [string, (t: p.Fields) => unknown, good: readonly unknown[], bad: readonly unknown[]])[] = [
    ["text", (t) => p.text(t, 0), ["", "a"], [undefined, null, 1, ["a"]]],
    ["textOrNone", (t) => p.textOrNone(t, 0), ["", "a", undefined], [1, false, []]],
    ["number", (t) => p.number(t, 0), [0, -1.5, 2 ** 60], [NaN, Infinity, "1", 1n, null, undefined]],
    ["numberOrNone", (t) => p.numberOrNone(t, 0), [0, -1.5, undefined], [NaN, "1", false]],
    ["count", (t) => p.count(t, 0), [0, 1, 2 ** 53 - 1], [-1, 0.5, 2 ** 53, NaN, 1n, "1", undefined]],
    ["flag", (t) => p.flag(t, 0), [true, false], [0, 1, "true", null, undefined]],
    ["choice", (t) => p.choice(t, 0, ["a", "b"]), ["a", "b"], ["c", "", 0, undefined]],
    ["texts", (t) => p.texts(t, 0), [[], ["a", ""]], [undefined, "a", [1], ["a", null], { length: 0 }]],
    ["numbers", (t) => p.numbers(t, 0), [[], [1, -0.5]], [undefined, 1, ["1"], [NaN], [1n]]],
    ["packed", (t) => p.packed(t, 0), PACKED, [{}, [], [0], [[]], new Map(), () => 1, Symbol(), new Uint16Array(1)]],
    ["packedArg", (t) => p.packedArg(t, 0), [...PACKED, [0], [5]], [[-1], [0.5], [0, 1], ["a"], [], {}]],
    ["packedArgs", (t) => p.packedArgs(t, 0), [[], [1, [0], new Uint8Array(1)]], [undefined, [{}], "ab"]],
    ["amounts", (t) => p.amounts(t, 0), [undefined], [{ gpu: 1 }, [["gpu"]], [["gpu", "1"]], [[1, 1]], ["gpu"]]],
  ];

for (const [name, read, good, bad] of READERS) {
  Deno.test(`${name}() takes what it names and refuses the rest`, async () => {
    for (const value of good) assertEquals(read([value]), value);
    for (const value of bad) await failsWith("wire/malformed", () => read([value]));
  });
}

Deno.test("malformed() says what was expected and quotes what came", () => {
  const error = p.malformed("field 2 is no text", { a: 1 });
  assertEquals([error.code, error.message], [
    "wire/malformed",
    "Cannot read message: field 2 is no text, got { a: 1 }",
  ]);
});

Deno.test("textOrNone() and numberOrNone() read null as undefined, for other writers of MessagePack", () => {
  assertEquals([p.textOrNone([null], 0), p.numberOrNone([null], 0), p.amounts([null], 0)], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("amounts() makes own properties of whatever name", () => {
  const amounts = p.amounts([[["__proto__", 1], ["gpu", 2]]], 0);
  assertEquals(Object.entries(amounts ?? {}), [["__proto__", 1], ["gpu", 2]]);
  assertEquals(Object.getPrototypeOf(amounts), Object.prototype);
});

Deno.test("mapped() makes each entry anew and refuses entries that are no tuples", async () => {
  assertEquals(p.mapped([[["a"], ["b"]]], 0, (t) => p.text(t, 0)), ["a", "b"]);
  await failsWith("wire/malformed", () => p.mapped([["a"]], 0, (t) => t));
  await failsWith("wire/malformed", () => p.mapped(["a"], 0, (t) => t));
});

Deno.test("deathRecord() and wireError() give back what was packed", () => {
  assertArrives({ pack: (r) => [p.packDeathRecord(r)], parse: (data) => p.deathRecord(p.fields(data), 0) }, DEATHS);
  assertArrives({ pack: (e) => [p.packWireError(e)], parse: (data) => p.wireError(p.fields(data), 0) }, [
    ...PACKED.map((value) => ({ text: "Error: x", value })),
  ]);
});
