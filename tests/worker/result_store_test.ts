import { assertEquals, assertStrictEquals } from "@std/assert";
import { ResultStore } from "../../actors/worker/result_store.ts";

function item(key: string, value: number): { key: string; value: number; bytes: number; valueType: string } {
  return { key, value, bytes: 16, valueType: "number" };
}

Deno.test("ResultStore.get() tells what is there and what is not, in the order asked", () => {
  const store = new ResultStore();
  const [a, b] = [item("a", 1), item("b", 2)];
  store.put(a);
  store.put(b);
  assertEquals(store.get(["b", "x", "a", "y"]), { type: "values", found: [b, a], missing: ["x", "y"] });
  assertEquals(store.get([]), { type: "values", found: [], missing: [] });
});

Deno.test("ResultStore.put() replaces what was under the key", () => {
  const store = new ResultStore();
  store.put(item("a", 1));
  const newer = item("a", 2);
  store.put(newer);
  assertEquals(store.value("a"), 2);
  const reply = store.get(["a"]);
  assertStrictEquals(reply.type === "values" && reply.found[0], newer);
});

Deno.test("ResultStore.drop() forgets the named results only", () => {
  const store = new ResultStore();
  for (const key of ["a", "b", "c"]) store.put(item(key, 1));
  store.drop(["a", "c", "unknown"]);
  assertEquals(store.get(["a", "b", "c"]), { type: "values", found: [item("b", 1)], missing: ["a", "c"] });
  assertEquals(store.value("a"), undefined);
});
