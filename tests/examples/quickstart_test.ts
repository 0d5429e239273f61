import { assertEquals, assertMatch } from "@std/assert";
import { runExample } from "./example_process.ts";

Deno.test("quickstart.ts shows results, futures and an error", async () => {
  const lines = await runExample("quickstart.ts");
  assertMatch(lines[0] ?? "", /^<Client: "tcp:\/\/127\.0\.0\.1:\d+" workers=1 threads=\d+>$/);
  assertEquals(lines[1], "inc(10)                   = 11");
  assertMatch(lines[2] ?? "", /^<Future: finished, type: number, key: inc-\w+>$/);
  assertEquals(lines.slice(3), [
    "add(inc(1), inc(2))       = 5",
    "squares of 1 to 5         = 1 4 9 16 25",
    "their sum, made elsewhere = 55",
    "inc(half(3)) fails with   : RangeError: 3 is odd",
  ]);
});
