import { assertEquals } from "@std/assert";
import plugin from "./house_rules.ts";

/** The rules that refuse a text, without the plugin's name, in order. */
function refusals(path: string, text: string): string[] {
  return Deno.lint.runPlugin(plugin, path, text).map(({ id }) => id.replace("house/", ""));
}

const MACHINE = "actors/scheduler/machine/step.ts";

Deno.test("short-functions refuses the 71st line", () => {
  for (const lines of [70, 71]) {
    const body = "\n".repeat(lines - 1);
    const expected = lines > 70 ? ["short-functions"] : [];
    assertEquals(refusals("cli/a.ts", `function a() {${body}}`), expected);
    assertEquals(refusals("cli/a.ts", `class A {\n  b() {${body}}\n}`), expected);
    assertEquals(refusals("cli/a.ts", `run(() => {${body}});`), expected);
  }
});

Deno.test("pure-machines refuses clock, chance, timers, output and waiting in a machine only", () => {
  const texts = [
    "const a = Date.now();",
    "const a = new Date(1);",
    "const a = Math.random();",
    "const { now } = performance;",
    "setTimeout(run, 1);",
    "console.log(1);",
    "const a = Deno.env;",
    "const a = globalThis.x;",
    `import { a } from "node:fs";`,
    `import { a } from "npm:acorn";`,
    "async function a() {}",
    "run(async () => {});",
    "run({ async a() {} });",
    "await x;",
    `const a = import("./b.ts");`,
  ];
  for (const text of texts) {
    assertEquals(refusals(MACHINE, text), ["pure-machines"], text);
    assertEquals(refusals("actors/scheduler/a.ts", text), [], text);
    assertEquals(refusals("tests/scheduler/machine/step_test.ts", text), [], text);
  }
});

Deno.test("pure-machines lets words, keys and its own modules pass", () => {
  const text = `import { b } from "../../base/b.ts";\nconst a = { process: 1, console: b };\n` +
    "interface C {\n  performance: number;\n}\n// Date.now()\nconst d = a.process + Math.floor(1);\n";
  assertEquals(refusals(MACHINE, text), []);
  assertEquals(refusals(`/home/anna/troupe/${MACHINE}`, "Date.now();"), ["pure-machines"]);
});

Deno.test("no-default-export refuses one, but for the plugin itself", () => {
  assertEquals(refusals("mod.ts", "export default 1;"), ["no-default-export"]);
  assertEquals(refusals("tests/tidy/house_rules.ts", "export default 1;"), []);
});

Deno.test("no-private refuses private and protected members and parameter properties", () => {
  assertEquals(refusals("mod.ts", "class A {\n  private b = 1;\n}"), ["no-private"]);
  assertEquals(refusals("mod.ts", "class A {\n  protected b() {}\n}"), ["no-private"]);
  assertEquals(refusals("mod.ts", "class A {\n  public b() {}\n}"), ["no-private"]);
  assertEquals(refusals("mod.ts", "class A {\n  constructor(readonly b: 1) {}\n}"), ["no-private"]);
  assertEquals(refusals("mod.ts", "class A {\n  #b = 1;\n  c() {\n    return this.#b;\n  }\n}"), []);
  assertEquals(refusals("mod.ts", "class A {\n  private constructor() {}\n}"), []);
});

Deno.test("no-other-ways refuses enums, namespaces, decorators and export *", () => {
  assertEquals(refusals("mod.ts", "enum A {}"), ["no-other-ways"]);
  assertEquals(refusals("mod.ts", "namespace A {}"), ["no-other-ways"]);
  assertEquals(refusals("mod.ts", "@a\nclass A {}"), ["no-other-ways"]);
  assertEquals(refusals("mod.ts", `export * from "./a.ts";`), ["no-other-ways"]);
  assertEquals(refusals(".github/std.d.ts", `declare module "a" {}`), []);
});

Deno.test("no-top-level-arrow refuses one outside of tests", () => {
  assertEquals(refusals("mod.ts", "export const a = () => 1;"), ["no-top-level-arrow"]);
  assertEquals(refusals("cli/a.ts", "const a = () => 1;"), ["no-top-level-arrow"]);
  assertEquals(refusals("tests/a_test.ts", "const a = () => 1;"), []);
  assertEquals(refusals("cli/a.ts", "const a = { b: () => 1 };\nfunction c() {\n  const d = () => 1;\n}"), []);
});

Deno.test("error-messages refuses a final period and a small start", () => {
  assertEquals(refusals("cli/a.ts", 'troupeError("a/b", "Cannot read.");'), ["error-messages"]);
  assertEquals(refusals("cli/a.ts", 'troupeError("a/b", `cannot read ${x}`);'), ["error-messages"]);
  assertEquals(refusals("cli/a.ts", 'troupeError("a/b", `Cannot read ${x}`);\ntroupeError("a/b", text);'), []);
});
