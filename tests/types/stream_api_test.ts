/**
 * Type tests of streams, written as programs write them: `deno check` of this file is the test, its functions never run.
 *
 * @module
 */
import { assert } from "@std/assert";
import { asCompleted, type Client, type Future, type Stream } from "../../mod.ts";

type Same<A, B> = (<G>() => G extends A ? 1 : 2) extends (<G>() => G extends B ? 1 : 2) ? true : false;
declare function same<_Holds extends true>(): void;
declare function is<T>(value: T): void;
declare function multiplex<T>(branches: number, source: AsyncIterable<T>): AsyncGenerator<T>[];
declare const client: Client;
declare const numbers: AsyncIterable<number>;
declare const texts: AsyncIterable<string>;

const inc = (x: number): number => x + 1;
const double = async (x: number): Promise<number> => await Promise.resolve(2 * x);
const add = (x: number, y: number): number => x + y;

async function diagram(): Promise<void> {
  const q = client.scatter(numbers);
  same<Same<typeof q, Stream<Future<number>>>>(); // at once: no promise around it
  const [q1, q2] = multiplex(2, q);
  const incQ = client.map(inc, q1!);
  const doubleQ = client.map(double, q2!);
  const addQ = client.map(add, incQ, doubleQ);
  same<Same<typeof addQ, Stream<Future<number>>>>();
  const outQ = client.gather(addQ);
  same<Same<typeof outQ, Stream<number>>>();
  const first = await outQ.next(); // a stream is an iterator
  if (!first.done) is<number>(first.value);
  for await (const value of outQ) is<number>(value);
  for await (const future of asCompleted(await Array.fromAsync(addQ))) is<Future<number>>(future);
}

async function sources(): Promise<void> {
  const futures = client.map(inc, [1, 2, 3]);
  same<Same<typeof futures, Future<number>[]>>(); // sync sources only: an array
  const mixed = client.map(add, numbers, [1, 2, 3]);
  same<Same<typeof mixed, Stream<Future<number>>>>();
  const ofFutures = client.map(add, client.map(inc, numbers), futures);
  same<Same<typeof ofFutures, Stream<Future<number>>>>();
  const tuned = client.with({ concurrency: 8, ordered: false }).map(inc, numbers);
  same<Same<typeof tuned, Stream<Future<number>>>>();
  const some = client.gather(tuned, { errors: "skip", timeoutMs: 10 });
  same<Same<typeof some, Stream<number>>>();
  await using held = client.map((x) => x + 1, numbers); // x: number
  same<Same<typeof held, Stream<Future<number>>>>();
  function pair<A, B>(a: A, b: B): [A, B] {
    return [a, b];
  }
  const pairs = client.map(pair, numbers, texts);
  same<Same<typeof pairs, Stream<Future<[number, string]>>>>();
  is<Stream<Future<string>>>(client.scatter(texts, { concurrency: 2, broadcast: true }));
  is<Stream<Future<string>>>(client.map((line: string) => line.trim(), texts));
  is<Stream<Future<Uint8Array>>>(client.map((chunk) => chunk, new Response("").body!));
}

function refusals(): void {
  // @ts-expect-error a stream of texts into a function of numbers
  client.map(inc, texts);
  // @ts-expect-error a source missing
  client.map(add, numbers);
  // @ts-expect-error one source too many
  client.map(inc, numbers, numbers);
  // @ts-expect-error the lambda's parameter is a number
  client.map((x) => x.toUpperCase(), numbers);
  // @ts-expect-error a number is no source
  client.map(inc, 5);
  // @ts-expect-error values are not futures
  client.gather(numbers).next();
  // @ts-expect-error no such mode
  client.gather(client.map(inc, numbers), { errors: "raise" });
  // @ts-expect-error concurrency counts items
  client.with({ concurrency: "8" });
  // @ts-expect-error a stream is not its items
  is<number[]>(client.gather(client.map(inc, numbers)));
}

Deno.test("the types of streams check", () => {
  for (const part of [diagram, sources, refusals]) assert(typeof part === "function");
});
