import { assertEquals } from "@std/assert";
import { requiredFirst } from "../../actors/base/required_first.ts";

const GRAPH: Readonly<Record<string, string>> = { f: "ab", a: "c", b: "c", c: "", x: "y", y: "zx", z: "" };
const requiredBy = (name: string) => GRAPH[name] ?? "";

Deno.test("requiredFirst() puts what is required first, each once, and the thing itself last", () => {
  assertEquals(requiredFirst("f", requiredBy), ["c", "a", "b", "f"]);
});

Deno.test("requiredFirst() ends in circles", () => {
  assertEquals(requiredFirst("x", requiredBy), ["z", "y", "x"]);
});

Deno.test("requiredFirst() leaves out what was visited before", () => {
  const visited = new Set<string>();
  requiredFirst("a", requiredBy, visited);
  assertEquals(requiredFirst("f", requiredBy, visited), ["b", "f"]);
  assertEquals(requiredFirst("f", requiredBy, visited), []);
});
