import { assertEquals } from "@std/assert";
import * as acorn from "acorn";
import { readModuleText } from "../../actors/code/module_text.ts";

Deno.test("readModuleText() finds every import once, with its type, static before dynamic", () => {
  const found = readModuleText(
    acorn,
    `import a from "a"; import "./b.ts"; export * from "./c.ts"; export { d } from "./d.ts";
     import e from "./e.json" with { type: "json" }; import f from "./e.json" with { "type": "text" };
     const g = () => [import("./b.ts"), import(\`./h.ts\`), import("./i.json", { with: { type: "json" } })];
     const dynamic = (x) => import(x) ?? import("./" + x) ?? import(\`./\${x}\`);
     export { g as default, dynamic };`,
  );
  const list = found?.imports.map(({ specifier, type, isDynamic }) => `${specifier} ${type}${isDynamic ? "?" : ""}`);
  assertEquals(list, [
    ...["a ", "./b.ts ", "./c.ts ", "./d.ts ", "./e.json json", "./e.json text"],
    ...["./h.ts ?", "./i.json json?"],
  ]);
  assertEquals(found?.exports, ["default", "dynamic"]);
});

Deno.test("readModuleText() puts a word as long in place of import calls, and changes nothing else", () => {
  const source =
    `// import("x")\nimport.meta.url;\nconst a = await import("./a.ts"), s = 'import("b")';\nimport( "./c.ts" );`;
  const found = readModuleText(acorn, source)!;
  assertEquals(found.importName.length, "import".length);
  assertEquals(found.text.replaceAll(found.importName, "import"), source);
  assertEquals(found.text.split(found.importName).length - 1, 2);
  assertEquals(readModuleText(acorn, `import "x";`), {
    text: `import "x";`,
    importName: "",
    imports: [{ specifier: "x", type: "", isDynamic: false }],
    exports: [],
  });
});

Deno.test("readModuleText() takes a word that the text does not have", () => {
  const found = readModuleText(acorn, `const $troup = 1; export const f = () => import("./a.ts");`)!;
  assertEquals([found.importName === "$troup", found.text.includes("const $troup = 1;")], [false, true]);
});

Deno.test("readModuleText() gives nothing for what is no module", () => {
  assertEquals(readModuleText(acorn, "const x: number = 1;"), undefined);
  assertEquals(readModuleText(acorn, "class A { @log m() {} }"), undefined);
});
