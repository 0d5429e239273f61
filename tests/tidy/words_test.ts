import { assertEquals } from "@std/assert";
import { wordLaw } from "./words.ts";

function problemCount(path: string, text: string): number {
  return wordLaw([{ path, text }]).length;
}

// Written in halves: this file obeys the law, too.
const FAULTS = [
  "// TO" + "DO: later",
  "// FIX" + "ME",
  "see ../sha" + "red/notes.md",
  "cat /wo" + "rk/notes.md",
  "lane, not to be con" + "fused with line",
  "// deno-lint-igno" + "re no-console",
  "// deno-lint-igno" + "re-file no-console -- because",
];
const CODE_FAULTS = ["// @ts-igno" + "re", "const a = b as an" + "y;", "const a = b as unknown a" + "s C;"];

Deno.test("wordLaw() refuses promises, foreign paths and unreasoned ignores in any file", () => {
  for (const text of FAULTS) assertEquals(problemCount("README.md", text), 1, text);
});

Deno.test("wordLaw() refuses silenced types in code, not in tests", () => {
  for (const text of CODE_FAULTS) {
    assertEquals(problemCount("actors/base/a.ts", text), 1, text);
    assertEquals(problemCount("tests/base/a_test.ts", text), 0, text);
  }
});

Deno.test("wordLaw() lets a reasoned ignore and ordinary words pass", () => {
  const text = "// deno-lint-igno" +
    "re no-console -- prints for people\nactors/worker/pool.ts hackathon .github/workflows\n";
  assertEquals(problemCount("actors/base/a.ts", text), 0);
});

Deno.test("wordLaw() names the line", () => {
  const [problem] = wordLaw([{ path: "a.md", text: "one\ntwo\nTO" + "DO\n" }]);
  assertEquals(problem?.startsWith("a.md:3: "), true);
});
