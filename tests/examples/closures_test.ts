import { assertEquals } from "@std/assert";
import { runExample } from "./example_process.ts";

Deno.test("closures.ts shows what travels with a function", async () => {
  assertEquals(await runExample("closures.ts"), [
    "EUR 8.50",
    "bill: EUR 1.50",
    "EUR 9.00",
    "[ 0, 1, 4, 9, 16 ]",
    "42",
    "21",
    'Cannot submit task "lambda": captured variable "connection" is an instance of class Connection. ' +
    "Create it inside the task, or keep it in an actor",
  ]);
});
