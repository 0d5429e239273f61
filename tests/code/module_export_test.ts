import { EventEmitter } from "node:events";
import { join } from "node:path";
import { assert, assertEquals } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import type { AnyFunction } from "../../actors/code/captured_function.ts";
import { FunctionInspector } from "../../actors/code/function_inspector.ts";
import { findExport, isPlatform } from "../../actors/code/module_export.ts";
import { Parser } from "../../actors/code/parser.ts";
import { ScriptReader } from "../../actors/code/script_reader.ts";
import countAll, { double, makePrivate, wrapped } from "./stateful_module.ts";

/** An export of a test is an export of the main module. */
export function exportedHere(): number {
  return 1;
}

function find(fn: AnyFunction): string | undefined {
  const inspector = FunctionInspector.open();
  assert(inspector !== undefined);
  const found = findExport(fn, inspector.lookAt(fn), new ScriptReader(new Parser(), () => inspector));
  return found && `${found.url.split("/").at(-1)}#${found.name}`;
}

Deno.test("findExport() names the export that holds a function", () => {
  assertEquals(find(double), "stateful_module.ts#double");
  assertEquals(find(wrapped), "stateful_module.ts#wrapped");
  assertEquals(find(countAll), "stateful_module.ts#default");
  assertEquals(find(join), "node:path#join");
  assertEquals(find(EventEmitter as unknown as AnyFunction), "node:events#EventEmitter");
});

Deno.test("findExport() claims nothing that it cannot prove, as for an anonymous default without a module scope", async () => {
  const url = "data:text/javascript,export default () => 1";
  const { default: anonymous } = await import(url);
  assertEquals(find(anonymous), undefined);
});

Deno.test("findExport() gives undefined for what no module exports", () => {
  for (const fn of [makePrivate(), () => 1, Math.max, double.bind(null), new Function() as AnyFunction]) {
    assertEquals(find(fn), undefined, fn.name);
  }
});

Deno.test("findExport() never names the main module, nor Troupe's own", () => {
  assertEquals(find(exportedHere), undefined);
  assertEquals(find(TroupeError.is), undefined);
  assertEquals(find(find), undefined);
});

Deno.test("isPlatform() knows Deno's own scripts by their URLs", () => {
  assertEquals(isPlatform({ scriptId: "1", url: "ext:deno_node/path/_posix.ts" }), true);
  assertEquals(isPlatform({ scriptId: "1", url: "file:///ext/a.ts" }), false);
});
