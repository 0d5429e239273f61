import * as acorn from "acorn";
import { assert, assertEquals } from "@std/assert";
import { stripTypeScriptTypes } from "node:module";
import { KEYWORDS } from "../../actors/code/global_names.ts";
import { readScript } from "../../actors/code/script_facts.ts";
import { scanScript } from "../../actors/code/script_scan.ts";

/** Texts, and the names in them that may change: `k` written in every way that there is, and in none. */
const WRITES: readonly [text: string, names: string][] = [
  ["k = 1", "k"],
  ["k += 1; l -= 1; m **= 2; n >>>= 1; o <<= 1; p >>= 1", "k l m n o p"],
  ["k &&= 1; l ||= 1; m ??= 1; n &= 1; o |= 1; p ^= 1; q %= 1; r /= 1; s *= 2", "k l m n o p q r s"],
  ["k++; --l; ++m.n", "k l"],
  ["k == 1; k === 1; k != 1; k <= 1; k >= 1; k => 1; k < -1; k + +1; k ? 1 : 2; k ?? 1", ""],
  ["let k = 1, l = 2; const m = k; var n = 3", "n"],
  ["let k = 1\nl = 2, m = 3", "l m"],
  ["let k = () => {}\nl = 2", "l"],
  ["let k = (l = 1), m = [n = 2]", "l n"],
  ["const { k, l: m } = x, [n] = y", "n"],
  ["const { k = 1 } = x", "k"],
  ["[k, ...l] = x; ({ m, n: [o] } = x)", "k l m n o"],
  ["if (x) [k, l] = y; for (;;) [m] = y", "k l m"],
  ["if (x) {}\n[k] = y", "k"],
  ["x[k] = 1; f()[k] = 1; x.k = 1; x?.k; 'a'[k] = 1", ""],
  [
    "for (k of x); for (l in x); for (const m of x); for await (n of x); for ([o] of x); for ({ p } of x);",
    "k l n o p",
  ],
  ["for (var k of x); for (var [l] of x); for (var m in x);", "k l m"],
  ["if (k in x) {}", ""],
  ["function f(k = 1, l) {} const g = (m = 2) => m; class A { n(o = 1) {} }", ""],
  ["function f(k = l = 1) {}", "l"],
  ["f(k = 1)\n{ l }", "k"],
  ["if (k = 1) {} while (l = 1) {} f(x, m = 1)", "k l m"],
  ["class A { k = 1; static l = 2\nm = 3\n#n = 4; o() { p = 5; } }", "p"],
  ["x({ class: 1, const: 2, let: 3, function: 4 }); if (x) { k = 1 }", "k"],
  ["x = { class() { k = 1 }, get class() { l = 1 } }", "k l"],
  ["function* g() { let k = yield\nx, l = 1 }", "l"],
  ["class A extends f({ k: l = 1 }) { m = n = 1; o =\np = 1 }", "l n p"],
  ["`${k = 1} l = 2`", "k"],
  ["// k = 1\n/* l = 2 */ 'm = 3'; /n = 4/", ""],
  ["function __troupe_bind(a) { k = a; } l = 1", "l"],
  ["function* g() { yield [k] = x }", "k"],
];

Deno.test("scanScript() finds what a script writes", () => {
  for (const [text, expected] of WRITES) {
    const facts = scanScript(text);
    const names = [..."klmnopqrs"].filter((name) => facts?.mayChange(name));
    assertEquals(names.join(" "), expected, text);
    const parsed = readScript(acorn, text);
    for (const name of "klmnopqrs") if (parsed.mayChange(name)) assert(names.includes(name), `${name} in: ${text}`);
  }
});

Deno.test("scanScript() takes everything for changing where eval is called, and words that are names in sloppy code", () => {
  assertEquals(scanScript("const k = 1; eval('k = 2')")?.mayChange("k"), true);
  assertEquals(scanScript("const k = x.eval('1')")?.mayChange("k"), false);
  assertEquals(scanScript("var interface = 1; interface = 2")?.mayChange("interface"), true);
});

/** Modules, with every form of import and export that the scan reads. */
const MODULES: readonly string[] = [
  'import a from "./a.js"; import b, { c, d as e, default as f } from "./b.js"; import * as g from "g"; import "h";',
  'import h, * as i from "i"; import j from "./j.json" with { type: "json" }; import from from "k"; import { as as as2 } from "l";',
  "export const a = 1, b = f(2, 3), c = () => { return 1, 2 };",
  "export let a = 1\nexport const b = [2,\n3]\nfoo()",
  "export function a() {} export async function b() {} export function* c() {} export class D {}",
  "const a = 1, b = 2; export { a, b as c, b as default };",
  'export { a as b } from "./a.js"; export * from "./b.js"; export * as c from "./c.js";',
  "export default function a() {}",
  "export default function () {}",
  "export default class A {}",
  "export default class { a = 1 }",
  "export default async function a() {}",
  "export default async function () {}",
  "const a = 1; export default a;",
  "const a = 1; export default a",
  "export default a.b;",
  "export default (a, b) => a;",
  "export default [1];",
  "#!/usr/bin/env deno\nexport const a = import.meta.url; import('b');",
];

Deno.test("scanScript() finds the imports and exports that the parser finds", () => {
  for (const text of MODULES) {
    const { imports, exports } = readScript(acorn, text);
    const scanned = scanScript(text);
    assertEquals(scanned?.imports, imports, text);
    assertEquals(scanned?.exports, exports, text);
  }
});

Deno.test("scanScript() leaves to the parser what it cannot tell", () => {
  const texts = [
    'import { "a b" as c } from "d"',
    'import a from "\\x61"',
    "export const { a, b: [c] } = d;",
    "export const a = b\n(c), d = 1",
    "export default a\nb()",
    "@decorated class A {}",
    "const é = 1",
    "{} /a/g",
    "(",
  ];
  for (const text of texts) assertEquals(scanScript(text), undefined, text);
});

Deno.test("scanScript() and the parser agree about every module of this project", () => {
  let compared = 0;
  for (const path of modulesUnder(new URL("../../", import.meta.url))) {
    const text = stripTypeScriptTypes(Deno.readTextFileSync(path), { mode: "transform" });
    const scanned = scanScript(text);
    if (scanned === undefined) continue;
    compared++;
    const parsed = readScript(acorn, text);
    assertEquals([scanned.imports, scanned.exports], [parsed.imports, parsed.exports], path.href);
    for (const name of new Set(text.match(/[A-Za-z_$][\w$]*/g))) {
      if (parsed.mayChange(name)) assert(scanned.mayChange(name) || KEYWORDS.has(name), `${name} in ${path.href}`);
    }
  }
  assert(compared > 300, `only ${compared} modules were compared`);
});

function* modulesUnder(folder: URL): Generator<URL> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory && ["actors", "cli", "code", "examples", "tests"].includes(name)) {
      yield* modulesUnder(new URL(`${name}/`, folder));
    } else if (isDirectory && folder.pathname.includes("/actors/")) yield* modulesUnder(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts") && name !== "decorated_module.ts") yield new URL(name, folder);
  }
}
