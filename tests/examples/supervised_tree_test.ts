import { assertEquals } from "@std/assert";
import { runExample } from "./example_process.ts";

Deno.test("supervised_tree.ts has a leaf come back after a failure, and after it was killed", async () => {
  assertEquals(await runExample("supervised_tree.ts"), [
    "oak is up",
    "elm is up",
    "caught: oak stumbled",
    "oak is up",
    "hello from oak",
    "oak is gone: killed",
    "oak is up",
    "hello from oak",
    "oak is gone: stopped",
    "elm is gone: stopped",
  ]);
});
