import { assertEquals } from "@std/assert";
import { cycleLaw, executorLaw, layerLaw, layerOf, LAYERS, outsideLaw } from "./layers.ts";
import type { SourceFile } from "./source_file.ts";

function file(path: string, text: string): SourceFile {
  return { path, text };
}

Deno.test("layerLaw() refuses an import from below", () => {
  const files = [
    file("actors/wire/frame.ts", `import { Task } from "../protocol/task.ts";`),
    file("actors/transport/link.ts", `import { frame } from "../wire/frame.ts";`),
  ];
  assertEquals(layerLaw(files), [`actors/wire/frame.ts: "wire" may not import "protocol" ("../protocol/task.ts")`]);
});

Deno.test("layerLaw() counts types, also those named by import() in a type, and dynamic imports", () => {
  const texts = [
    `import type { A } from "../actor/a.ts";`,
    `export type B = import("../actor/a.ts").A;`,
    `export async function load(): Promise<void> {\n  await import("../actor/a.ts");\n}`,
    `import "../actor/a.ts";`,
    `import {\n  a,\n} from "../actor/a.ts";`,
  ];
  for (const text of texts) {
    assertEquals(layerLaw([file("actors/base/x.ts", text)]), [
      `actors/base/x.ts: "base" may not import "actor" ("../actor/a.ts")`,
    ], text);
  }
});

Deno.test("layerLaw() is not fooled by comments and strings", () => {
  const text = `// import { a } from "../actor/a.ts";\nexport const SOURCE = 'import a from "../actor/a.ts"';\n`;
  assertEquals(layerLaw([file("actors/base/x.ts", text)]), []);
});

Deno.test("layerLaw() refuses files and targets in no layer", () => {
  assertEquals(layerLaw([file("actors/extra/x.ts", "")]), ["actors/extra/x.ts: lies in no layer"]);
  assertEquals(layerLaw([file("actors/client/x.ts", `import "../../mod.ts";`)]), [
    `actors/client/x.ts: may not import "../../mod.ts", which lies in no layer`,
  ]);
});

Deno.test("layerLaw() keeps the world out of machines and acorn in code/", () => {
  const files = [
    file("actors/scheduler/machine/x.ts", `import { a } from "node:fs";`),
    file("actors/client/x.ts", `import { parse } from "acorn";`),
    file("actors/code/x.ts", `import { parse } from "acorn";\nimport { b } from "node:inspector";`),
  ];
  assertEquals(layerLaw(files), [
    `actors/scheduler/machine/x.ts: "scheduler/machine" may not import "node:fs"`,
    `actors/client/x.ts: "client" may not import "acorn"`,
  ]);
});

Deno.test("layerOf() prefers the longest layer", () => {
  assertEquals(layerOf("actors/worker/machine/step.ts"), "worker/machine");
  assertEquals(layerOf("actors/worker/pool.ts"), "worker");
  assertEquals(layerOf("cli/main.ts"), undefined);
});

Deno.test("LAYERS names each layer only after those that it may import", () => {
  const names = Object.keys(LAYERS);
  for (const [name, allowed] of Object.entries(LAYERS)) {
    for (const other of allowed) assertEquals(names.indexOf(other) < names.indexOf(name), true, `${name}: ${other}`);
  }
});

Deno.test("outsideLaw() refuses what users cannot see", () => {
  const files = [
    file(
      "cli/run.ts",
      `import "../actors/base/clock.ts";\nimport "./main.ts";\nimport "../mod.ts";\nimport "node:fs";`,
    ),
    file("examples/fib.ts", `import "node:fs";\nimport "@troupe/troupe";\nimport "@std/async/delay";`),
    file("examples/image.ts", `import "@jsquash/png";\nimport "../actors/base/clock.ts";\nimport "npm:acorn@8.15.0";`),
  ];
  assertEquals(outsideLaw(files), [
    `cli/run.ts: may not import "../actors/base/clock.ts"`,
    `cli/run.ts: may not import "node:fs"`,
    `examples/image.ts: may not import "../actors/base/clock.ts"`,
    `examples/image.ts: may not import "npm:acorn@8.15.0"`,
  ]);
});

Deno.test("executorLaw() refuses a static import, but from those who run tasks inline", () => {
  const files = [
    file("mod.ts", `export { runTask } from "./actors/executor/executor_actor.ts";`),
    file("actors/executor/executor_actor.ts", `import "./slot.ts";`),
    file("actors/cluster/crew.ts", `import "../executor/executor_actor.ts";`),
  ];
  assertEquals(executorLaw(files), [
    `mod.ts: imports "./actors/executor/executor_actor.ts", which is named by URL only`,
  ]);
});

Deno.test("layerLaw() counts imports that are resolved at run time", () => {
  const source = `export const load = (): unknown => import(import.meta.resolve("../cluster/local_cluster.ts"));`;
  assertEquals(layerLaw([file("actors/client/connect.ts", source)]), []);
  assertEquals(layerLaw([file("actors/client/other.ts", source)]).length, 1);
});

Deno.test("layerLaw() lets a door pass, and nobody else through it", () => {
  const source = `export const load = (): unknown => import("../cluster/local_cluster.ts");`;
  assertEquals(layerLaw([file("actors/client/connect.ts", source)]), []);
  assertEquals(layerLaw([file("actors/client/other.ts", source)]).length, 1);
});

Deno.test("cycleLaw() finds a cycle of types", () => {
  const files = [
    file("actors/base/a.ts", `import type { B } from "./b.ts";`),
    file("actors/base/b.ts", `import type { C } from "./c.ts";`),
    file("actors/base/c.ts", `import type { B } from "./b.ts";`),
  ];
  assertEquals(cycleLaw(files), ["actors/base/b.ts: cycle actors/base/b.ts -> actors/base/c.ts -> actors/base/b.ts"]);
  assertEquals(cycleLaw(files.slice(0, 2)), []);
});
