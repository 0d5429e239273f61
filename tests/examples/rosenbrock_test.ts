import { assert, assertAlmostEquals } from "@std/assert";
import { runExample } from "./example_process.ts";

Deno.test("rosenbrock.ts finds the minimum at (1, 1)", async () => {
  const lines = await runExample("rosenbrock.ts");
  const found = /^(\d+) points tried; the smallest is at \((.+), (.+)\)$/.exec(lines.at(-1) ?? "");
  assert(found !== null, lines.at(-1));
  // The circle shrinks by the same factor with every point, from 5 to 0.001.
  assertAlmostEquals(Number(found[1]), Math.ceil(Math.log(0.001 / 5) / Math.log(0.995)), 1);
  assertAlmostEquals(Number(found[2]), 1, 0.1);
  assertAlmostEquals(Number(found[3]), 1, 0.1);
});
