import { assert, assertEquals, assertMatch, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { describe } from "../../actors/base/errors.ts";
import type { CodeUnit } from "../../actors/code/captured_function.ts";
import { ModuleShipper } from "../../actors/code/module_shipper.ts";
import { Parser } from "../../actors/code/parser.ts";
import { FunctionInspector } from "../../actors/code/function_inspector.ts";
import {
  loadShipped,
  shippedExportOf,
  shippedImport,
  shippedModuleAt,
  shippedUnit,
} from "../../actors/code/shipped_modules.ts";
import { failsWith } from "../support/codes.ts";
import { startModuleHooks } from "../support/module_hooks.ts";
import { Program } from "../support/program.ts";

await startModuleHooks();

const ACTION = 'load task "work"';

/** A program's modules, taken along; the program is gone when they are loaded. */
async function ship(
  files: Readonly<Record<string, string>>,
  ...paths: string[]
): Promise<{ units: CodeUnit[]; program: Program }> {
  await using program = await Program.write(files);
  const shipper = new ModuleShipper(new Parser(), () => undefined);
  const units = paths.map((path) => shipper.ship(program.url(path), "submit task")!);
  return { units, program };
}

function get(module: object, name: string): unknown {
  const value: unknown = Reflect.get(module, name);
  return value;
}

async function call(module: object, name: string, ...args: unknown[]): Promise<unknown> {
  const fn = get(module, name);
  assert(typeof fn === "function", `${name} is a function`);
  const result: unknown = await fn(...args);
  return result;
}

Deno.test("loadShipped() loads modules with their imports from memory", async () => {
  const { units: [unit], program } = await ship({
    "a.ts": `import { Square } from "./lib/shapes.ts"; import data from "./data.json" with { type: "json" };
      import text from "./t.txt" with { type: "text" };
      import { join } from "node:path"; import * as acorn from "npm:acorn@8.15.0";
      export * from "./lib/shapes.ts"; export { Square as default };
      export const ready = await Promise.resolve(7);
      export const all = () => [new Square(2).area, data.k, text, join("a", "b"), typeof acorn.parse, ready];
      export const meta = () => [import.meta.url, import.meta.dirname, import.meta.main, new URL("./x", import.meta.url).href];`,
    "lib/shapes.ts":
      `import { twice } from "./twice.ts"; abstract class Shape { constructor(protected side: number) {} }
      export class Square extends Shape { get area(): number { return twice(this.side); } }`,
    "lib/twice.ts":
      `import * as shapes from "./shapes.ts"; export const twice = (x: number): number => shapes ? 2 * x : 0;`,
    "data.json": `{ "k": 3 }`,
    "t.txt": "hello",
  }, "a.ts");
  const module = await loadShipped(unit!, ACTION);
  assertEquals(Object.keys(module).sort(), ["Square", "all", "default", "meta", "ready"]);
  assertEquals(await call(module, "all"), [4, 3, "hello", "a/b", "function", 7]);
  assertEquals(await call(module, "meta"), [
    `${program.url("a.ts")}#troupe-${unit!.hash}`,
    program.folder,
    false,
    program.url("x"),
  ]);
});

Deno.test("loadShipped() shares modules, and their state, between all that import them", async () => {
  const { units } = await ship(
    {
      "state.ts": `let count = 0; export const next = (): number => ++count;`,
      "a.ts": `import { next } from "./state.ts"; export const go = next;`,
      "b.ts": `export { next as go } from "./state.ts";`,
    },
    "a.ts",
    "b.ts",
  );
  const [a, b] = await Promise.all(units.map((unit) => loadShipped(unit, ACTION)));
  assertEquals([await call(a!, "go"), await call(b!, "go"), await call(a!, "go")], [1, 2, 3]);
  assertStrictEquals(await loadShipped(units[0]!, ACTION), a);
});

Deno.test("loadShipped() takes another version of a module for another module", async () => {
  const files = { "a.ts": `import { v } from "./v.ts"; export const go = () => v;`, "same.ts": "export const o = {};" };
  await using program = await Program.write({ ...files, "v.ts": "export const v: number = 1;" });
  const load = async (path: string) =>
    await loadShipped(new ModuleShipper(new Parser(), () => undefined).ship(program.url(path), "submit task")!, ACTION);
  const [first, same] = [await load("a.ts"), await load("same.ts")];
  await program.edit("v.ts", "export const v: number = 2;");
  assertEquals([await call(first, "go"), await call(await load("a.ts"), "go")], [1, 2]);
  assertStrictEquals(await load("same.ts"), same);
});

Deno.test("modules in memory import dynamically: what came along, packages, and computed names of both", async () => {
  const { units: [unit] } = await ship({
    "a.ts": `export const load = async (name?: string) => (await import(name ?? "./late.ts")).late;
      export const late = async () => (await import("./late.ts")).late;
      export const data = async () => (await import("./d.json", { with: { type: "json" } })).default;
      export const npm = async () => typeof (await import("npm:acorn@8.15.0")).parse;
      export const troupe = async () => (await import("@troupe/troupe")).TroupeError;`,
    "late.ts": `import * as acorn from "npm:acorn@8.15.0"; export const late: string = typeof acorn.tokenizer;`,
    "d.json": "[1]",
  }, "a.ts");
  const module = await loadShipped(unit!, ACTION);
  assertEquals([await call(module, "late"), await call(module, "npm")], ["function", "function"]);
  assertEquals([await call(module, "load"), await call(module, "load", "./late.ts")], ["function", "function"]);
  assertEquals(await call(module, "data"), [1]);
  assertStrictEquals(await call(module, "troupe"), (await import("../../mod.ts")).TroupeError);
  assertEquals(await call(module, "load", "data:text/javascript,export const late = 5"), 5);
  const error = await failsWith("input/invalid", () => call(module, "load", "./other.ts"));
  assertMatch(error.message, /^Cannot import "\.\/other\.ts": it did not travel with "file:.*\/a\.ts"$/);
});

Deno.test("loadShipped() says which import cannot be had here, and whose it is, before anything runs", async () => {
  const { units: [unit], program } = await ship({
    "a.ts": `import "./b.ts"; Reflect.set(globalThis, "troupe test", 1);`,
    "b.ts": `import "data:text/javascript,throw new Error('no such thing')";`,
  }, "a.ts");
  const error = await failsWith("input/invalid", () => loadShipped(unit!, ACTION));
  const missing = describe("data:text/javascript,throw new Error('no such thing')");
  assertEquals(
    error.message,
    `Cannot load task "work": module ${missing}, imported by "${program.url("b.ts")}", cannot be imported`,
  );
  assertEquals([error.details?.["importer"], Reflect.get(globalThis, "troupe test")], [program.url("b.ts"), undefined]);
  assertMatch(String(error.cause), /no such thing/);
});

Deno.test("errors from modules in memory show the user's own files and lines", async () => {
  const { units: [unit], program } = await ship({
    "a.ts":
      `interface Gone {\n  a: number;\n}\n\nexport const fail = (_: Gone): never => {\n  throw new Error("x");\n};\n`,
  }, "a.ts");
  const error = await call(await loadShipped(unit!, ACTION), "fail").catch((thrown: unknown) => thrown);
  const frame = error instanceof Error ? error.stack?.split("\n")[1] : "";
  assert(frame?.includes(`${program.url("a.ts")}:6:`), `frame is ${frame}`);
});

Deno.test("shippedExportOf() knows the exports of modules in memory as their sender knows them", async () => {
  const { units: [unit, home], program } = await ship(
    {
      "a.ts": `export { go } from "./b.ts"; export const table = { x: 1 }; export default class {} export const n = 1;`,
      "b.ts": `export function go() {} export { go as other };`,
    },
    "a.ts",
    "b.ts",
  );
  const module = await loadShipped(unit!, ACTION);
  const known = (name: string) => shippedExportOf(Object(get(module, name)));
  const url = program.url("b.ts");
  assertEquals(known("go")?.reference, { kind: "module", url, name: "go", unit: home!.hash });
  assertStrictEquals(known("go")?.unit, home);
  assertEquals([known("default")?.reference.name, known("table")?.unit], ["default", unit]);
  assertEquals(shippedExportOf(() => 1), undefined);
  const loaded = shippedModuleAt(`${program.url("a.ts")}#troupe-${unit!.hash}`);
  assertEquals([loaded?.unit, loaded?.content.url], [unit, program.url("a.ts")]);
  assertEquals(shippedModuleAt(program.url("a.ts")), undefined);
  assertNotStrictEquals(loaded, undefined);
});

Deno.test("loadShipped() gives a module that comes home as it is there", async () => {
  await using program = await Program.write({ "a.ts": "export const state = {};" });
  const here: object = await import(program.url("a.ts"));
  const inspector = FunctionInspector.open();
  const unit = new ModuleShipper(new Parser(), () => inspector).ship(program.url("a.ts"), "submit task");
  inspector?.close();
  assertStrictEquals(await loadShipped(unit!, ACTION), here);
  assertStrictEquals(shippedUnit(unit!.hash), unit);
});

Deno.test("shippedImport() resolves imports as the sender did", async () => {
  const { units: [unit, other], program } = await ship(
    {
      "a.ts": `import "./b.ts"; import "npm:acorn@8.15.0"; import "@troupe/troupe";`,
      "b.ts": "",
    },
    "a.ts",
    "b.ts",
  );
  await loadShipped(unit!, ACTION);
  const loadUrl = `${program.url("a.ts")}#troupe-${unit!.hash}`;
  assertEquals(shippedImport(loadUrl, "./b.ts"), { url: program.url("b.ts"), unit: other!.hash });
  assertEquals(shippedImport(loadUrl, "npm:acorn@8.15.0"), { url: "npm:acorn@8.15.0" });
  assertEquals(shippedImport(loadUrl, "@troupe/troupe"), { url: new URL("../../mod.ts", import.meta.url).href });
  assertEquals([shippedImport(loadUrl, "./c.ts"), shippedImport(program.url("a.ts"), "./b.ts")], [
    undefined,
    undefined,
  ]);
});
