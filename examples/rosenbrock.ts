/**
 * A search that reacts to results as they come: where is Rosenbrock's function smallest?
 *
 * ```sh
 * deno run -A examples/rosenbrock.ts
 * ```
 *
 * A few points are tried at once. Whenever one is done, the next is tried near the best so far, and the circle becomes
 * a little smaller. No round waits for its slowest task, and the graph of tasks is made while it runs.
 *
 * @module
 */
import { asCompleted, Client } from "@troupe/troupe";

type Point = readonly [x: number, y: number];

function rosenbrock([x, y]: Point): { point: Point; score: number } {
  return { point: [x, y], score: (1 - x) ** 2 + 2 * (y - x ** 2) ** 2 };
}

function near([x, y]: Point, scale: number): Point {
  return [x + scale * (2 * Math.random() - 1), y + scale * (2 * Math.random() - 1)];
}

function show([x, y]: Point): string {
  return `(${x.toFixed(2)}, ${y.toFixed(2)})`;
}

await using client = await Client.connect();

let best: { point: Point; score: number } = { point: [0, 0], score: Infinity };
let scale = 5;
let tried = 0;

const guesses = [best.point, ...Array.from({ length: 9 }, () => near(best.point, scale))];
using running = asCompleted(client.map(rosenbrock, guesses));

for await (const future of running) {
  const result = await future.result();
  tried += 1;
  if (result.score < best.score) {
    best = result;
    console.log(
      `${String(tried).padStart(5)} tried: ${show(best.point).padEnd(14)} scores ${best.score.toExponential(1)}`,
    );
  }
  scale *= 0.995;
  if (scale < 0.001) break;
  running.add(client.submit(rosenbrock, near(best.point, scale)));
}

await client.cancel(running.futures); // What is still on its way: nobody needs it.
console.log(`${tried} points tried; the smallest is at ${show(best.point)}`);
