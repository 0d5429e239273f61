import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { type SubmitSite, SubmitSites } from "../../actors/client/submit_sites.ts";

const sites = new SubmitSites();
function entry(fn: string, turn: number): SubmitSite {
  return sites.capture(fn, turn, entry);
}

Deno.test("SubmitSites.capture() begins with the caller of the entry", () => {
  const limit = Error.stackTraceLimit;
  const site = entry("f", 1);
  const first = site.stack?.split("\n").find((line) => line.startsWith("    at ")) ?? "";
  assert(first.includes("submit_sites_test.ts") && !first.includes("entry"), first);
  assertEquals(Error.stackTraceLimit, limit);
});

Deno.test("SubmitSites.capture() shares the last site of a function once a turn has many", () => {
  const many = Array.from({ length: 100 }, () => entry("f", 2));
  assertEquals(new Set(many).size, 16);
  assertStrictEquals(many[99], many[15]);
  assert(entry("g", 2) !== many[99]);
  assert(entry("f", 3) !== many[99]);
});
