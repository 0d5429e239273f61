import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readModuleSource } from "../../actors/code/module_source.ts";
import { Program } from "../support/program.ts";

Deno.test("readModuleSource() takes V8's text of what is loaded, without its comment about the source map", () => {
  const loaded = "export const a = 1;\n//# sourceMappingURL=data:application/json;base64,e30=\n";
  const source = readModuleSource(import.meta.url, "", loaded);
  assertEquals("text" in source && source.text, "export const a = 1;");
  assertStringIncludes("sourceMap" in source ? source.sourceMap : "", import.meta.url);
});

Deno.test("readModuleSource() compiles TypeScript that is not loaded, and maps it to its file", async () => {
  await using program = await Program.write({
    "a.ts": "enum E { A = 4 }\nexport const a: number = E.A;",
    "b.js": "1;",
  });
  const source = readModuleSource(program.url("a.ts"), "", undefined);
  assertEquals("text" in source && source.format, "module");
  assertEquals("text" in source && source.text.includes("number"), false);
  const map: unknown = JSON.parse("sourceMap" in source ? source.sourceMap : "{}");
  assertEquals(map instanceof Object && "sources" in map && map.sources, [program.url("a.ts")]);
  assertEquals(readModuleSource(program.url("b.js"), "", undefined), { format: "module", text: "1;", sourceMap: "" });
});

Deno.test("readModuleSource() reads data by the type of its import", async () => {
  await using program = await Program.write({ "a.json": "[1]" });
  const url = program.url("a.json");
  assertEquals(readModuleSource(url, "json", undefined), { format: "json", text: "[1]", sourceMap: "" });
  assertEquals(readModuleSource(url, "text", undefined), { format: "text", text: "[1]", sourceMap: "" });
});

Deno.test("readModuleSource() refuses what it cannot take along, with the reason", async () => {
  await using program = await Program.write({ "a.tsx": "export const a = <b/>;" });
  const reason = (path: string, type = "") => {
    const source = readModuleSource(program.url(path), type, undefined);
    return "reason" in source ? `${source.isMissing} ${source.reason}` : "no refusal";
  };
  assertMatch(reason("a.tsx"), /^false is not loaded here and cannot be compiled: /);
  assertMatch(reason("missing.ts"), /^true cannot be read: No such file/);
  assertEquals(reason("a.cjs"), "false is a CommonJS module, which does not travel");
  assertEquals(reason("a.wasm"), "false is native code, which does not travel");
  assertEquals(reason("a.json"), "false is JSON, imported without a type");
  assertEquals(reason("a.bin", "bytes"), 'false is imported with type "bytes", which does not travel');
});
