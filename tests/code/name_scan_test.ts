import * as acorn from "acorn";
import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../actors/base/random.ts";
import { parseFunctionText } from "../../actors/code/function_text.ts";
import { scanNames } from "../../actors/code/name_scan.ts";

const NO_NEEDS = {
  callsEval: false,
  relativeImports: [],
  writes: [],
  metas: [],
  heritage: undefined,
  shorthands: new Set<number>(),
};

/** Texts that the scan alone must see through, and the names it may report. */
const SEEN: readonly [text: string, names: string][] = [
  ["(x) => x + 1", ""],
  ["x=>x*x", ""],
  ["async (x) => await x", ""],
  ["async x => x", ""],
  ["function add(a, b) { return a + b; }", ""],
  ["async function fib(n) { return n < 2 ? n : await fib(n - 1) + await fib(n - 2); }", ""],
  ["(by = 1, ...rest) => rest.length + by", ""],
  ["(x) => Math.sqrt(x.y?.z)", "Math"],
  ["(xs) => xs.map((x) => x + 1).filter(y => y > 2)", ""],
  ["(s) => `a ${s} k ${s.map((t) => `${t}`)} l`", ""],
  ["(s) => s / 2 / (s + 1) / s[0] // k / l", ""],
  ["(s) => /k[/]l/g.test(s) /* m */ || \"n\" + 'o\\'p'", ""],
  ["(n) => { const a = n, b = a + 1; let c; c = b; return { a, d: c }; }", ""],
  ["(n) => { const c = getClient(); return c.submit((x) => x, n); }", "getClient"],
  ["(n) => n + k", "k"],
  ["(n) => { let c = k; c = n; c++; return { c, l: c, m: n ? k : c }; }", "k"],
];

Deno.test("scanNames() sees through small functions", () => {
  for (const [text, names] of SEEN) {
    const found = scanNames(text);
    assertEquals(found && [...found.names].join(" "), names, text);
    assertEquals(found?.isExact, true, text);
  }
});

/** Texts in which a hasty scan would miss a name that is free. */
const TRAPS: readonly [text: string, name: string][] = [
  ["() => { { const k = 1; } return k; }", "k"],
  ["() => { for (const k of []) {} return k; }", "k"],
  ["() => { if (1) { let k; } return k; }", "k"],
  ["(xs) => [xs.map((k) => k), k]", "k"],
  ["(xs) => xs.map(k => k\n, k)", "k"],
  ["(xs) => xs ? k => 1 : k", "k"],
  ["() => { const f = k => 1; return k; }", "k"],
  ["() => { const f = k => 1\nreturn k }", "k"],
  ["(a = k) => a", "k"],
  ["({ a = k }) => a", "k"],
  ["(a) => { a\n/k/g }", "k"],
  ["(a) => (a) / k / 2", "k"],
  ["(a) => a++ / k / 2", "k"],
  ["(a) => a.return / k / 2", "k"],
  ["(a) => `${`${k}`}`", "k"],
  ["(a) => a ?.5 : k", "k"],
  ["(a) => [...k]", "k"],
  ["(a) => ({ k })", "k"],
  ["(a) => ({ [k]: 1 })", "k"],
  ["(a) => a ? { b: 1 } : k", "k"],
  ["(a) => { switch (a) { case 1, k: return 1; } }", "k"],
  ["(a) => a\u003f k : 1", "k"],
  ["(a) => \\u006b", "k"],
  ["() => { let a\nb, k = 1 }", "k"],
  ["() => { let a\n[b][0], k = 1 }", "k"],
  ["() => this", "this"],
  ["() => new.target", "new.target"],
  ["() => new . target", "new.target"],
  ["() => import.meta", "import.meta"],
  ["() => arguments", "arguments"],
  ["function f() { return () => super_; }", "super_"],
  ["m() { return k; }", "k"],
  ["async(a) { return k; }", "k"],
  ["(a) => async(k)", "k"],
  ["(a) => async(a)", "async"],
  ["(a) => async`a`", "async"],
  ["(a) => { let b\nasync / 1 }", "async"],
  ["(a) => async in a", "async"],
  ["(a) => { async\n(b) => b }", "async"],
  ["(a) => { const b = function k() {}; return k; }", "k"],
  ["(a) => { try {} catch (k) {} return k; }", "k"],
];

Deno.test("scanNames() reports a free name, or leaves it to the parser, when scopes are tricky", () => {
  for (const [text, name] of TRAPS) {
    const found = scanNames(text);
    assert(found === undefined || found.names.has(name), text);
  }
});

Deno.test("scanNames() never misses a name that the parser finds, and says truly when it finds no others, in generated functions", () => {
  const random = seededRandom(20261122);
  let seen = 0;
  let exact = 0;
  for (let round = 0; round < 20_000; round++) {
    const text = generate((count) => Math.floor(random.next() * count));
    const needs = parseFunctionText(acorn, text, "m")?.needs;
    const found = scanNames(text);
    if (needs === undefined || found === undefined) continue;
    seen++;
    for (const name of needs.names) assert(found.names.has(name), `missed ${name} in: ${text}`);
    if (!found.isExact) continue;
    exact++;
    assertEquals([...found.names].sort(), [...needs.names].sort(), text);
    assertEquals({ ...needs, names: found.names }, { ...NO_NEEDS, names: found.names }, text);
  }
  assert(seen > 2_500 && exact > 500, `only ${seen} texts were compared, ${exact} of them exact`);
});

/** A function out of few names, so that they shadow each other, in a grammar of what trips scanners. */
function generate(pick: (count: number) => number): string {
  const name = () => ["a", "b", "c", "k", "of", "async", "get"][pick(7)] ?? "a";
  const one = (...options: readonly (() => string)[]) => (options[pick(options.length)] ?? name)();
  const expression = (depth: number): string => {
    if (depth <= 0) return one(name, () => "1", () => `"${name()}"`, () => `/${name()}/g`);
    const inner = () => expression(depth - 1);
    return one(
      name,
      () => `${inner()} + ${inner()}`,
      () => `(${inner()}, ${inner()})`,
      () => `(${inner()}) / ${name()} / 2`,
      () => `${name()}.${name()}?.${name()}`,
      () => `${name()}(${inner()}, ${inner()})`,
      () => `${name()} ? ${inner()} : ${inner()}`,
      () => `((${name()}, ${name()} = 1) => ${inner()})`,
      () => `[${name()} => ${inner()}, ${inner()}]`,
      () => `(${name()} => { ${statements(depth - 1)} })`,
      () => `{ ${name()}: ${inner()} }`.replace(/^/, "(").replace(/$/, ")"),
      () => `({ ${name()}, ${name()}: ${inner()}, [${inner()}]: 1 })`,
      () => `({ ${name()}(${name()}) { ${statements(depth - 1)} } })`,
      () => `\`x \${${inner()}} ${name()} \${${inner()}}\``,
      () => `function ${name()}(${name()}) { ${statements(depth - 1)} }`.replace(/^.*$/s, "($&)"),
      () => `async (${name()}) => ${inner()}`.replace(/^.*$/s, "($&)"),
      () => `[...${inner()}]`,
      () => `new.target ?? this`,
      () => `function () { return new.target ?? [this, arguments]; }`.replace(/^.*$/s, "($&)"),
    );
  };
  const statement = (depth: number): string =>
    one(
      () => `const ${name()} = ${expression(depth)}, ${name()}${pick(9)} = ${expression(depth)};`,
      () => `let ${name()}${pick(3)}\n${expression(depth)}`,
      () => `var ${name()} = ${name()} => ${expression(depth)}, ${name()} = 1\n`,
      () => `{ let ${name()} = ${expression(depth)}; }`,
      () => `for (const ${name()} of ${expression(depth)}) ${name()};`,
      () => `if (${expression(depth)}) /${name()}/.test(${name()});`,
      () => `${name()}: for (;;) break;`,
      () => `try { ${name()}; } catch (${name()}) { ${name()}; }`,
      () => `function ${name()}${pick(3)}() { return ${name()}; }`,
      () => `return ${expression(depth)};`,
      () => `${expression(depth)}; // ${name()}\n`,
      () => `${name()} ${["=", "+=", "??=", ">>>="][pick(4)]} ${expression(depth)};`,
      () => `[${name()}, ${name()}.x] = ${expression(depth)};`,
      () => `({ ${name()}, x: ${name()} } = ${expression(depth)});`,
      () => `${name()}++; --${name()};`,
      () => `while (${name()}) { ${name()}[${name()}] = ${expression(depth)}; }`,
    );
  const statements = (depth: number): string =>
    Array.from({ length: 1 + pick(3) }, () => statement(Math.max(0, depth))).join(pick(2) ? " " : "\n");
  return one(
    () => `(${name()}) => ${expression(3)}`,
    () => `${name()} => ${expression(3)}`,
    () => `(${name()}, ...${name()}2) => { ${statements(2)} }`,
    () => `async function ${name()}(${name()} = 1) { ${statements(2)} }`,
    () => `function (${name()}) { ${statements(2)} }`,
    () => `${name()}(${name()}) { ${statements(1)} }`,
  );
}
