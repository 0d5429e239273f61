/** The types of actors in a cluster, as users see them: compiled, never run. */
import { Actor, asCompleted, type Client, type ClusterActorRef, type Future, type Stream } from "../../mod.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
function same<_T extends true>(): void {}
function is<T>(_value: T): void {}

class Counter extends Actor {
  #n = 0;
  label = "n";
  increment(by = 1): number {
    return this.#n += by;
  }
  async load(path: string): Promise<Uint8Array> {
    return await Deno.readFile(path);
  }
  async *ticks(from: number): AsyncGenerator<number, void> {
    yield await Promise.resolve(from);
  }
}

class Named extends Actor {
  readonly size: number;
  constructor(_name: string, size: number) {
    super();
    this.size = size;
  }
}

async function types(client: Client, text: Future<string>): Promise<void> {
  const counter = await client.with({ name: "counter", retries: 3 }).actor(Counter);
  same<Same<typeof counter, ClusterActorRef<Counter>>>();
  const reply = counter.ask.increment(1);
  same<Same<typeof reply, Future<number>>>();
  const bytes = counter.ask.load("x");
  is<Future<Uint8Array>>(bytes);
  is<Future<number>>(client.submit((a: number, b: number) => a + b, reply, counter.ask.increment(reply)));
  is<number[]>(await client.gather([reply, reply]));
  for await (const future of asCompleted([reply])) is<number>(await future.result());
  await counter.tell.increment();
  const travelling = client.submit(async (c: ClusterActorRef<Counter>) => await c.ask.increment(1).result(), counter);
  same<Same<typeof travelling, Future<number>>>();
  is<ClusterActorRef<Named>>(await client.actor(Named, "a", reply));
  is<ClusterActorRef<Counter>>(await client.lookupActor<Counter>("counter"));
  is<Future<number>>(counter.with({ timeoutMs: 5 }).ask.increment());
  using _claim = counter;
  // @ts-expect-error a future of a text where a number goes
  counter.ask.increment(text);
  // @ts-expect-error constructor arguments are checked
  await client.actor(Named, "a");
  // @ts-expect-error a cluster reply is a future, not a promise
  counter.ask.increment(1).then;
  // @ts-expect-error a field, not a method
  counter.ask.label;
  // @ts-expect-error not an actor
  await client.actor(Map);
  const ticks = counter.ask.ticks(1);
  same<Same<typeof ticks, Stream<number>>>();
  for await (const tick of counter.with({ timeoutMs: 5 }).ask.ticks(reply)) is<number>(tick);
  is<Stream<Future<number>>>(client.map((x: number) => x + 1, ticks));
  // @ts-expect-error a stream, not a future
  ticks.result;
}

Deno.test("the types of actors in a cluster hold", () => void types);
