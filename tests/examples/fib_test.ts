import { assertEquals } from "@std/assert";
import { TestProcess } from "../cli/cli_process.ts";
import { runExample } from "./example_process.ts";

Deno.test("fib.ts computes exactly, also what needs a thousand nested tasks", async () => {
  const lines = await runExample("fib.ts", ["1000"]);
  assertEquals(lines.slice(0, 3), ["fib(10) = 55", "fib(20) = 6765", "fib(50) = 12586269025"]);
  let [last, sum] = [1n, 1n];
  for (let n = 2; n < 1000; n++) [last, sum] = [sum, last + sum];
  assertEquals(lines.at(-1), `fib(1000) = ${sum}`);
});

Deno.test("fib.ts refuses what is no number", async () => {
  await using process = new TestProcess("examples/fib.ts", ["many"]);
  const { code, stderr } = await process.ended;
  assertEquals([code, stderr], [2, 'fib: Cannot read "many": give a whole number up to 9999\n']);
});
