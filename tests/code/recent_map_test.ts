import { assertEquals } from "@std/assert";
import { RecentMap } from "../../actors/code/recent_map.ts";

Deno.test("RecentMap.set() drops the entry unused for longest when full", () => {
  const map = new RecentMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  assertEquals(map.get("a"), 1);
  map.set("c", 3);
  assertEquals([map.get("a"), map.get("b"), map.get("c"), map.size], [1, undefined, 3, 2]);
});

Deno.test("RecentMap.set() replaces the value under a known key", () => {
  const map = new RecentMap<string, number>(1);
  map.set("a", 1);
  map.set("a", 2);
  assertEquals([map.get("a"), map.size], [2, 1]);
});

Deno.test("RecentMap.delete() makes room", () => {
  const map = new RecentMap<string, number>(1);
  map.set("a", 1);
  map.delete("a");
  map.delete("never there");
  assertEquals([map.get("a"), map.size], [undefined, 0]);
});
