import { assertEquals, assertStrictEquals } from "@std/assert";
import { UnitTable } from "../../actors/code/unit_table.ts";

Deno.test("UnitTable gives units with what they require, told before or after them", () => {
  const table = new UnitTable();
  table.define({ type: "define-function", hash: "a", name: "a", code: 1, requires: ["b"] });
  assertEquals(table.get("b"), undefined);
  table.define({ type: "define-function", hash: "b", name: "b", code: 2, requires: ["a"] });
  const a = table.get("a")!;
  assertStrictEquals(a.requires[0], table.get("b"));
  assertStrictEquals(a.requires[0]?.requires[0], a);
  assertEquals([a.name, a.code, a.requires[0]?.code], ["a", 1, 2]);
});

Deno.test("UnitTable.forget() forgets, but whoever has a unit keeps it whole", () => {
  const table = new UnitTable();
  table.define({ type: "define-function", hash: "b", name: "b", code: 2 });
  table.define({ type: "define-function", hash: "a", name: "a", code: 1, requires: ["b"] });
  const a = table.get("a");
  table.forget(["a", "b", "c"]);
  assertEquals([table.size, table.get("a"), table.get("b")], [0, undefined, undefined]);
  assertEquals(a?.requires.map(({ code }) => code), [2]);
});
