import { assertEquals, assertStrictEquals } from "@std/assert";
import { Parser } from "../../actors/code/parser.ts";

Deno.test("Parser.load() gives the parser at once, without preparation", () => {
  const parser = new Parser();
  assertEquals(parser.load().parse("1", { ecmaVersion: "latest" }).type, "Program");
  assertStrictEquals(parser.load(), parser.load());
});

Deno.test("Parser.load() gives what prepare() has loaded", async () => {
  const parser = new Parser();
  await parser.prepare();
  assertStrictEquals(parser.load(), await import("acorn"));
});
