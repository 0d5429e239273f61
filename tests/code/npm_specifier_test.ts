import { assertEquals } from "@std/assert";
import { isInPackage, npmSpecifier } from "../../actors/code/npm_specifier.ts";
import { Program } from "../support/program.ts";

const resolve = (specifier: string): string => import.meta.resolve(specifier);

Deno.test("npmSpecifier() names a file of a package with the version that runs", () => {
  assertEquals(npmSpecifier(resolve("acorn"), "acorn", resolve), "npm:acorn@8.15.0");
  const delay = resolve("@std/async/delay");
  assertEquals(npmSpecifier(delay, "@std/async/delay", resolve), "npm:deno-std@1.4.0/async/delay.js");
  assertEquals(npmSpecifier(resolve("acorn").replace("acorn.mjs", "bin.js"), "acorn", resolve), undefined);
  assertEquals(npmSpecifier("file:///home/ada/app/a.ts", "./a.ts", resolve), undefined);
});

Deno.test("npmSpecifier() finds the version of a package in node_modules", async () => {
  await using program = await Program.write({
    "node_modules/@scope/tool/package.json": `{ "version": "2.1.0" }`,
    "node_modules/bare/index.js": "",
  });
  const file = program.url("node_modules/@scope/tool/lib/deep.js");
  const exported = (specifier: string) => specifier === "npm:@scope/tool@2.1.0/deep" ? file : "";
  assertEquals(npmSpecifier(file, "@scope/tool/deep", exported), "npm:@scope/tool@2.1.0/deep");
  assertEquals(npmSpecifier(program.url("node_modules/bare/index.js"), "bare", () => ""), undefined);
});

Deno.test("isInPackage() tells files of packages from files of the user", () => {
  assertEquals(isInPackage(resolve("acorn")), true);
  assertEquals(isInPackage("file:///app/node_modules/chalk/index.js"), true);
  assertEquals(isInPackage("file:///app/npm/work.ts"), false);
  assertEquals(isInPackage("https://example.com/node_modules/chalk/index.js"), false);
});
