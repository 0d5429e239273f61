import { assert, assertEquals, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { Capturer } from "../../actors/code/capture.ts";
import type { AnyFunction, CapturedFunction } from "../../actors/code/captured_function.ts";
import { fromModule } from "../../actors/code/from_module.ts";
import { Reviver } from "../../actors/code/revive.ts";

const MODULE = new URL("./stateful_module.ts", import.meta.url);

async function revive({ code, hash, name }: CapturedFunction): Promise<AnyFunction> {
  const reviver = new Reviver({ library: {}, loadLibrary: () => Promise.resolve({}) });
  return (await reviver.revive(code, hash, name)).make(undefined, { read: () => undefined });
}

Deno.test("fromModule() gives a function that loads where it runs", async () => {
  const double = fromModule<(x: number) => number>(MODULE, "double");
  const captured = new Capturer({}).capture(double, "submit task");
  assertEquals(captured.name, "double");
  assertEquals(Reflect.apply(await revive(captured), undefined, [21]), 42);
});

Deno.test("fromModule() takes npm: and node: specifiers", async () => {
  const captured = new Capturer({}).capture(fromModule("node:path", "basename"), "submit task");
  assertEquals(Reflect.apply(await revive(captured), undefined, ["/a/b"]), "b");
  assertEquals(new Capturer({}).capture(fromModule("npm:acorn@8.15.0", "parse"), "submit task").name, "parse");
});

Deno.test("fromModule() gives one hash for one export", () => {
  const capture = (name: string) => new Capturer({}).capture(fromModule(MODULE, name), "submit task").hash;
  assertEquals(capture("double"), capture("double"));
  assert(capture("double") !== capture("remember"));
});

Deno.test("fromModule() throws when its function is called", () => {
  const error = assertThrows(() => fromModule(MODULE, "double")(1));
  assert(TroupeError.is(error, "input/invalid"));
  assertEquals(error.message, `Cannot call "double": it stands for an export of "${MODULE.href}"`);
});

Deno.test("fromModule() refuses a relative URL and an empty name", () => {
  const relative = assertThrows(() => fromModule("./jobs.ts", "f"));
  assert(TroupeError.is(relative, "input/invalid"));
  assertEquals(relative.message, 'Cannot refer to module: "./jobs.ts" is not an absolute URL');
  const nameless = assertThrows(() => fromModule(MODULE, ""));
  assert(TroupeError.is(nameless, "input/invalid"));
  assertEquals(nameless.message, 'Cannot refer to module: "" is not the name of an export');
});

Deno.test("Capturer.capture() refuses the main module by reference", () => {
  const error = assertThrows(() => new Capturer({}).capture(fromModule(import.meta.url, "f"), "submit task"));
  assert(TroupeError.is(error, "input/invalid"));
  assertEquals(error.message, `Cannot refer to "f": ${JSON.stringify(import.meta.url)} is the main module`);
});
