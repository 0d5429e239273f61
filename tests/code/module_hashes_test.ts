import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { hashModules } from "../../actors/code/module_hashes.ts";

/** Hashes of a graph: `{ a: "bc" }` says that a imports b and c. `edited` have another content. */
function hashes(graph: Readonly<Record<string, string>>, entry: string, edited = ""): Record<string, string> {
  const modules = new Map(
    Object.keys(graph).map((name) => {
      const imports: { digest: string; imports: []; hash: string }[] = [];
      return [name, { digest: edited.includes(name) ? `${name} edited` : name, imports, hash: "" }];
    }),
  );
  for (const [name, imports] of Object.entries(graph)) {
    for (const imported of imports) modules.get(name)!.imports.push(modules.get(imported)! as never);
  }
  hashModules(modules.get(entry)!);
  return Object.fromEntries([...modules].map(([name, { hash }]) => [name, hash]));
}

/** Names of modules whose hash an edit changes. */
function changed(graph: Readonly<Record<string, string>>, entry: string, edited: string): string {
  const before = hashes(graph, entry);
  const after = hashes(graph, entry, edited);
  return Object.keys(graph).filter((name) => before[name] !== after[name]).join("");
}

const TREE = { m: "ab", a: "c", b: "cd", c: "", d: "" };
/** Two circles, one of which leads to the other. */
const CIRCLES = { m: "a", a: "b", b: "ca", c: "de", d: "c", e: "" };

Deno.test("hashModules() changes the hashes of an edited module and of what reaches it, and no other", () => {
  assertEquals(changed(TREE, "m", "c"), "mabc");
  assertEquals(changed(TREE, "m", "d"), "mbd");
  assertEquals(changed(TREE, "m", "m"), "m");
  assertEquals(changed(CIRCLES, "m", "e"), "mabcde");
  assertEquals(changed(CIRCLES, "m", "d"), "mabcd");
  assertEquals(changed(CIRCLES, "m", "b"), "mab");
});

Deno.test("hashModules() gives each module of a circle the same hash wherever it begins, and each its own", () => {
  const fromM = hashes(CIRCLES, "m");
  for (const entry of ["a", "b"]) {
    const other = hashes(CIRCLES, entry);
    for (const name of "abcde") assertEquals(other[name], fromM[name], `${name} from ${entry}`);
  }
  assertEquals(new Set(Object.values(fromM)).size, 6);
  assert(Object.values(fromM).every((hash) => /^[0-9a-f]{32}$/.test(hash)));
});

Deno.test("hashModules() tells graphs of the same modules apart", () => {
  assertNotEquals(hashes({ m: "a", a: "b", b: "" }, "m")["m"], hashes({ m: "b", a: "", b: "a" }, "m")["m"]);
});
