/** What must and must not compile: the functions below are never run. */
import { assertEquals } from "@std/assert";
import { Actor, type ActorRef, type ActorSystem } from "@troupe/troupe";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

function same<T extends true>(): T | undefined {
  return undefined;
}

class Tally extends Actor {
  label = "n";
  #n = 0;
  increment(by = 1): number {
    return this.#n += by;
  }
  async load(path: string): Promise<Uint8Array> {
    return await Deno.readFile(path);
  }
  link(other: ActorRef<Tally>): void {
    void other.tell.increment(1);
  }
  bad(_token: symbol): void {}
  // deno-lint-ignore house/no-private -- that it is no message is what is tested
  protected secret(): void {}
  override async onStart(): Promise<void> {
    const child = await this.context.spawn(Named, { args: ["x", 1] });
    same<Same<typeof child, ActorRef<Named>>>();
    await this.context.self<Tally>().ask.increment(1);
    this.context.every(1000, () => void this.increment());
    const system: ActorSystem = this.context.system;
    await system.close();
  }
}

class Named extends Actor {
  readonly #name: string;
  constructor(name: string, size: number) {
    super();
    this.#name = name.repeat(size);
  }
  hello(to: string): string {
    return this.#name + to;
  }
}

class Money {
  twice(): number {
    return 2;
  }
}

async function rightUse(system: ActorSystem): Promise<void> {
  const tally = await system.spawn(Tally, { on: "thread", mailbox: { capacity: 10, overflow: "reject" } });
  same<Same<typeof tally, ActorRef<Tally>>>();
  const reply = tally.ask.increment(2);
  same<Same<typeof reply, Promise<number>>>();
  const bytes = tally.ask.load("x");
  same<Same<typeof bytes, Promise<Uint8Array>>>();
  const sent = tally.tell.increment();
  same<Same<typeof sent, Promise<void>>>();
  await tally.ask.link(tally);
  const found = await system.lookup<Tally>("tcp://127.0.0.1:40123/tally", { timeoutMs: 100 });
  same<Same<typeof found, ActorRef<Tally>>>();
  await system.spawn(Named, { args: ["a", 1], on: "tcp://127.0.0.1:1" });
}

async function wrongUse(system: ActorSystem, tally: ActorRef<Tally>): Promise<void> {
  // @ts-expect-error the constructor needs arguments
  await system.spawn(Named);
  // @ts-expect-error arguments in the wrong order
  await system.spawn(Named, { args: [1, "a"] });
  // @ts-expect-error wrong argument
  await tally.ask.increment("2");
  // @ts-expect-error a field, not a method
  tally.ask.label;
  // @ts-expect-error protected
  tally.ask.secret();
  // @ts-expect-error life cycle, not a message
  tally.ask.onStart();
  // @ts-expect-error a symbol cannot travel
  tally.ask.bad(Symbol("x"));
  // @ts-expect-error no such method
  tally.tell.decrement();
  // @ts-expect-error not an actor
  await system.spawn(Money);
  // @ts-expect-error no such place
  await system.spawn(Tally, { on: "moon" });
}

Deno.test("ActorRef has the types that the class has", () => {
  assertEquals([typeof rightUse, typeof wrongUse, typeof Money], ["function", "function", "function"]);
});
