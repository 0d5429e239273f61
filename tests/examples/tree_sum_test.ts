import { assertEquals } from "@std/assert";
import { runExample } from "./example_process.ts";

Deno.test("tree_sum.ts adds up 256 numbers, pairwise", async () => {
  const lines = await runExample("tree_sum.ts");
  // 3 * (1 + 2 + ... + 256)
  assertEquals(lines.slice(-2), [
    "futures per level: 256 -> 128 -> 64 -> 32 -> 16 -> 8 -> 4 -> 2 -> 1",
    "total = 98688",
  ]);
});
