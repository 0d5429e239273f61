import { assertEquals } from "@std/assert";
import type { SourceFile } from "./source_file.ts";
import { worldLaw } from "./world.ts";

function worldProblems(text: string): string[] {
  const files: SourceFile[] = [{ path: "actors/client/a.ts", text }];
  return worldLaw(files, []);
}

Deno.test("worldLaw() refuses clock, chance, timers and output", () => {
  const cases: readonly (readonly [text: string, name: string])[] = [
    ["const a = Date.now();", "Date.now"],
    ["const a = new Date();", "new Date()"],
    ["const a = Math.random();", "Math.random"],
    ["setTimeout(() => {}, 1);", "setTimeout"],
    ["globalThis.setInterval(() => {}, 1);", "setInterval"],
    ["const later = { ring: setTimeout };", "setTimeout"],
    ["const { now } = performance;", "performance"],
    ["console?.error(1);", "console"],
  ];
  for (const [text, name] of cases) {
    assertEquals(worldProblems(text).includes(`actors/client/a.ts: names \`${name}\``), true, text);
  }
});

Deno.test("worldLaw() lets words, keys, types and given dates pass", () => {
  const text = "// setTimeout()\nconst a = 'Math.random()';\nconst b = { console: 1, setTimeout: 2 };\n" +
    "interface C {\n  performance: number;\n}\nconst d = b.console + new Date(5).getTime() + Math.floor(1);\n";
  assertEquals(worldProblems(text), []);
});

Deno.test("worldLaw() lets a named exception pass, and refuses one that is no longer needed", () => {
  const files: SourceFile[] = [{ path: "actors/base/clock.ts", text: "export const now = Date.now;" }];
  const exception = { path: "actors/base/clock.ts", reason: "is the clock" };
  assertEquals(worldLaw(files, [{ ...exception, names: ["Date.now"] }]), []);
  assertEquals(worldLaw(files, [{ ...exception, names: ["Date.now", "console"] }]), [
    "actors/base/clock.ts: exception for `console` is no longer needed",
  ]);
});
