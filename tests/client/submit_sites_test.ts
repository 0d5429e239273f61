import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { type SubmitSite, SubmitSites } from "../../actors/client/submit_sites.ts";
import { FakeClock } from "../support/fake_clock.ts";

const clock = new FakeClock();
const sites = new SubmitSites(clock);
function entry(fn: string): SubmitSite {
  return sites.capture(fn, entry);
}

Deno.test("SubmitSites.capture() begins with the caller of the entry", () => {
  const limit = Error.stackTraceLimit;
  const site = entry("f");
  const first = site.stack?.split("\n").find((line) => line.startsWith("    at ")) ?? "";
  assert(first.includes("submit_sites_test.ts") && !first.includes("entry"), first);
  assertEquals(Error.stackTraceLimit, limit);
});

Deno.test("SubmitSites.capture() shares the last site of a function in a flood, until time has passed", () => {
  const many = Array.from({ length: 100 }, () => entry("f"));
  assertEquals(new Set(many).size, 32); // those in credit
  assertStrictEquals(many[99], many[40]);
  assert(entry("g") !== many[99]); // a function's first call always has its own
  clock.advance(2);
  const later = [entry("f"), entry("f"), entry("f")];
  assertEquals(new Set(later).size, 2);
  assert(later[0] !== many[99]);
});
