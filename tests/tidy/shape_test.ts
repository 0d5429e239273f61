import { assertEquals } from "@std/assert";
import { doorLaw, duplicateNameLaw, fileSizeLaw, functionSizeLaw, moduleStateLaw, nameLaw } from "./shape.ts";
import type { SourceFile } from "./source_file.ts";

function file(path: string, text: string): SourceFile {
  return { path, text };
}

Deno.test("fileSizeLaw() refuses the 400th line", () => {
  assertEquals(fileSizeLaw([file("actors/base/a.ts", "\n".repeat(399))]), []);
  assertEquals(fileSizeLaw([file("cli/a.ts", "\n".repeat(400))]), ["cli/a.ts: 400 lines, 399 at most"]);
  assertEquals(fileSizeLaw([file("tests/a.ts", "\n".repeat(400))]), []);
});

Deno.test("functionSizeLaw() refuses the 71st line of functions, methods and arrows", () => {
  const body = "\n".repeat(70);
  const texts = [`function grow() {${body}}`, `class A {\n  grow() {${body}}\n}`, `const grow = () => {${body}};`];
  for (const text of texts) {
    assertEquals(functionSizeLaw([file("actors/base/a.ts", text)]), [
      "actors/base/a.ts: function grow has 71 lines, 70 at most",
    ], text);
  }
  assertEquals(functionSizeLaw([file("actors/base/a.ts", `function grow() {${"\n".repeat(69)}}`)]), []);
});

Deno.test("nameLaw() refuses drawers, other words and camelCase files", () => {
  const files = [
    file("actors/base/string_utils.ts", ""),
    file("actors/base/keyedHeap.ts", ""),
    file("actors/base/pool.ts", "export class PoolManager {}\ninterface LaneCount {}\nclass Implement {}\n"),
    file(".github/std.d.ts", ""),
  ];
  assertEquals(nameLaw(files), [
    "actors/base/string_utils.ts: the file name names a drawer",
    "actors/base/keyedHeap.ts: file name is no snake_case",
    "actors/base/pool.ts: PoolManager names a drawer",
    `actors/base/pool.ts: LaneCount: "Lane" is called "executor" here`,
  ]);
});

Deno.test("duplicateNameLaw() refuses one name in two files, but each machine has its step()", () => {
  const files = [
    file("actors/scheduler/machine/step.ts", "export function step(): void {}\nexport interface Run {}"),
    file("actors/worker/machine/step.ts", "export function step(): void {}"),
    file("actors/worker/run.ts", "export const Run = 1;\nexport type Other = string;"),
  ];
  assertEquals(duplicateNameLaw(files), [
    `actors/worker/run.ts: exports "Run", as actors/scheduler/machine/step.ts does`,
  ]);
});

Deno.test("duplicateNameLaw() takes overloads, and a type and a value of one file, as one name", () => {
  const text = "export function a(x: 1): 1;\nexport function a(x: 2): 2;\nexport function a(x: unknown): unknown {\n" +
    "  return x;\n}\nexport type B = string;\nexport const B = 1;\n";
  assertEquals(duplicateNameLaw([file("actors/base/a.ts", text)]), []);
});

Deno.test("doorLaw() lets mod.ts hand on by name, and nobody else at all", () => {
  const files = [
    file("mod.ts", `export { a, type B } from "./actors/base/a.ts";\nexport * from "./x.ts";\nexport const c = 1;`),
    file("actors/base/mod.ts", `export { a } from "./a.ts";`),
    file("actors/base/all.ts", `export * from "./a.ts";`),
    file("actors/base/own.ts", `const a = 1;\nexport { a };`),
  ];
  assertEquals(doorLaw(files), [
    `mod.ts: "export *" hides the list of names`,
    `mod.ts: "c" is made here, not handed on`,
    "actors/base/mod.ts: hands on a",
    "actors/base/all.ts: hands on *",
  ]);
});

Deno.test("doorLaw() refuses a name that mod.ts lists twice", () => {
  const text = `export { a } from "./actors/base/a.ts";\nexport { b as a } from "./actors/base/b.ts";`;
  assertEquals(doorLaw([file("mod.ts", text)]), [`mod.ts: "a" is listed twice`]);
});

Deno.test("moduleStateLaw() refuses top-level let and var, exported or not", () => {
  const text = "let a = 1;\nexport let b = 2;\nvar c = 3;\nconst d = () => {\n  let e = 4;\n  return e;\n};\n";
  assertEquals(moduleStateLaw([file("actors/base/a.ts", text)]), [
    `actors/base/a.ts: module state "a"`,
    `actors/base/a.ts: module state "b"`,
    `actors/base/a.ts: module state "c"`,
  ]);
});
