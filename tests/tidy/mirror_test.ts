import { assertEquals } from "@std/assert";
import { mirrorLaw, testedLaw } from "./mirror.ts";
import type { SourceFile } from "./source_file.ts";

const HEAP: SourceFile = { path: "actors/base/heap.ts", text: "export function push(): void {}" };

function file(path: string, text = ""): SourceFile {
  return { path, text };
}

Deno.test("testedLaw() refuses behaviour without a test", () => {
  assertEquals(testedLaw([HEAP], []), ["actors/base/heap.ts: has no test at tests/base/heap_test.ts"]);
  assertEquals(testedLaw([file("actors/base/shape.ts", "export type A = 1;\nexport const B = 2;")], []), []);
});

Deno.test("testedLaw() accepts a test of that name, or one that imports the file, but no benchmark", () => {
  assertEquals(testedLaw([HEAP, file("tests/base/heap_test.ts")], []), []);
  assertEquals(testedLaw([HEAP, file("tests/base/x_test.ts", `import "../../actors/base/heap.ts";`)], []), []);
  assertEquals(testedLaw([HEAP, file("tests/bench/x.ts", `import "../../actors/base/heap.ts";`)], []).length, 1);
});

Deno.test("testedLaw() counts the parts of a subject in its own folder only", () => {
  const step = file(
    "actors/m/step.ts",
    `import "./part.ts";\nimport "../base/heap.ts";\nexport function step(): void {}`,
  );
  const part = file("actors/m/part.ts", "export function part(): void {}");
  const problems = testedLaw([HEAP, step, part, file("tests/m/step_test.ts")], []);
  assertEquals(problems, ["actors/base/heap.ts: has no test at tests/base/heap_test.ts"]);
});

Deno.test("testedLaw() keeps the list of the untested honest", () => {
  assertEquals(testedLaw([HEAP], [HEAP.path]), []);
  assertEquals(testedLaw([HEAP, file("tests/base/heap_test.ts")], [HEAP.path]), [
    "actors/base/heap.ts: must leave the list of the untested",
  ]);
});

Deno.test("mirrorLaw() refuses a test whose subject is nowhere", () => {
  const tests = ["tests/base/heap_test.ts", "tests/base/heap_order_test.ts", "tests/end_to_end/a_test.ts"];
  assertEquals(mirrorLaw([HEAP, ...tests.map((path) => file(path))]), []);
  assertEquals(mirrorLaw([file("cli/main.ts"), file("tests/cli/main_test.ts")]), []);
  assertEquals(mirrorLaw([HEAP, file("tests/wire/heap_test.ts")]), [
    "tests/wire/heap_test.ts: no file of actors/ or cli/ has this name",
  ]);
});
