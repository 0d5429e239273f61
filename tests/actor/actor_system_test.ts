import { assert, assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { Actor, type ActorRef, ActorSystem, type DeadLetter, type Down } from "@troupe/troupe";
import { failsWith } from "../support/codes.ts";
import { keepAwake, settled } from "../support/cores.ts";
import { eventually } from "../support/eventually.ts";
import { Counter, Family } from "./actor_cast.ts";
import { Spring } from "./conformance/cast.ts";

const LISTEN = { listen: "tcp://127.0.0.1:0" };

function downOf(ref: ActorRef<Actor>): Promise<Down> {
  return new Promise((resolve) => ref.watch(resolve));
}

/** Has another method of the same name from time to time. */
class Chameleon extends Actor {
  hue(): string {
    return "green";
  }
  change(): void {
    this.hue = () => "red";
  }
  hide(): void {
    Object.defineProperty(this, "hue", { get: () => undefined });
  }
}

Deno.test("ActorRef.ask() calls methods one at a time, in order, and gives what they return", async () => {
  await using system = await ActorSystem.start();
  const counter = await system.spawn(Counter, { args: [10] });
  void counter.tell.increment(1);
  const replies = [counter.ask.increment(), counter.ask.incrementLater(2), counter.ask.increment(3)];
  assertEquals(await Promise.all(replies), [12, 14, 17]);
});

Deno.test("ActorRef.ask() hands over copies, here too, with identity and classes kept", async () => {
  await using system = await ActorSystem.start();
  const counter = await system.spawn(Counter);
  const list = [1];
  assertEquals([await counter.ask.push(list), list], [2, [1]]);
  const value = { map: new Map([["k", new Date(5)]]), bytes: Uint8Array.of(1, 2), minusZero: -0, none: undefined };
  const back = await counter.ask.echo(value);
  assertNotStrictEquals(back, value);
  assertEquals(back, value);
});

Deno.test("ActorRef.ask() rejects with the method's own error, the actor restarts, one failure too many ends it", async () => {
  await using system = await ActorSystem.start();
  const counter = await system.spawn(Counter, { args: [5] });
  await counter.ask.increment();
  const down = downOf(counter);
  const error = await counter.ask.fail("boom").catch((thrown: unknown) => thrown);
  assert(error instanceof RangeError);
  assertEquals([error.message, Reflect.get(error, "index")], ["boom", 7]);
  assertEquals(await counter.ask.increment(), 6);
  await counter.ask.fail("again").catch(() => undefined);
  const { reason, error: last, address } = await down;
  assertEquals([reason, last?.message, address], ["failed", "again", counter.address]);
  await failsWith("actor/terminated", () => counter.ask.increment());
});

Deno.test("ActorRef.ask() refuses what is no method, without harm to the actor", async () => {
  await using system = await ActorSystem.start();
  const counter = await system.spawn(Counter, { supervision: { onFailure: "stop" } });
  const names = ["nothing", "constructor", "onStart", "toString", "hasOwnProperty", "__proto__", "context"];
  for (const name of names) await failsWith("input/invalid", () => Reflect.get(counter.ask, name)());
  const reply: unknown = counter.ask.increment(0);
  await failsWith("input/invalid", () => Array.fromAsync(reply as AsyncIterable<unknown>));
  assertEquals(Reflect.get(counter.ask, "then"), undefined);
  assertEquals(await counter.ask.increment(), 1);
});

Deno.test("ActorRef.ask() calls the method that the actor has at the time", async () => {
  await using system = await ActorSystem.start();
  const chameleon = await system.spawn(Chameleon);
  assertEquals([await chameleon.ask.hue(), await chameleon.ask.hue()], ["green", "green"]);
  await chameleon.ask.change();
  assertEquals(await chameleon.ask.hue(), "red");
  await chameleon.ask.hide();
  await failsWith("input/invalid", () => chameleon.ask.hue());
});

Deno.test("ActorRef.ask() gives a promise that is awaited like any other", async () => {
  await using system = await ActorSystem.start();
  const counter = await system.spawn(Counter);
  const reply = counter.ask.increment();
  assert(reply instanceof Promise && reply.constructor === Promise && reply.then().constructor === Promise);
  assertEquals(await Promise.all([reply, counter.ask.increment()]), [1, 2]);
  assertEquals(counter.ask.increment, counter.ask.increment);
});

Deno.test("ActorRef.ask() of a generator gives its items, as an iterable or awaited", async () => {
  await using system = await ActorSystem.start();
  const counter = await system.spawn(Counter);
  assertEquals(await Array.fromAsync(counter.ask.count(3)), [0, 1, 2]);
  const awaited: unknown = await counter.ask.count(2);
  assertEquals(await Array.fromAsync(awaited as AsyncIterable<number>), [0, 1]);
  const reading = counter.with({ timeoutMs: 10 }).ask.drip();
  assertEquals((await reading.next()).value, 1);
  await failsWith("actor/timeout", () => reading.next());
  assertEquals(await reading.next(), { done: true, value: undefined });
});

Deno.test("ActorRef refuses arguments and results that cannot travel, with the path", async () => {
  await using system = await ActorSystem.start();
  const counter = await system.spawn(Counter, { supervision: { onFailure: "stop" } });
  const { message } = await failsWith("task/not-serializable", () => counter.ask.echo({ a: [() => 1] }));
  assert(message.startsWith('Cannot call "echo": args[0].a[0] '), message);
  await failsWith("task/not-serializable", () => system.spawn(Counter, { args: [(() => 1) as never] }));
  assertEquals(await counter.ask.increment(), 1);
});

Deno.test("ActorRef travels in messages and results, also inside values", async () => {
  await using system = await ActorSystem.start();
  const [first, second] = [await system.spawn(Counter), await system.spawn(Counter, { name: "second" })];
  assertEquals(await first.ask.forward(second, 5), 5);
  const { inside } = await first.ask.echo({ inside: second }) as { inside: ActorRef<Counter> };
  assertEquals([await inside.ask.increment(), inside.address], [6, second.address]);
  const me = await second.ask.me();
  assertEquals([me.address, me[Symbol.toStringTag], Deno.inspect(me)], [
    second.address,
    "ActorRef",
    `<ActorRef: "${second.address}">`,
  ]);
});

Deno.test("ActorRef.with() limits asks by time and signal; the system's own limit holds without", async () => {
  await using system = await ActorSystem.start({ askTimeoutMs: 20 });
  const counter = await system.spawn(Counter);
  await failsWith("actor/timeout", () => counter.ask.rest(100));
  await failsWith("actor/timeout", () => counter.with({ timeoutMs: 1 }).ask.increment());
  const reason = new Error("enough");
  const asked = counter.with({ signal: AbortSignal.abort(reason), timeoutMs: 1_000 }).ask.increment();
  assertStrictEquals(await asked.catch((error: unknown) => error), reason);
  // The one that nobody waited for any more was handled all the same.
  assertEquals(await counter.with({ timeoutMs: 5_000 }).ask.increment(), 2);
  await failsWith("input/invalid", () => counter.with({ timeoutMs: -1 }));
});

Deno.test("ActorRef.stop() waits for the message in hand, kill() does not", async () => {
  await using system = await ActorSystem.start();
  const counter = await system.spawn(Counter);
  const resting = counter.ask.rest(30);
  await settled();
  const waiting = failsWith("actor/terminated", () => counter.ask.increment());
  await failsWith("wait/timeout", () => counter.stop({ timeoutMs: 1 }));
  await counter.stop();
  await Promise.all([resting, waiting, counter.stop()]);
  const other = await system.spawn(Counter);
  const killed = failsWith("actor/terminated", () => other.ask.rest(30));
  await settled();
  await other.kill();
  await killed;
  await new Promise((resolve) => setTimeout(resolve, 40));
});

Deno.test("ActorRef.tell() resolves when the mailbox has room", async () => {
  await using system = await ActorSystem.start();
  const counter = await system.spawn(Counter, { mailbox: { capacity: 3 } });
  const order: string[] = [];
  const rested = counter.ask.rest(20).then(() => order.push("rested"));
  await settled();
  for (let i = 0; i < 2; i++) await counter.tell.increment();
  order.push("two");
  await counter.tell.increment();
  order.push("three");
  await rested;
  assertEquals([order[0], order.length, await counter.ask.increment()], ["two", 3, 4]);
});

Deno.test("ActorSystem.onDeadLetter() hears of what was lost, and why", async () => {
  await using system = await ActorSystem.start();
  const letters: DeadLetter[] = [];
  using _listening = system.onDeadLetter((letter) => letters.push(letter));
  const counter = await system.spawn(Counter, { mailbox: { capacity: 1, overflow: "reject" } });
  const rested = counter.ask.rest(10);
  await settled();
  for (let i = 0; i < 2; i++) void counter.tell.increment(i);
  await failsWith("actor/mailbox-full", () => counter.ask.increment());
  await rested;
  await settled();
  Reflect.get(counter.tell, "nothing")();
  await settled();
  await counter.stop();
  await settled();
  void counter.tell.echo(1);
  await settled();
  assertEquals(letters.map(({ method, reason }) => [method, reason]), [
    ["increment", "mailbox-full"],
    ["nothing", "malformed"],
    ["echo", "terminated"],
  ]);
  assert(letters.every((letter) => letter.address === counter.address));
});

Deno.test("ActorSystem.spawn() refuses what cannot be spawned", async () => {
  await using system = await ActorSystem.start();
  const weak = new WeakMap();
  class Local extends Actor {
    get(): unknown {
      return weak;
    }
  }
  class NoActor {}
  await failsWith("input/invalid", () => system.spawn(NoActor as never));
  await failsWith("input/invalid", () => system.spawn(Counter, { on: "moon" as never }));
  const { hint } = await failsWith("task/not-serializable", () => system.spawn(Local, { on: "thread" }));
  assertEquals(hint, "Use a Map");
  await system.spawn(Counter, { name: "taken" });
  await failsWith("actor/name-taken", () => system.spawn(Counter, { name: "taken" }));
  await failsWith("actor/name-taken", () => system.spawn(Counter, { name: "taken", on: "thread" }));
  class Broken extends Actor {
    override onStart(): Promise<void> {
      return Promise.reject(new TypeError("no start"));
    }
  }
  assertEquals(await system.spawn(Broken, { name: "b" }).catch((error) => error.message), "no start");
  await failsWith("actor/not-found", () => system.lookup("b"));
  await failsWith("input/invalid", () => ActorSystem.start({ liste: "x" } as never));
});

Deno.test("ActorSystem.lookup() finds by name, by address, in linked systems, and waits if told to", async () => {
  await using here = await ActorSystem.start(LISTEN);
  await using there = await ActorSystem.start();
  const counter = await here.spawn(Counter, { name: "counter" });
  assertEquals(counter.address, `${here.address}/counter`);
  assertEquals(await (await here.lookup<Counter>("counter")).ask.increment(), 1);
  await failsWith("actor/not-found", () => there.lookup("counter"));
  assertEquals(await (await there.lookup<Counter>(counter.address)).ask.increment(), 2);
  assertEquals(await (await there.lookup<Counter>("counter")).ask.increment(), 3);
  await failsWith("actor/not-found", () => there.lookup(`${here.address}/nobody`));
  await failsWith("actor/not-found", () => here.lookup("nobody", { timeoutMs: 15 }));
  await failsWith("client/unreachable", () => there.lookup("tcp://127.0.0.1:1/x"));
  const late = there.lookup<Counter>("late", { timeoutMs: 5_000 });
  await here.spawn(Counter, { name: "late", args: [40] });
  assertEquals(await (await late).ask.increment(2), 42);
  await counter.stop();
  await failsWith("actor/not-found", () => there.lookup("counter"));
});

Deno.test("ActorSystem.link() shares names until it is disposed; a dead link fails asks and fires watches", async () => {
  await using here = await ActorSystem.start(LISTEN);
  await using there = await ActorSystem.start();
  await here.spawn(Counter, { name: "counter" });
  const link = await there.link(here.address!);
  const found = await there.lookup<Counter>("counter");
  const down = downOf(found);
  const asked = failsWith("link/down", () => found.ask.rest(50));
  await settled();
  link[Symbol.dispose]();
  await asked;
  assertEquals((await down).reason, "link/down");
  await failsWith("actor/not-found", () => there.lookup("counter"));
  await new Promise((resolve) => setTimeout(resolve, 50));
});

Deno.test("ActorRef.ask() ends a stream when its link is down, and the generator at the other end", async () => {
  await using here = await ActorSystem.start(LISTEN);
  await using there = await ActorSystem.start();
  using _awake = keepAwake();
  const spring = await here.spawn(Spring, { name: "spring" });
  const link = await there.link(here.address!);
  const stream = (await there.lookup<Spring>("spring")).ask.count(1_000_000);
  await stream.next();
  link[Symbol.dispose]();
  await failsWith("link/down", () => Array.fromAsync(stream));
  while (!await spring.ask.isClosed()) await settled();
});

Deno.test("ActorSystem.spawn() starts an actor in another running system", async () => {
  await using here = await ActorSystem.start({ ...LISTEN, name: "here" });
  await using there = await ActorSystem.start({ name: "there" });
  const counter = await there.spawn(Counter, { on: here.address as "tcp://", name: "guest", args: [1] });
  assertEquals([counter.address, await counter.ask.systemName()], [`${here.address}/guest`, "here"]);
  assertEquals(await (await here.lookup<Counter>("guest")).ask.increment(), 2);
});

for (const on of ["thread", "process"] as const) {
  Deno.test(`ActorSystem.spawn() keeps an actor on a ${on}: calls, refs, errors, lookup, stop`, async () => {
    await using system = await ActorSystem.start(LISTEN);
    const counter = await system.spawn(Counter, { on, name: "counter", args: [10] });
    void counter.tell.increment();
    assertEquals(await Promise.all([counter.ask.increment(), counter.ask.incrementLater(2)]), [12, 14]);
    assertEquals((await counter.ask.pid()) === Deno.pid, on === "thread");
    const error = await counter.ask.fail("boom").catch((thrown: unknown) => thrown);
    assert(error instanceof RangeError && error.message === "boom");
    assertEquals(await counter.ask.increment(), 11);
    // A ref to an actor here works there, and one to the actor there works from a third system.
    const local = await system.spawn(Counter, { name: "local" });
    assertEquals(await counter.ask.forward(local, 5), 5);
    assertEquals(await counter.ask.findCounter("local"), 5);
    await using third = await ActorSystem.start();
    const far = await third.lookup<Counter>(counter.address);
    assertEquals([await far.ask.increment(), await (await far.ask.me()).ask.increment()], [12, 13]);
    await counter.stop();
    await failsWith("actor/terminated", () => far.ask.increment());
  });

  Deno.test(`ActorSystem.spawn() starts an actor anew when its ${on} ends, once by default`, async () => {
    await using system = await ActorSystem.start();
    using _awake = keepAwake();
    const counter = await system.spawn(Counter, { on, args: [10] });
    await counter.ask.increment();
    const down = downOf(counter);
    await failsWith("link/down", () => counter.ask.exit(3));
    assertEquals(await counter.ask.increment(), 11);
    await counter.ask.exit(3).catch(() => undefined);
    const { reason, error } = await down;
    assertEquals(reason, "failed");
    assert(error?.message.includes("exited with code 3"), error?.message);
  });
}

Deno.test("ActorRef.kill() ends a thread that spins, at once", async () => {
  await using system = await ActorSystem.start();
  const counter = await system.spawn(Counter, { on: "thread" });
  const sign = await Deno.makeTempFile();
  const asked = failsWith("actor/terminated", () => counter.ask.spin(sign));
  await eventually(async () => assertEquals(await Deno.readTextFile(sign), "spins"));
  await failsWith("wait/timeout", () => counter.stop({ timeoutMs: 50 }));
  await counter.kill();
  await asked;
  await Deno.remove(sign);
});

Deno.test("ActorContext.spawn() makes children: stopped before their parent, restarted with their siblings", async () => {
  await using system = await ActorSystem.start();
  for (const children of ["one-for-one", "one-for-all", "rest-for-one"] as const) {
    const family = await system.spawn(Family, { supervision: { children } });
    for (const name of ["a", "b", "c"]) await family.ask.have(name);
    const [, second] = await family.ask.children();
    await family.ask.log();
    await second!.ask.fail().catch(() => undefined);
    await settled();
    const stopped = (await family.ask.log()).filter((line) => line.startsWith("stop")).map((line) => line.slice(5));
    assertEquals(
      stopped.sort(),
      { "one-for-one": ["b"], "one-for-all": ["a", "b", "c"], "rest-for-one": ["b", "c"] }[children],
    );
    const downs = (await family.ask.children()).map(downOf);
    await family.stop();
    assertEquals((await Promise.all(downs)).map((down) => down.reason), ["stopped", "stopped", "stopped"]);
  }
});

Deno.test("ActorContext.spawn() lets a child's failure fail its parent, when it escalates", async () => {
  await using system = await ActorSystem.start();
  const family = await system.spawn(Family, { supervision: { onFailure: "stop" } });
  await family.ask.have("a", "escalate");
  const [child] = await family.ask.children();
  const down = downOf(family);
  await child!.ask.fail().catch(() => undefined);
  const { reason, error } = await down;
  assertEquals([reason, error?.message], ["failed", "a failed"]);
});

Deno.test("ActorContext.after() and every() run as messages and end with the actor", async () => {
  const log: string[] = [];
  class Clockwork extends Actor {
    override onStart(): void {
      this.context.after(1, () => void log.push("once"));
      this.context.every(2, () => void log.push("again"));
      this.context.after(1, () => void log.push("never"))[Symbol.dispose]();
    }
    ping(): void {}
  }
  await using system = await ActorSystem.start();
  const clockwork = await system.spawn(Clockwork);
  for (let i = 0; i < 500 && log.length < 4; i++) await new Promise((resolve) => setTimeout(resolve, 2));
  await clockwork.stop();
  const count = log.length;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals([log.length, log.filter((line) => line === "once").length, log.includes("never")], [count, 1, false]);
});

Deno.test("ActorContext is there from onStart on, not before", async () => {
  class Early extends Actor {
    early = "";
    constructor() {
      super();
      try {
        this.early = this.context.system.name;
      } catch (error) {
        this.early = String(error);
      }
    }
    tellEarly(): string {
      return this.early;
    }
  }
  await using system = await ActorSystem.start();
  const early = await system.spawn(Early);
  assert((await early.ask.tellEarly()).includes("Cannot use the context of Early"));
});

Deno.test("ActorSystem.close() stops everything, children and threads too, and refuses more", async () => {
  const system = await ActorSystem.start();
  const family = await system.spawn(Family);
  await family.ask.have("a");
  const counter = await system.spawn(Counter, { on: "thread" });
  const downs = [downOf(family), downOf(counter)];
  await Promise.all([system.close(), system.close()]);
  assertEquals((await Promise.all(downs)).map((down) => down.reason), ["stopped", "stopped"]);
  await failsWith("actor/terminated", () => system.spawn(Counter));
  await failsWith("actor/terminated", () => counter.ask.increment());
});

Deno.test("ActorSystem.spawn() refuses a name that a linked system has, or takes at the same moment", async () => {
  await using here = await ActorSystem.start(LISTEN);
  await using there = await ActorSystem.start(LISTEN);
  await using third = await ActorSystem.start();
  for (const system of [there, third]) await system.link(here.address!);
  await third.link(there.address!);
  await here.spawn(Counter, { name: "one" });
  await failsWith("actor/name-taken", () => there.spawn(Counter, { name: "one" }));
  await failsWith("actor/name-taken", () => there.spawn(Counter, { name: "one", on: "thread" }));
  for (let i = 0; i < 20; i++) {
    const name = `race-${i}`;
    const outcomes = await Promise.allSettled([here, there, third].map((system) => system.spawn(Counter, { name })));
    const spawned = outcomes.filter((outcome) => outcome.status === "fulfilled");
    const codes = outcomes.flatMap((outcome) => outcome.status === "rejected" ? [outcome.reason.code] : []);
    assertEquals([spawned.length, codes], [1, ["actor/name-taken", "actor/name-taken"]]);
    for (const system of [here, there, third]) await system.lookup(name);
  }
});

Deno.test("ActorSystem.lookup() says so when systems were linked after both had taken a name", async () => {
  await using here = await ActorSystem.start(LISTEN);
  await using there = await ActorSystem.start(LISTEN);
  await using third = await ActorSystem.start();
  for (const system of [here, there]) await system.spawn(Counter, { name: "twin" });
  for (const system of [here, there]) await third.link(system.address!);
  const { hint } = await failsWith("actor/name-taken", () => third.lookup("twin"));
  assert(hint?.includes(here.address!) && hint.includes(there.address!), hint);
  assertEquals(await (await here.lookup<Counter>("twin")).ask.increment(), 1);
});

Deno.test("ActorSystem.join() makes members that all linked systems see until they leave or end", async () => {
  await using here = await ActorSystem.start(LISTEN);
  await using there = await ActorSystem.start();
  using _awake = keepAwake();
  await there.link(here.address!);
  const first = await here.spawn(Counter, { args: [10] });
  const second = await there.spawn(Counter, { args: [20] });
  const third = await here.spawn(Counter, { on: "thread", args: [30] });
  await here.join("g", first);
  await there.join("g", second);
  await there.join("g", third);
  await there.join("g", first);
  const sums = async (system: ActorSystem) => {
    const members = await system.members<Counter>("g");
    return (await Promise.all(members.map((member) => member.ask.increment(0)))).sort();
  };
  assertEquals([await sums(here), await sums(there)], [[10, 20, 30], [10, 20, 30]]);
  assertEquals((await third.ask.membersSeen("g")).sort(), [first, second, third].map(({ address }) => address).sort());
  await there.leave("g", first);
  assertEquals([await sums(here), await sums(there)], [[20, 30], [20, 30]]);
  await second.stop();
  await third.kill();
  while ((await sums(here)).length > 0 || (await sums(there)).length > 0) await settled();
  await failsWith("input/invalid", () => here.join("", first));
  await failsWith("input/invalid", () => here.join("g", {} as ActorRef<Counter>));
});

Deno.test("ActorSystem.list() tells of actors, their mailboxes and restarts, here and elsewhere", async () => {
  await using here = await ActorSystem.start(LISTEN);
  await using there = await ActorSystem.start();
  const counter = await here.spawn(Counter, { name: "counter" });
  await here.spawn(Counter, { name: "far", on: "thread" });
  await counter.ask.fail("once").catch(() => undefined);
  await counter.ask.increment();
  const rows = [
    { address: `${here.address}/counter`, name: "counter", depth: 0, restarts: 1 },
    { address: `${here.address}/far`, name: "far", depth: 0, restarts: 0 },
  ];
  assertEquals([await here.list(), await there.list(here.address)], [rows, rows]);
  await failsWith("client/unreachable", () => there.list("tcp://127.0.0.1:1"));
});

Deno.test("ActorSystem.close() ends the pause before a lost link would be made again", async () => {
  for (let round = 0; round < 5; round++) {
    const there = await ActorSystem.start();
    const here = await ActorSystem.start({ listen: "tcp://127.0.0.1:0" });
    await there.link(here.address!);
    const down = Promise.withResolvers<unknown>();
    const counter = await here.spawn(Counter, { name: "counter" });
    (await there.lookup<Counter>(counter.address)).watch(down.resolve);
    await here.close();
    await down.promise;
    await there.close();
  }
});

Deno.test("ActorSystem.link() makes a lost link again, until it is disposed", async () => {
  const first = await ActorSystem.start(LISTEN);
  const listen = first.address!;
  await using there = await ActorSystem.start();
  using _awake = keepAwake();
  const link = await there.link(listen);
  await first.spawn(Counter, { name: "counter" });
  const down = downOf(await there.lookup<Counter>("counter"));
  await first.close();
  assertEquals(["stopped", "link/down"].includes((await down).reason), true);
  await using second = await ActorSystem.start({ listen });
  await second.spawn(Counter, { name: "counter", args: [41] });
  assertEquals(await (await there.lookup<Counter>("counter", { timeoutMs: 60_000 })).ask.increment(), 42);
  link[Symbol.dispose]();
  await settled();
  await failsWith("actor/not-found", () => there.lookup("counter"));
});
