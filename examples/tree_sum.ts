/**
 * A sum over a tree: futures as arguments, pairwise, up to one.
 *
 * ```sh
 * deno run -A examples/tree_sum.ts
 * ```
 *
 * ```text
 * finish           total             one output
 *     ^          /        \
 *     |        c1          c2        neighbours merge
 *     |       /  \        /  \
 *     |     b1    b2    b3    b4     neighbours merge
 *     |    / \   / \   / \   / \
 * start   a1 a2 a3 a4 a5 a6 a7 a8    many inputs
 * ```
 *
 * Nothing is awaited on the way up: all 1,023 tasks are on their way before the first is done.
 *
 * @module
 */
import { Client, type Future } from "@troupe/troupe";

function inc(x: number): number {
  return x + 1;
}

function double(x: number): number {
  return 2 * x;
}

function add(x: number, y: number): number {
  return x + y;
}

await using client = await Client.connect();
const startedMs = performance.now();

// 256 times: inc, double, and the sum of both.
let level: Future<number>[] = [];
for (let i = 0; i < 256; i++) {
  const x = client.submit(inc, i);
  const y = client.submit(double, x);
  level.push(client.submit(add, x, y));
}

const widths = [level.length];
while (level.length > 1) {
  const next: Future<number>[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = level.slice(i, i + 2);
    if (left !== undefined) next.push(right === undefined ? left : client.submit(add, left, right));
  }
  level = next;
  widths.push(level.length);
}

const [total] = await client.gather(level);
console.log(`1,023 tasks in ${(performance.now() - startedMs).toFixed(0)} ms`);
console.log(`futures per level: ${widths.join(" -> ")}`);
console.log(`total = ${total}`);
