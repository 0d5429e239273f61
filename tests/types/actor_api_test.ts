/** Type tests of what programs see of actors: `deno check` of this file is the test, its functions never run. @module */
import { assert } from "@std/assert";
import { Actor, type ActorRef, ActorSystem, type Stream } from "@troupe/troupe";

type Same<A, B> = (<G>() => G extends A ? 1 : 2) extends (<G>() => G extends B ? 1 : 2) ? true : false;
declare function same<_Holds extends true>(): void;
declare function is<T>(value: T): void;

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
  maybe(): number | string {
    return 1;
  }
  never(): never {
    throw new Error("never");
  }
  link(other: ActorRef<Counter>): void {
    other.tell.increment(1);
  }
  bad(_token: symbol): void {}
  // deno-lint-ignore house/no-private -- that it is no message is what is tested
  protected secret(): void {}
  override async onStart(): Promise<void> {
    const child = await this.context.spawn(Named, { args: ["x", 1] });
    is<ActorRef<Named>>(child);
    is<number>(await this.context.self<Counter>().ask.increment(1));
    this.context.every(1000, () => void this.increment());
  }
}

class Named extends Actor {
  readonly name: string;
  constructor(name: string, size: number) {
    super();
    this.name = name + size;
  }
  hello(to: string): string {
    return this.name + to;
  }
}

class Account extends Actor {
  readonly id: string;
  constructor(id: string) {
    super();
    this.id = id;
  }
}

class Money {
  readonly cents = 1;
}

async function actorTypes(): Promise<void> {
  await using system = await ActorSystem.start({ listen: "tcp://127.0.0.1:0", askTimeoutMs: 5000 });
  const mailbox = { capacity: 10, overflow: "reject" } as const;
  const counter = await system.spawn(Counter, { name: "counter", on: "thread", mailbox });
  same<Same<typeof counter, ActorRef<Counter>>>();
  const reply = counter.ask.increment(2);
  same<Same<typeof reply, Promise<number>>>();
  const bytes = counter.ask.load("x");
  same<Same<typeof bytes, Promise<Uint8Array<ArrayBufferLike>>>>();
  const ticks = counter.ask.ticks(1);
  same<Same<typeof ticks, Stream<number>>>();
  for await (const tick of ticks) is<number>(tick);
  const maybe = counter.ask.maybe();
  same<Same<typeof maybe, Promise<number | string>>>();
  const never = counter.ask.never();
  same<Same<typeof never, Promise<never>>>();
  const sent = counter.tell.increment();
  same<Same<typeof sent, Promise<void>>>();
  is<number>(await counter.with({ timeoutMs: 50 }).ask.increment());
  await counter.ask.link(counter); // refs in messages
  using _watch = counter.watch((down) => is<"stopped" | "failed" | "killed" | "link/down">(down.reason));
  const found = await system.lookup<Counter>("tcp://127.0.0.1:40123/counter", { timeoutMs: 100 });
  is<number>(await found.ask.increment());
  const named = await system.spawn(Named, {
    args: ["a", 1],
    supervision: { onFailure: "restart", maxRestarts: 3, withinMs: 1000 },
  });
  is<string>(await named.ask.hello("b"));
  is<ActorRef<Account>>(await system.getOrSpawn(Account, "42", { idleMs: 60_000 }));
  await system.join("group", counter);
  is<ActorRef<Counter>[]>(await system.members<Counter>("group"));
}

async function refusals(system: ActorSystem, counter: ActorRef<Counter>): Promise<void> {
  // @ts-expect-error the constructor needs arguments
  await system.spawn(Named);
  // @ts-expect-error arguments in the wrong order
  await system.spawn(Named, { args: [1, "a"] });
  // @ts-expect-error wrong argument
  await counter.ask.increment("2");
  // @ts-expect-error a field, not a method
  counter.ask.label;
  // @ts-expect-error protected
  counter.ask.secret();
  // @ts-expect-error life cycle, not a message
  counter.ask.onStart();
  // @ts-expect-error a symbol cannot travel
  counter.ask.bad(Symbol("x"));
  // @ts-expect-error no such method
  counter.tell.decrement();
  // @ts-expect-error not an actor
  await system.spawn(Money);
  // @ts-expect-error no such place
  await system.spawn(Counter, { on: "moon" });
}

Deno.test("the public types of actors check", () => {
  assert([actorTypes, refusals].every((check) => typeof check === "function"));
});
