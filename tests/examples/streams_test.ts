import { assertEquals } from "@std/assert";
import { runExample } from "./example_process.ts";

Deno.test("streams.ts adds what two branches of a stream give, and stops its feeder", async () => {
  assertEquals(await runExample("streams.ts"), [
    "1000 results: 1, 4, 7, 10, 13, ... 2998",
    "the feeder is stopped",
  ]);
});
