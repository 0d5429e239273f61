/** Supervisor trees across threads, processes and machines. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type ActorRef, ActorSystem, type Supervision } from "@troupe/troupe";
import { failsWith } from "../support/codes.ts";
import { keepAwake } from "../support/cores.ts";
import { eventually } from "../support/eventually.ts";
import { FaultProxy } from "../support/fault_proxy.ts";
import { startModuleHooks } from "../support/module_hooks.ts";
import { Counter } from "./actor_cast.ts";
import { Diary, type Growth, Tree } from "./tree_cast.ts";

await startModuleHooks();

const LISTEN = { listen: "tcp://127.0.0.1:0" };
const MANY: Supervision = { maxRestarts: 1_000 };

/** A system with a tree, another one that can be reached through a proxy, and the diary of all. */
class Wood implements AsyncDisposable {
  readonly here: ActorSystem;
  readonly there: ActorSystem;
  readonly proxy: FaultProxy;
  readonly diary: ActorRef<Diary>;

  private constructor(here: ActorSystem, there: ActorSystem, proxy: FaultProxy, diary: ActorRef<Diary>) {
    this.here = here;
    this.there = there;
    this.proxy = proxy;
    this.diary = diary;
  }

  static async open(): Promise<Wood> {
    const here = await ActorSystem.start(LISTEN);
    const there = await ActorSystem.start(LISTEN);
    return new Wood(here, there, new FaultProxy(there.address!), await here.spawn(Diary));
  }

  /** Where the other system is. */
  get on(): "tcp://" {
    return this.proxy.address as "tcp://";
  }

  /** A leaf on a thread, one in a process and one in the other system, all of which may fail often. */
  get growths(): Growth[] {
    return [
      { name: "a", on: "thread", supervision: MANY },
      { name: "b", on: "process", supervision: MANY },
      { name: "c", on: this.on, supervision: MANY },
    ];
  }

  async grow(growths: readonly Growth[], supervision: Supervision = {}): Promise<ActorRef<Tree>> {
    return await this.here.spawn(Tree, { args: [this.diary, growths], name: "tree", supervision });
  }

  /** How often each has started. */
  async starts(): Promise<Record<string, number>> {
    const starts: Record<string, number> = {};
    for (const line of await this.diary.ask.lines()) {
      const [what, name] = line.split(" ");
      if (what === "start") starts[name!] = (starts[name!] ?? 0) + 1;
    }
    return starts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.here.close();
    await this.proxy[Symbol.asyncDispose]();
    await this.there.close();
  }
}

/** How each leaf comes to its end, other than by itself. */
const DEATHS: Readonly<Record<string, (wood: Wood, tree: ActorRef<Tree>) => Promise<void>>> = {
  async a(_wood, tree) {
    await failsWith("link/down", async () => await (await tree.ask.leaf("a")).ask.exit());
  },
  async b(_wood, tree) {
    Deno.kill(await (await tree.ask.leaf("b")).ask.pid(), "SIGKILL");
  },
  // deno-lint-ignore require-await -- like the others
  async c(wood) {
    wood.proxy.cut();
  },
};

const RESTARTED = {
  "one-for-one": { a: "a", b: "b", c: "c" },
  "one-for-all": { a: "abc", b: "abc", c: "abc" },
  "rest-for-one": { a: "abc", b: "bc", c: "c" },
} as const;

for (const [children, expected] of Object.entries(RESTARTED)) {
  Deno.test(`ActorContext.spawn() restarts leaves on a thread, in a process and over TCP ${children}`, async () => {
    using _awake = keepAwake();
    await using wood = await Wood.open();
    const tree = await wood.grow(wood.growths, { children: children as "one-for-one" });
    const count: Record<string, number> = { a: 1, b: 1, c: 1, tree: 1 };
    assertEquals(await wood.starts(), count);
    for (const [name, restarted] of Object.entries(expected)) {
      const fail = async () => {
        await assertRejects(async () => await (await tree.ask.leaf(name)).ask.fail(), RangeError);
      };
      for (const die of [DEATHS[name]!, fail]) {
        await die(wood, tree);
        for (const one of restarted) count[one]!++;
        await eventually(async () => assertEquals(await wood.starts(), count));
        // Each of them is there again.
        for (const one of "abc") assert(await (await tree.ask.leaf(one)).ask.pid() > 0);
      }
    }
    assertEquals(await wood.starts(), count);
    const restarts = Object.fromEntries((await wood.here.list()).map(({ name, restarts }) => [name, restarts]));
    assertEquals([restarts.a, restarts.b, restarts.c], [count.a! - 1, count.b! - 1, count.c! - 1]);
    // What was cut off has ended: there is one leaf there, not one for each start.
    await eventually(async () => assertEquals((await wood.there.list()).length, 1));
    await tree.stop();
    assertEquals((await wood.diary.ask.lines()).slice(-3), ["stop c stopped", "stop b stopped", "stop a stopped"]);
    assertEquals(await wood.there.list(), []);
  });
}

for (const on of ["thread", "process", "tcp"] as const) {
  Deno.test(`a leaf ${on === "tcp" ? "over TCP" : `in a ${on}`} that fails too often fails its parent, however it fails`, async () => {
    using _awake = keepAwake();
    await using wood = await Wood.open();
    const name = { thread: "a", process: "b", tcp: "c" }[on];
    const supervision = { maxRestarts: 2, withinMs: 1_000_000 };
    const tree = await wood.grow([{ name, on: on === "tcp" ? wood.on : on, supervision }], MANY);
    const fail = async () => await assertRejects(async () => await (await tree.ask.leaf(name)).ask.fail(), RangeError);
    // Here, there, and once too often.
    await fail();
    await eventually(async () => assertEquals(await wood.starts(), { [name]: 2, tree: 1 }));
    await DEATHS[name]!(wood, tree);
    await eventually(async () => assertEquals(await wood.starts(), { [name]: 3, tree: 1 }));
    await fail();
    await eventually(async () => assertEquals((await wood.starts()).tree, 2));
    assert(await (await tree.ask.leaf(name)).ask.pid() > 0);
    await tree.stop();
    assertEquals(await wood.there.list(), []);
  });
}

Deno.test("a leaf that escalates fails its parent, from a thread, a process and over TCP", async () => {
  using _awake = keepAwake();
  await using wood = await Wood.open();
  const growths = wood.growths.map((growth) => ({ ...growth, supervision: { onFailure: "escalate" as const } }));
  const tree = await wood.grow(growths, MANY);
  for (const [round, name] of ["a", "b", "c"].entries()) {
    await assertRejects(async () => await (await tree.ask.leaf(name)).ask.fail(), RangeError);
    await eventually(async () => assertEquals((await wood.starts()).tree, round + 2));
  }
  assertEquals(await wood.starts(), { a: 4, b: 4, c: 4, tree: 4 });
});

Deno.test("a leaf over TCP whose parent's system is gone ends", async () => {
  using _awake = keepAwake();
  await using wood = await Wood.open();
  await wood.grow(wood.growths.slice(2));
  assertEquals((await wood.there.list()).length, 1);
  // Nobody comes back.
  wood.proxy.fault = () => undefined;
  wood.proxy.cut();
  await eventually(async () => assertEquals(await wood.there.list(), []));
});

for (const on of ["thread", "process"] as const) {
  const name = `a tree in a ${on} has leaves over TCP, with the token of the system that started it`;
  Deno.test(name, async () => {
    using _awake = keepAwake();
    const token = "a secret";
    await using here = await ActorSystem.start({ ...LISTEN, token });
    await using there = await ActorSystem.start({ ...LISTEN, token });
    await using proxy = new FaultProxy(there.address!);
    const diary = await here.spawn(Diary);
    const growths: Growth[] = [{ name: "c", on: proxy.address as "tcp://", supervision: MANY }];
    const tree = await here.spawn(Tree, { args: [diary, growths], on });
    const starts = async () => (await diary.ask.lines()).filter((line) => line === "start c").length;
    const leaf = await tree.ask.leaf("c");
    assertEquals(await leaf.ask.pid(), Deno.pid);
    await assertRejects(() => leaf.ask.fail(), RangeError);
    await eventually(async () => assertEquals(await starts(), 2));
    proxy.cut();
    await eventually(async () => assertEquals(await starts(), 3));
    await eventually(async () => assertEquals((await there.list()).length, 1));
    // The parent is killed: what lives elsewhere ends, too.
    await tree.kill();
    await eventually(async () => assertEquals(await there.list(), []));
  });
}

Deno.test("a thread reaches other systems through the one that started it", async () => {
  using _awake = keepAwake();
  await using here = await ActorSystem.start(LISTEN);
  const diary = await here.spawn(Diary);
  const nobody = { name: "c", on: "tcp://127.0.0.1:1" } as const;
  await failsWith("client/unreachable", () => here.spawn(Tree, { args: [diary, [nobody]], on: "thread" }));
});

Deno.test("a supervised actor is back after each of 20 kills of its process under load, and every ask ends", async () => {
  using _awake = keepAwake();
  await using system = await ActorSystem.start();
  const counter = await system.spawn(Counter, { on: "process", supervision: MANY });
  const ends: Record<string, number> = {};
  for (let kill = 1; kill <= 20; kill++) {
    const pid = await eventualPid(counter);
    const asks = Array.from({ length: 200 }, () => counter.with({ timeoutMs: 60_000 }).ask.increment());
    await asks[50];
    Deno.kill(pid, "SIGKILL");
    for (const outcome of await Promise.allSettled(asks)) {
      const end = outcome.status === "fulfilled" ? "answered" : outcome.reason.code;
      ends[end] = (ends[end] ?? 0) + 1;
    }
    await eventually(async () => assert(await eventualPid(counter) !== pid));
    assertEquals((await system.list())[0]?.restarts, kill);
  }
  const { answered = 0, "link/down": lost = 0, ...others } = ends;
  assertEquals([others, answered + lost, answered >= 20 * 51], [{}, 4_000, true]);
});

/** The process that answers now: a call may be lost with the one before. */
async function eventualPid(counter: ActorRef<Counter>): Promise<number> {
  let pid = 0;
  await eventually(async () => pid = await counter.ask.pid());
  return pid;
}
