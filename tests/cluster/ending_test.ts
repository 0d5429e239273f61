import { assertEquals } from "@std/assert";
import { Ending } from "../../actors/cluster/ending.ts";

// The sanitizers see whether the process is held: an interval that is left over fails the test.

Deno.test("Ending resolves for all who ask before, and at once for those who ask after", async () => {
  const ending = new Ending();
  const before = [ending.promise, ending.promise];
  let isOver = false;
  void before[0]!.then(() => isOver = true);
  await Promise.resolve();
  assertEquals(isOver, false);
  ending.come();
  ending.come();
  await Promise.all(before);
  await ending.promise;
  assertEquals(isOver, true);
});

Deno.test("Ending holds nothing while nobody asks", () => {
  new Ending();
});
