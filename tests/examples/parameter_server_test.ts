import { assert, assertEquals } from "@std/assert";
import { runExample } from "./example_process.ts";

Deno.test("parameter_server.ts: the loss falls from round to round, to that of the best line", async () => {
  const lines = await runExample("parameter_server.ts");
  const losses = lines.slice(0, -1).map((line) => Number(/^round \d: loss ([\d.]+)$/.exec(line)?.[1]));
  assertEquals(losses.length, 6);
  assert(losses[1]! < losses[0]! && losses[2]! < losses[1]!, losses.join());
  // At the end, what the tasks do to each other is more than what is left to gain.
  assert(losses.every((loss, i) => i === 0 || loss < losses[i - 1]! + 2), losses.join());
  // Least squares leaves 227.1.
  assert(losses[0]! > 2_000 && losses.at(-1)! < 240, losses.join());
  assert(/^distance = -\d+ \+ [34]\.\d \* speed$/.test(lines.at(-1)!), lines.at(-1));
});
