import { assertEquals } from "@std/assert";
import { resolveImport } from "../../actors/code/module_resolver.ts";

const IMPORTER = "file:///home/ada/app/lib/work.ts";
const MAP: Readonly<Record<string, string>> = {
  "#local": "file:///home/ada/app/local.ts",
  "file:///lib/x.ts": "file:///home/ada/app/lib/x.ts",
  "troupe": "jsr:@troupe/troupe@^0.1.0",
  "chalk": "npm:chalk@5",
};

function mapped(specifier: string): string {
  const found = MAP[specifier] ?? (URL.canParse(specifier) ? specifier : undefined);
  if (found === undefined) throw new TypeError("not in import map");
  return found;
}

Deno.test("resolveImport() finds files under the import map", () => {
  const url = (specifier: string) => {
    const found = resolveImport(specifier, IMPORTER, mapped);
    return found?.kind === "file" ? found.url : found;
  };
  assertEquals(url("./a.ts"), "file:///home/ada/app/lib/a.ts");
  assertEquals(url("../b.ts"), "file:///home/ada/app/b.ts");
  assertEquals(url("#local"), "file:///home/ada/app/local.ts");
  assertEquals(url("/lib/x.ts"), "file:///home/ada/app/lib/x.ts");
  assertEquals(url("nobody"), undefined);
  assertEquals(url("blob:http://x/1"), undefined);
});

Deno.test("resolveImport() leaves to workers what they find by themselves", () => {
  const external = (specifier: string, resolve = mapped) => {
    const found = resolveImport(specifier, IMPORTER, resolve);
    return found?.kind === "external" ? found.specifier : found;
  };
  for (const specifier of ["npm:chalk@^5/sub", "jsr:@std/path@1", "node:fs", "https://x.org/a.ts", "data:,"]) {
    assertEquals(external(specifier), specifier);
  }
  assertEquals(external("chalk"), "npm:chalk@5");
  assertEquals(external("acorn", (name) => import.meta.resolve(name)), "npm:acorn@8.15.0");
});

Deno.test("resolveImport() leads to the worker's own Troupe", () => {
  assertEquals(resolveImport("troupe", IMPORTER, mapped), { kind: "troupe", path: "mod.ts" });
  assertEquals(resolveImport("jsr:@troupe/troupe", IMPORTER, mapped), { kind: "troupe", path: "mod.ts" });
  assertEquals(resolveImport("@troupe/troupe", IMPORTER), { kind: "troupe", path: "mod.ts" });
  const own = new URL("../../actors/base/errors.ts", import.meta.url).href;
  assertEquals(resolveImport(own, IMPORTER), { kind: "troupe", path: "actors/base/errors.ts" });
  assertEquals(resolveImport("../support/program.ts", import.meta.url)?.kind, "file");
});
