/**
 * A stream of data through a diagram of functions, from a feeder that does not wait for anybody.
 *
 * ```sh
 * deno run -A examples/streams.ts
 * ```
 *
 * ```text
 *             ----- inc -----
 *            /               \
 * feed -> data                add -> results
 *            \               /
 *             --- double ----
 * ```
 *
 * Each arrow is a stream with a bounded number of items on their way: a slow reader slows the feeder down, memory stays
 * the same however many items there are, and leaving the loop stops it all.
 *
 * @module
 */
import { Client } from "@troupe/troupe";

function inc(x: number): number {
  return x + 1;
}

function double(x: number): number {
  return 2 * x;
}

function add(x: number, y: number): number {
  return x + y;
}

/** As many streams as wanted of one: what a branch has not read yet waits for it. The source ends with the last branch. */
function multiplex<T>(branches: number, source: AsyncIterable<T>): AsyncGenerator<T>[] {
  const reader = source[Symbol.asyncIterator]();
  const queues = Array.from({ length: branches }, (): T[] => []);
  let open = branches;
  return queues.map(async function* (queue) {
    try {
      for (;;) {
        if (queue.length > 0) yield queue.shift() as T;
        else {
          const next = await reader.next();
          if (next.done !== true) { for (const each of queues) each.push(next.value); }
          else if (queue.length === 0) return;
        }
      }
    } finally {
      if (--open === 0) await reader.return?.();
    }
  });
}

/** A source without end. */
async function* feed(): AsyncGenerator<number> {
  try {
    for (let i = 0;; i++) yield i;
  } finally {
    stopped.resolve();
  }
}

const stopped = Promise.withResolvers<void>();

await using client = await Client.connect();

const [left, right] = multiplex(2, client.scatter(feed()));
const sums = client.map(add, client.map(inc, left!), client.map(double, right!));

const results: number[] = [];
for await (const result of client.gather(sums)) {
  if (results.push(result) === 1_000) break;
}
console.log(`${results.length} results: ${results.slice(0, 5).join(", ")}, ... ${results.at(-1)}`);
await stopped.promise;
console.log("the feeder is stopped");
