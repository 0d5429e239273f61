/** Actors of a cluster, as users know them from dask.distributed, and what they lack there. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  Actor,
  asCompleted,
  Client,
  type ClusterActorRef,
  Flag,
  type Future,
  getClient,
  getWorker,
  LocalCluster,
  Queue,
  TroupeError,
  Variable,
  wait,
} from "../../mod.ts";
import { failsWith } from "../support/codes.ts";
import { until } from "./until.ts";

const WAIT = { timeoutMs: 120_000 };

class Counter extends Actor {
  #n = 0;
  #busy = 0;
  #most = 0;
  increment(by = 1): number {
    return this.#n += by;
  }
  get(): number {
    return this.#n;
  }
  /** Adds in two steps, with a pause between: wrong if another call came between them. */
  async addSlowly(): Promise<number> {
    this.#most = Math.max(this.#most, ++this.#busy);
    const before = this.#n;
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.#busy--;
    return this.#n = before + 1;
  }
  most(): number {
    return this.#most;
  }
  fail(): never {
    throw new RangeError("boom");
  }
  pid(): number {
    return Deno.pid;
  }
  worker(): string {
    return getWorker().name;
  }
  exit(): never {
    Deno.exit(7);
  }
  failLater(): void {
    this.context.after(0, () => {
      throw new RangeError("late");
    });
  }
}

class Log extends Actor {
  readonly #lines: string[] = [];
  add(line: string): void {
    this.#lines.push(line);
  }
  lines(): string[] {
    return this.#lines;
  }
}

/** Waits inside its methods for one that comes later. */
class Gate extends Actor {
  readonly #open = Promise.withResolvers<string>();
  async wait(): Promise<string> {
    return await this.#open.promise;
  }
  open(word: string): void {
    this.#open.resolve(word);
  }
}

class Caller extends Actor {
  readonly #counter: ClusterActorRef<Counter>;
  constructor(counter: ClusterActorRef<Counter>) {
    super();
    this.#counter = counter;
  }
  async add(): Promise<number> {
    return await this.#counter.ask.increment().result();
  }
  async nested(x: number): Promise<number> {
    const client = getClient();
    const doubled = client.submit((y: number) => y * 2, x);
    return await client.submit((a: number, b: number) => a + b, doubled, this.#counter.ask.increment()).result();
  }
}

Deno.test("scenario 88: a counter incremented from 10 tasks, 50 times each, counts to 500", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 2 });
  using counter = await client.actor(Counter);
  const task = async (counter: ClusterActorRef<Counter>, _task: number) => {
    for (let i = 0; i < 25; i++) await counter.ask.increment().result();
    const rest = Array.from({ length: 25 }, () => counter.ask.increment());
    for await (const _ of asCompleted(rest));
  };
  await client.gather(Array.from({ length: 10 }, (_, i) => client.submit(task, counter, i)));
  assertEquals(await counter.ask.get().result(), 500);
});

Deno.test("scenario 88: calls from one caller keep their order, also behind a future among the arguments", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1 });
  using log = await client.actor(Log);
  const gate = new Flag("gate", { client });
  const slow = client.submit(async () => {
    await new Flag("gate").wait();
    return "slow";
  });
  const calls = [log.ask.add("first"), log.ask.add(slow), log.ask.add("third")];
  const other = client.submit(async (log: ClusterActorRef<Log>) => {
    await log.ask.add("of a task").result();
  }, log);
  await other.result(WAIT); // another caller does not wait
  assertEquals(calls.map((call) => call.status).slice(1), ["pending", "pending"]);
  await gate.set();
  await wait(calls, WAIT);
  const lines = await log.ask.lines().result();
  assertEquals(lines.filter((line) => line !== "of a task"), ["first", "slow", "third"]);
});

Deno.test("scenario 88: a method never interleaves with itself, unless the actor is reentrant", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  using counter = await client.actor(Counter);
  const calls = Array.from({ length: 20 }, () => counter.ask.addSlowly());
  assertEquals(await client.gather(calls), Array.from({ length: 20 }, (_, i) => i + 1));
  assertEquals(await counter.ask.most().result(), 1);
  using reentrant = await client.with({ reentrant: true }).actor(Counter);
  await client.gather(Array.from({ length: 20 }, () => reentrant.ask.addSlowly()));
  assertEquals(await reentrant.ask.most().result(), 20);
});

Deno.test("scenario 88: five waiters and one setter do not deadlock, beside a task that computes", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  using gate = await client.with({ reentrant: true }).actor(Gate);
  const path = await Deno.makeTempFile();
  // It has the only slot for tasks, and never gives its thread away.
  const spin = client.submit((path: string) => {
    Deno.writeTextFileSync(path, "begun");
    while (Deno.readTextFileSync(path) === "begun");
  }, path);
  await until(async () => await Deno.readTextFile(path) === "begun");
  const waiters = Array.from({ length: 5 }, () => gate.ask.wait());
  await gate.ask.open("sesame").result(WAIT);
  assertEquals(await client.gather(waiters), Array<string>(5).fill("sesame"));
  await Deno.writeTextFile(path, "end");
  await spin.result(WAIT);
  await Deno.remove(path);
});

Deno.test("scenario 88: an actor calls another, submits tasks, and does not wait for a slot that a task has", async () => {
  await using client = await Client.connect({ executors: "inline", workers: 1, threadsPerWorker: 1 });
  using counter = await client.actor(Counter);
  using caller = await client.actor(Caller, counter);
  assertEquals(await caller.ask.add().result(WAIT), 1);
  assertEquals(await caller.ask.nested(20).result(WAIT), 42);
});

Deno.test("scenario 88: an error of a method arrives as itself, and the actor goes on with what it knew", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  using counter = await client.actor(Counter);
  await counter.ask.increment(5).result();
  const error = await counter.ask.fail().exception(WAIT);
  assert(error instanceof RangeError && error.message === "boom", String(error));
  assert(error.stack?.includes("Counter.fail"), error.stack);
  const next = client.submit((n: number) => n, counter.ask.fail());
  await assertRejects(() => next.result(WAIT), RangeError, "boom"); // and on to what depends on it
  assertEquals(await counter.ask.get().result(), 5);
});

class Ending extends Actor {
  readonly #path: string;
  constructor(path: string) {
    super();
    this.#path = path;
  }
  hello(): string {
    return "hello";
  }
  override async onStop(reason: string): Promise<void> {
    await Deno.writeTextFile(this.#path, reason);
  }
}

/** Whether an actor has ended; it writes why. */
function endOf(path: string): () => Promise<boolean> {
  return async () => await Deno.readTextFile(path) === "stopped";
}

Deno.test("scenario 88: an actor without a name ends with its last claim, wherever that is", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1 });
  const path = await Deno.makeTempFile();
  const variable = new Variable<ClusterActorRef<Ending>>("held", { client });
  const queue = new Queue<ClusterActorRef<Ending>>("held", { client });
  {
    using ref = await client.actor(Ending, path);
    await variable.set(ref);
    await queue.put(ref);
  }
  const first = await variable.get();
  assertEquals(await first.ask.hello().result(), "hello");
  await variable.delete();
  first.release();
  const last = await queue.get();
  assertEquals(await last.ask.hello().result(), "hello");
  assertEquals(await Deno.readTextFile(path), "");
  last.release();
  await until(endOf(path));
  await failsWith("future/released", () => Promise.resolve().then(() => last.ask.hello()));
  await Deno.remove(path);
});

Deno.test("scenario 88: an actor lives as long as a task has it among its arguments, or in its result", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1 });
  const counter = await client.actor(Counter);
  const gate = new Flag("gate", { client });
  const deep = client.submit(async (refs: Map<string, ClusterActorRef<Counter>>) => {
    await new Flag("gate").wait();
    return await refs.get("counter")!.ask.increment().result();
  }, new Map([["counter", counter]]));
  const captured = client.submit(async () => {
    await new Flag("gate").wait();
    return await counter.ask.increment().result();
  });
  const passed = client.submit((ref: ClusterActorRef<Counter>) => ref, counter);
  await wait([passed], WAIT);
  counter.release();
  await gate.set();
  assertEquals((await client.gather([deep, captured])).sort(), [1, 2]);
  const last = await passed.result(WAIT);
  assertEquals(await last.ask.get().result(), 2);
});

Deno.test("scenario 88: release() frees what an actor occupied", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1, resources: { gpu: 1 } });
  const path = await Deno.makeTempFile();
  const view = client.with({ resources: { gpu: 1 } });
  const first = await view.actor(Ending, path);
  const second = view.actor(Counter);
  const task = view.submit(() => "task");
  assertEquals(await first.ask.hello().result(WAIT), "hello");
  assertEquals(task.status, "pending");
  first.release();
  const counter = await second;
  await until(endOf(path));
  await counter.stop();
  assertEquals(await task.result(WAIT), "task");
  await Deno.remove(path);
});

Deno.test("scenario 88: an actor whose worker is killed is made again elsewhere, while it has retries", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1, processes: true });
  const counter = await client.with({ name: "shop", retries: 1 }).actor(Counter);
  await counter.ask.increment(5).result(WAIT);
  const pid = await counter.ask.pid().result(WAIT);
  Deno.kill(pid, "SIGKILL");
  // Asks end in every case: answered by the old one, by the new one, or with the code that says that it ended.
  const asked: Future<number>[] = [];
  await until(async () => {
    const call = counter.ask.pid();
    asked.push(call);
    return await call.result(WAIT).then((now) => now !== pid, (error) => !TroupeError.is(error, "actor/terminated"));
  });
  assertEquals(await counter.ask.get().result(WAIT), 0); // it begins anew
  const again = await (await client.lookupActor<Counter>("shop")).ask.pid().result(WAIT);
  Deno.kill(again, "SIGKILL");
  let death: unknown;
  await until(async () => {
    death = await counter.ask.get().exception(WAIT);
    return TroupeError.is(death, "actor/terminated");
  });
  await until(async () => (death = await counter.ask.get().exception(WAIT)) !== null);
  assert(TroupeError.is(death, "actor/terminated") && death.message.includes("SIGKILL"), String(death));
  assert(death.message.includes('Cannot ask actor "shop": it has ended, '), death.message);
  await failsWith("actor/not-found", () => client.lookupActor("shop"));
});

Deno.test("scenario 88: an actor without retries ends with its worker; pending and later asks say why", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1, processes: true });
  const gate = await client.actor(Gate);
  const down = Promise.withResolvers<string>();
  gate.watch(({ reason }) => down.resolve(reason));
  const pid = client.with({ workers: "worker-0" }).actor(Counter);
  const waiting = gate.ask.wait();
  const counter = await pid;
  await counter.ask.increment().result(WAIT);
  const pids = await client.run(() => Deno.pid);
  for (const one of Object.values(pids)) Deno.kill(one, "SIGKILL");
  await failsWith("actor/terminated", () => waiting.result(WAIT));
  await failsWith("actor/terminated", () => gate.ask.open("late").result(WAIT));
  assertEquals(await down.promise, "failed");
});

Deno.test("an actor whose thread dies is made again on its worker; other actors of the thread, too", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  using first = await client.with({ retries: 2, name: "first" }).actor(Counter);
  using second = await client.with({ retries: 2 }).actor(Counter);
  await client.gather([first.ask.increment(), second.ask.increment()]);
  const died = await first.ask.exit().exception(WAIT);
  assert(TroupeError.is(died, "actor/terminated"), String(died));
  // It goes on, made again: what is over is the call.
  assertEquals(
    died.message.replace(/^(Cannot ask actor "first": ).* (while it had the call in hand, .*)$/, "$1$2"),
    'Cannot ask actor "first": while it had the call in hand, which may have been carried out',
  );
  assertEquals(await client.gather([first.ask.get(), second.ask.get()]), [0, 0]);
});

Deno.test("an actor that fails outside of a call is made again, or has ended with that error", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  using counter = await client.with({ retries: 1 }).actor(Counter);
  await counter.ask.increment().result();
  await counter.ask.failLater().result();
  await until(async () => await counter.ask.get().result().catch(() => -1) === 0);
  await counter.ask.failLater().result();
  await until(async () => {
    const error = await counter.ask.get().exception();
    return TroupeError.is(error, "actor/terminated") && error.message.includes("late");
  });
});

Deno.test("names: one actor per name, found by others, also after its maker has gone, until it is stopped", async () => {
  await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
  const alice = await Client.connect(cluster);
  await using bob = await Client.connect(cluster);
  await failsWith("actor/not-found", () => bob.lookupActor("counter"));
  await failsWith("actor/not-found", () => bob.lookupActor("counter", { timeoutMs: 5 }));
  const found = bob.lookupActor<Counter>("counter", WAIT);
  const made = await Promise.allSettled([1, 2, 3].map(() => alice.with({ name: "counter" }).actor(Counter)));
  const taken = made.filter((one) => one.status === "rejected" && TroupeError.is(one.reason, "actor/name-taken"));
  assertEquals(taken.length, 2);
  await (await found).ask.increment(3).result();
  await alice.close();
  const counter = await bob.lookupActor<Counter>("counter");
  assertEquals(await counter.ask.get().result(), 3);
  await counter.stop();
  await counter.stop(); // twice is fine
  await failsWith("actor/not-found", () => bob.lookupActor("counter"));
  using again = await bob.with({ name: "counter" }).actor(Counter);
  assertEquals(await again.ask.get().result(), 0);
  await again.stop();
});

Deno.test("an actor goes where its options say", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1 });
  for (const name of ["worker-0", "worker-1"]) {
    using counter = await client.with({ workers: name }).actor(Counter);
    assertEquals(await counter.ask.worker().result(), name);
  }
  await failsWith("task/no-worker", () => client.with({ workers: "nobody", noWorkerTimeoutMs: 1 }).actor(Counter));
});

Deno.test("a task makes an actor and returns it; its class travels with the task", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1 });
  const made = client.submit(async (start: number) => {
    const counter = await getClient().actor(Counter);
    await counter.ask.increment(start).result();
    return counter;
  }, 40);
  const counter = await made.result(WAIT);
  assertEquals(await counter.ask.increment(2).result(WAIT), 42);
});

Deno.test("tell, deadlines, signals, kill", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  using counter = await client.actor(Counter);
  await counter.tell.increment(2);
  assertEquals(await counter.ask.get().result(), 2);
  const gate = await client.actor(Gate);
  await failsWith("actor/timeout", () => gate.with({ timeoutMs: 5 }).ask.wait().result(WAIT));
  const abort = new AbortController();
  const asked = gate.with({ signal: abort.signal }).ask.wait();
  abort.abort(new Error("enough"));
  await failsWith("task/cancelled", () => asked.result(WAIT));
  const waiting = gate.ask.wait();
  const stopped = gate.stop(WAIT);
  await gate.kill(WAIT);
  await stopped;
  await failsWith("actor/terminated", () => waiting.result(WAIT));
  await failsWith("input/invalid", () => Reflect.get(counter.ask, "nothing")().result(WAIT));
});

Deno.test("actor/cycle: an actor that is asked through a chain of asks while it waits is told so", async () => {
  class Peer extends Actor {
    #peer: ClusterActorRef<Peer> | undefined;
    meet(peer: ClusterActorRef<Peer>): void {
      this.#peer = peer;
    }
    async pass(hops: number): Promise<number> {
      if (hops === 0) return 0;
      return 1 + await this.#peer!.ask.pass(hops - 1).result();
    }
    async tellOn(): Promise<void> {
      await this.#peer!.tell.pass(0);
    }
  }
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1 });
  const a = await client.with({ name: "alice", workers: "worker-0" }).actor(Peer);
  const b = await client.with({ name: "bob", workers: "worker-1" }).actor(Peer);
  await client.gather([a.ask.meet(b), b.ask.meet(a)]);
  const error = await a.ask.pass(2).exception(WAIT);
  assert(TroupeError.is(error, "actor/cycle") && error.message.includes("alice -> bob -> alice"), String(error));
  assertEquals(await a.ask.pass(1).result(WAIT), 1);
  await a.ask.meet(a).result();
  const self = await a.ask.pass(1).exception(WAIT);
  assert(TroupeError.is(self, "actor/cycle") && self.message.includes("alice -> alice"), String(self));
  await a.ask.tellOn().result(WAIT);
  await a.stop();
  await b.stop();
});
