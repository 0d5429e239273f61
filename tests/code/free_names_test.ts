import * as acorn from "acorn";
import { assertEquals } from "@std/assert";
import { parseFunctionText } from "../../actors/code/function_text.ts";

/** Text of a function, and what it uses from around it. */
const CASES: readonly [text: string, names: string][] = [
  ["(x) => x + 1", ""],
  ["(x) => x + k", "k"],
  ["function add(a, b) { return add(a, b) + c; }", "c"],
  ["(a = k, b = a) => b", "k"],
  ["(x, y = x, ...rest) => rest", ""],
  ["function f(a = v) { var v = 1; return v; }", "v"],
  ["({ a, b: { c = d }, [e]: f, ...g }) => [a, b, c, f, g]", "d e b"],
  ["([a, , b = k, ...c]) => a + b + c", "k"],
  ["() => { return x; var x = 1; }", ""],
  ["() => { if (a) { var x = 1; let y = 2; } return x + y; }", "a y"],
  ["() => { f(); function f() {} }", ""],
  ["() => { { function f() {} } return f; }", "f"],
  ["() => { { const k = 1; } return k; }", "k"],
  ["() => { for (const i of xs) i; return i; }", "xs i"],
  ["() => { for (let i = 0; i < n; i++) {} for (const k in o) k; }", "n o"],
  ["() => { for (x of y) x; }", "x y"],
  ["() => { try { a(); } catch (e) { e; } return e; }", "a e"],
  ["() => { try { a(); } catch ({ message }) { message; } finally { b; } }", "a b"],
  ["() => { try { a(); } catch { b(); } }", "a b"],
  ["() => { switch (v) { case w: let v = 1; default: v; } }", "v w"],
  ["() => { here: for (;;) { break here; } again: for (;;) continue again; }", ""],
  [
    "(o) => ({ name: o.prop.other, short, [computed]: 1, method() { return inner; }, get g() { return 1; } })",
    "short computed inner",
  ],
  ["(o) => o?.prop?.[key]", "key"],
  ["(s) => `${s} text ${t}`", "t"],
  ["(s) => tag`a ${b}`", "tag b"],
  ["() => /regex/.test(s)", "s"],
  ["() => [...xs, (a, b)]", "xs a b"],
  ["() => { a = 1; [b, { c: d }] = e; f++; delete g.h; }", "a b d e f g"],
  ["() => typeof t === 'undefined' ? u : v", "t u v"],
  [
    "() => { class A extends B { static x = this.y; z = this.w; m() { return super.m() + A.x + k; } } return new A(); }",
    "B k",
  ],
  ["() => { const C = class D { static { D.v = k; this.w; } }; return [C, D]; }", "k D"],
  ["() => class { #p = 1; has(o) { return #p in o; } get p() { return this.#p; } }", ""],
  ["() => class { [k] = 1; [l]() {} static async *[m]() {} }", "k l m"],
  ["function () { return this + new.target + arguments.length; }", ""],
  ["() => this", "this"],
  ["() => arguments[0]", "arguments"],
  ["() => new.target", "new.target"],
  ["() => () => function () { return () => [this, arguments]; }", ""],
  ["() => import.meta.url", "import.meta"],
  ["async () => { for await (const x of y) await x; await using z = w; }", "y w"],
  ["() => { using r = open(); return r; }", "open"],
  ["m() { return super.m(); }", "super"],
  ["m() { return this.#p; }", "#p"],
  ["async m() { return await k; }", "k"],
  ["get g() { return k; }", "k"],
  ["[Symbol.iterator]() { return k; }", "k"],
  ["'a b'() { return k; }", "k"],
  ["() => ({ m() { return super.toString(); } })", ""],
  ["function* g() { yield* k; }", "k"],
  ["() => { const f = function g() { return g; }; return [f, g]; }", "g"],
  ["(a) => { const b = (a) => a + c, c = 1; return b(a); }", ""],
  ["(a) => a ??= b ||= c", "b c"],
  ["(x) => { const { y } = x, { z = y } = x; return z; }", ""],
  ["() => { let undefined_ = 1; return undefined_ + undefined; }", "undefined"],
];

Deno.test("outerNeeds() finds the names that a function does not declare", () => {
  for (const [text, names] of CASES) {
    const needs = parseFunctionText(acorn, text, "m")?.needs;
    assertEquals(needs && [...needs.names].join(" "), names, text);
  }
});

Deno.test("outerNeeds() tells direct eval from other uses of the name", () => {
  assertEquals(parseFunctionText(acorn, "(x) => eval(x)", "")?.needs.callsEval, true);
  assertEquals(parseFunctionText(acorn, "(x) => (0, eval)(x)", "")?.needs.callsEval, false);
});

Deno.test("outerNeeds() lists relative imports only", () => {
  const text = "() => [import('./a.ts'), import('../b.ts'), import('/c.ts'), import('npm:d'), import(e)]";
  assertEquals(parseFunctionText(acorn, text, "")?.needs.relativeImports, ["./a.ts", "../b.ts", "/c.ts"]);
});

Deno.test("parseFunctionText() gives undefined when the text is no strict JavaScript", () => {
  for (const text of ["function (a, a) {}", "() => { with (a) b; }", "#m() {}", "not a function"]) {
    assertEquals(parseFunctionText(acorn, text, "m"), undefined, text);
  }
});
