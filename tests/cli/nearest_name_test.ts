import { assertEquals } from "@std/assert";
import { nearestName } from "../../cli/nearest_name.ts";

const NAMES = ["port", "host", "dashboard-port", "no-dashboard", "token-file", "nworkers", "nthreads"];

Deno.test("nearestName() finds the name that was meant", () => {
  assertEquals(nearestName("prot", NAMES), "port");
  assertEquals(nearestName("hots", NAMES), "host");
  assertEquals(nearestName("nworker", NAMES), "nworkers");
  assertEquals(nearestName("nthread", NAMES), "nthreads");
  assertEquals(nearestName("dashbord-prt", NAMES), "dashboard-port");
  assertEquals(nearestName("tokenfile", NAMES), "token-file");
});

Deno.test("nearestName() finds nothing when all are far", () => {
  assertEquals(nearestName("verbose", NAMES), undefined);
  assertEquals(nearestName("x", []), undefined);
});
