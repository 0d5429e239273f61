import { assert, assertEquals, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { packValue, unpackValue } from "../../actors/wire/value_codec.ts";
import { pathText } from "../../actors/wire/value_refusal.ts";
import type { PackOptions } from "../../actors/wire/value_writer.ts";

const OPTIONS: PackOptions = { besideBytesMin: 65_536 };

class Conn {}
class Sub extends Map {}
const controller = new AbortController();

const REFUSED: readonly (readonly [() => unknown, string, string])[] = [
  [() => new Conn(), "value", "is an instance of class Conn"],
  [() => ({ items: [0, { conn: new Conn() }] }), "value.items[1].conn", "is an instance of class Conn"],
  [() => new Map([["k", { f: () => 1 }]]), 'value.get("k").f', "is a function"],
  [() => new Map([[{ f: Symbol("s") }, 1]]), "value.keys()[0].f", "is a symbol"],
  [() => new Set([1, new WeakMap()]), "value.values()[1]", "is a WeakMap"],
  [() => ({ "a b": new WeakSet() }), 'value["a b"]', "is a WeakSet"],
  [() => [new WeakRef({})], "value[0]", "is a WeakRef"],
  [() => [Promise.resolve(1)], "value[0]", "is a Promise"],
  [() => ({ signal: controller.signal }), "value.signal", "is an AbortSignal"],
  [() => [class A {}], "value[0]", "is a class"],
  [() => [new (class {})()], "value[0]", "is an instance of an unnamed class"],
  [() => Object.create({}), "value", "is an object with a prototype of its own"],
  [() => new Sub(), "value", "is an instance of class Sub"],
  [() => new Headers(), "value", "is a Headers"],
  [() => new Response("x"), "value", "is a Response"],
  [() => new Request("http://a"), "value", "is a Request"],
  [() => new ReadableStream(), "value", "is a ReadableStream"],
  [() => [(function* () {})()], "value[0]", "is a Generator"],
  [() => new Error("e", { cause: new Conn() }), "value.cause", "is an instance of class Conn"],
  [
    () => ({
      get a() {
        throw new Error("boom");
      },
    }),
    "value.a",
    "cannot be read (Error: boom)",
  ],
  [() => Object.assign([1, , 3], { x: { y: new Conn() } }), "value.x.y", "is an instance of class Conn"],
  [() => detached(), "value", "is detached: its memory was handed to someone else"],
];

Deno.test("packValue() refuses what cannot travel, with the path to it", () => {
  for (const [make, path, what] of REFUSED) {
    const error = assertThrows(() => packValue(make(), OPTIONS), Error);
    assert(TroupeError.is(error, "task/not-serializable"));
    assertEquals(error.message, `Cannot encode value: "${path}" ${what}`);
    assert((error.hint ?? "").length > 5);
  }
  assertEquals(unpackValue(packValue([1, 2], OPTIONS)), [1, 2]);
});

Deno.test("packValue() begins paths with `root` and lets `refuse` make the error", () => {
  const refuse = (path: string, what: string, hint: string) => new SyntaxError(`${path}|${what}|${hint}`);
  const pack = () => packValue({ s: controller.signal }, { ...OPTIONS, root: "argument 1", refuse });
  const hint = "Pass it as the `signal` option of client.with";
  assertEquals(assertThrows(pack, SyntaxError).message, `argument 1.s|is an AbortSignal|${hint}`);
});

Deno.test("pathText() writes steps as code, and cuts long paths in the middle", () => {
  assertEquals(pathText("args", [0, "a", "b c", { place: "get", at: "k" }]), 'args[0].a["b c"].get("k")');
  assertEquals(pathText("v", new Array(50).fill("n")), "v.n.n.n.n.n.n.n.n ... .n.n");
});

function detached(): Uint8Array {
  const view = new Uint8Array(8);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}
