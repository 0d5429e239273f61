import { assertEquals } from "@std/assert";
import { runExample } from "./example_process.ts";

Deno.test("counter_actor.ts counts up, and down by a stream that is left early", async () => {
  assertEquals(await runExample("counter_actor.ts"), ["10", "10", "9", "8"]);
});
