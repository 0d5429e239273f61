import { assertEquals } from "@std/assert";
import { runExample } from "./example_process.ts";

Deno.test("chat.ts reaches those who are members of the group at that moment", async () => {
  assertEquals(await runExample("chat.ts"), [
    "2 heard: hello",
    "3 heard: three of us",
    "2 heard: without ann",
    "1 heard: bob is gone",
    "ann heard: hello, three of us",
    "cid heard: three of us, without ann, bob is gone",
  ]);
});
