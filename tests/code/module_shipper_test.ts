import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { requiredFirst } from "../../actors/base/required_first.ts";
import type { CodeUnit } from "../../actors/code/captured_function.ts";
import { FunctionInspector } from "../../actors/code/function_inspector.ts";
import { type ModuleCode, parseModuleCode } from "../../actors/code/module_code.ts";
import { ModuleShipper } from "../../actors/code/module_shipper.ts";
import { Parser } from "../../actors/code/parser.ts";
import { failsWith } from "../support/codes.ts";
import { Program } from "../support/program.ts";

const ACTION = 'submit task "work"';

/** A shipper that may ask V8, or not. */
function shipper(isAsking = true): ModuleShipper & Disposable {
  const inspector = isAsking ? FunctionInspector.open() : undefined;
  return Object.assign(new ModuleShipper(new Parser(), () => inspector), {
    [Symbol.dispose]: () => inspector?.close(),
  });
}

/** All units that a unit requires, by the names of their files. */
function contents(unit: CodeUnit | undefined): Map<string, ModuleCode & { readonly unit: CodeUnit }> {
  const units = unit === undefined ? [] : requiredFirst(unit, ({ requires }) => requires);
  return new Map(units.map((each) => [each.name.replace(/^.*\//, ""), { ...parseModuleCode(each.code), unit: each }]));
}

const FILES = {
  "work.ts": `import { b } from "./b.ts"; import data from "./data.json" with { type: "json" };
    export { parse } from "npm:acorn@8.15.0"; import { describe } from "@troupe/troupe";
    export const work = (x: number): number => b(x) + data.k; export const late = () => import("./late.ts");
    export { describe };`,
  "b.ts": `import { c } from "./c.ts"; export function b(x: number): number { return c(x) + 1; }`,
  "c.ts": `import { b } from "./b.ts"; enum E { A = 2 } export const c = (x: number): number => b ? x * E.A : 0;`,
  "late.ts": `import { b } from "./b.ts"; export enum Late { A = 1 } export const late: typeof b = b;`,
  "data.json": `{ "k": 3 }`,
  "unused.ts": "",
};

Deno.test("ModuleShipper.ship() takes a module and all that it reaches, once, with V8's own text", async () => {
  await using program = await Program.write({ ...FILES, "work.ts": FILES["work.ts"].replace(/.*describe.*/g, "") });
  await import(program.url("b.ts"));
  using sender = shipper();
  const unit = sender.ship(program.url("work.ts"), ACTION);
  const found = contents(unit);
  assertEquals([...found.keys()].sort(), ["b.ts", "c.ts", "data.json", "late.ts", "work.ts"]);
  assertEquals([found.get("data.json")?.format, found.get("data.json")?.text], ["json", `{ "k": 3 }`]);
  assertEquals(/number|enum/.test([...found.values()].map(({ text }) => text).join()), false);
  for (const { unit } of found.values()) assertStrictEquals(found.get(unit.name.replace(/^.*\//, ""))?.unit, unit);
  assertStrictEquals(sender.ship(program.url("work.ts"), ACTION), unit);
  assertStrictEquals(sender.ship(program.url("c.ts"), ACTION), found.get("c.ts")?.unit);
});

Deno.test("ModuleShipper.ship() says where each import leads", async () => {
  await using program = await Program.write(FILES);
  using sender = shipper();
  const { links } = contents(sender.ship(program.url("work.ts"), ACTION)).get("work.ts")!;
  const targets = links.map(({ specifier, type, isDynamic, target }) =>
    `${specifier} ${type} ${isDynamic} ${target.kind} ${target.kind === "unit" ? "" : Object.values(target)[1]}`
  );
  assertEquals(targets, [
    "./b.ts  false unit ",
    "./data.json json false unit ",
    "npm:acorn@8.15.0  false external npm:acorn@8.15.0",
    "@troupe/troupe  false troupe mod.ts",
    "./late.ts  true unit ",
  ]);
});

Deno.test("ModuleShipper.ship() gives an edited file and its importers new hashes, and no others", async () => {
  await using program = await Program.write(FILES);
  const hashes = () => {
    using sender = shipper(false);
    return new Map(
      [...contents(sender.ship(program.url("work.ts"), ACTION))].map(([name, { unit }]) => [name, unit.hash]),
    );
  };
  const before = hashes();
  const changedBy = async (path: string, text: string) => {
    await program.edit(path, text);
    const after = hashes();
    return [...before.keys()].filter((name) => before.get(name) !== after.get(name)).sort();
  };
  assertEquals(await changedBy("unused.ts", "export {};"), []);
  assertEquals(await changedBy("data.json", `{ "k": 4 }`), ["data.json", "work.ts"]);
  await program.edit("data.json", FILES["data.json"]);
  assertEquals(await changedBy("c.ts", FILES["c.ts"].replace("A = 2", "A = 5")), [
    "b.ts",
    "c.ts",
    "late.ts",
    "work.ts",
  ]);
});

Deno.test("ModuleShipper.ship() leaves to workers what they find by themselves, and what is not here", async () => {
  await using program = await Program.write({ "node_modules/a/index.js": "" });
  using sender = shipper();
  for (const url of ["npm:acorn@8", "node:path", "https://x.org/a.ts", program.url("node_modules/a/index.js")]) {
    assertEquals(sender.ship(url, ACTION), undefined);
  }
  assertEquals(sender.ship(program.url("missing.ts"), ACTION), undefined);
});

Deno.test("ModuleShipper.ship() refuses what cannot travel, with the way there", async () => {
  await using program = await Program.write({
    "a.ts": `import "./b.ts";`,
    "b.ts": `import "./view.tsx";`,
    "view.tsx": "export const view = <b/>;",
    "bare.ts": `import "no such name";`,
    "lost.ts": `import "./nowhere.ts";`,
    "maybe.ts": `export const maybe = () => import("no such name").catch(() => 0);`,
    "decorated.js": "class A { @log m() {} }",
  });
  using sender = shipper();
  const refusal = async (path: string) =>
    await failsWith("task/not-serializable", () => sender.ship(program.url(path), ACTION));
  const view = await refusal("a.ts");
  const start = `Cannot submit task "work": module "${program.url("view.tsx")}", imported by "${
    program.url("b.ts")
  }", is not`;
  assertEquals(view.message.slice(0, start.length), start);
  assertEquals(view.details?.["modules"], [program.url("a.ts"), program.url("b.ts"), program.url("view.tsx")]);
  assertEquals(
    (await refusal("bare.ts")).message,
    `Cannot submit task "work": module "${
      program.url("bare.ts")
    }" imports "no such name", which is not found from here`,
  );
  assertEquals((await refusal("lost.ts")).message.includes('nowhere.ts", imported by'), true);
  assertEquals((await refusal("decorated.js")).message.endsWith("is not JavaScript that can be read"), true);
  assertNotStrictEquals(sender.ship(program.url("maybe.ts"), ACTION), undefined);
});
