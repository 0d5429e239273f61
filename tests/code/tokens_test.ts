import { assertEquals } from "@std/assert";
import { tokenize } from "../../actors/code/tokens.ts";

function told(text: string): string | undefined {
  return tokenize(text)?.map(({ kind, text }) => kind === "literal" ? "#" : text).join(" ");
}

Deno.test("tokenize() tells names, literals and marks", () => {
  assertEquals(told("(x) => x + 1.5e3 ?? 'a\\'b'"), "( x ) => x + # ? ? #");
  assertEquals(told("a?.b ?.5 : c"), "a ?. b ? # : c");
  assertEquals(told("[...a] // b\n/* c */ d"), "[ ... a ] d");
});

Deno.test("tokenize() gives strings and numbers as written, and private names with their mark", () => {
  assertEquals(tokenize("this.#a = 'b' + 1")?.map(({ text }) => text), ["this", ".", "#a", "=", "'b'", "+", "1"]);
});

Deno.test("tokenize() looks into templates", () => {
  assertEquals(told("`a ${b + `${c}`} \\${d} $e`"), "# ${ b + # ${ c } # } #");
});

Deno.test("tokenize() tells regular expressions from divisions, or gives up", () => {
  assertEquals(told("a / b / c"), "a / b / c");
  assertEquals(told("(a) / b / c"), "( a ) / b / c");
  assertEquals(told("if (a) /b/.test(c)"), "if ( a ) # . test ( c )");
  assertEquals(told("return /[/]b/g"), "return #");
  assertEquals(told("a.return / b / c"), "a . return / b / c");
  assertEquals(told("{} /b/"), undefined);
  assertEquals(told("a++ / b / c"), undefined);
});

Deno.test("tokenize() pairs brackets, and gives up when they do not fit", () => {
  assertEquals(tokenize("(a[0])")?.map(({ partner }) => partner), [5, -1, 4, -1, 2, 0]);
  for (const text of ["(a", "a)", "(a]", "`${a", "`a", "'a", "a\\u0062", "@a", "é"]) {
    assertEquals(tokenize(text), undefined, text);
  }
});

Deno.test("tokenize() notes where a line has ended, also within a comment", () => {
  assertEquals(tokenize("a b\nc /*\n*/ d")?.map(({ isAfterNewline }) => isAfterNewline), [false, false, true, true]);
});
