/** Sharing by name, as users of dask.distributed know it, with tasks that race and workers that are killed. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { delay } from "@std/async/delay";
import {
  Client,
  type ClientView,
  Flag,
  type Future,
  getClient,
  getWorker,
  Lock,
  MultiLock,
  Queue,
  Semaphore,
  Variable,
} from "../../mod.ts";
import { failsWith } from "../support/codes.ts";

const WAIT = { timeoutMs: 120_000 };

/** Resolves when a condition holds. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!await condition()) await delay(10);
}

/** The process of the worker with this name. */
function pidOf(client: ClientView, worker: string): Promise<number> {
  return client.with({ pure: false, workers: [worker] }).submit(() => Deno.pid).result(WAIT);
}

Deno.test("scenario 83: Queue is first in, first out, bounded, read in batches, and keeps futures alive", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 2, token: "secret" });
  const queue = new Queue<number>("fifo", { client, maxSize: 2 });
  await queue.put(1);
  await queue.put(2);
  await failsWith("wait/timeout", () => queue.put(0, { timeoutMs: 20 })); // full; and its place is given up
  const third = queue.put(3);
  assertEquals([await queue.size(), await queue.get(), await queue.get()], [2, 1, 2]);
  await third;
  assertEquals(await queue.getBatch("all"), [3]);
  assertEquals(await queue.getBatch("all"), []);
  await failsWith("wait/timeout", () => queue.get({ timeoutMs: 20 }));
  const batch = queue.getBatch(2);
  await queue.put(4);
  await queue.put(5);
  assertEquals(await batch, [4, 5]);

  const held = new Queue<Future<number>>("held", { client });
  const creator = await Client.connect(client.address, { token: "secret" });
  const future = creator.with({ pure: false }).submit((x: number) => x + 1, 10);
  const failed = creator.submit((): number => {
    throw new RangeError("boom");
  });
  const late = creator.submit(async () => {
    await new Flag("late").wait();
    return "late";
  });
  for (const one of [future, failed, late]) await new Queue<unknown>("held", { client: creator }).put(one);
  await future.result(WAIT);
  await creator.close();
  const kept = await held.get();
  assertEquals(await kept.result(WAIT), 11);
  await assertRejects(async () => await (await held.get()).result(WAIT), RangeError, "boom");
  await new Flag("late", { client }).set();
  assertEquals(await (await held.get() as Future<unknown>).result(WAIT), "late");
});

Deno.test("scenario 84: tasks that race for futures in a Queue lose none and see none twice", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 2, processes: true });
  const rounds = 50;
  const racers = 8;
  const queue = new Queue<Future<number>>("race");
  for (let i = 0; i < racers; i++) await queue.put(client.with({ pure: false }).submit(() => 0));
  // Each takes whatever future is there, and puts back one of a task on its result.
  const race = async (_racer: number, rounds: number) => {
    const queue = new Queue<Future<number>>("race");
    for (let i = 0; i < rounds; i++) {
      const future = await queue.get();
      await queue.put(getClient().with({ pure: false }).submit((x: number) => x + 1, await future.result()));
    }
  };
  const racing = client.map(race, Array.from({ length: racers }, (_, i) => i), Array(racers).fill(rounds));
  await client.gather(racing);
  const left = await queue.getBatch("all");
  const values = await client.gather(left);
  assertEquals([values.length, values.reduce((a: number, b) => a + b, 0)], [racers, racers * rounds]);
});

Deno.test("scenario 84: each item of a Queue is worked on once, although workers are killed", async () => {
  await using client = await Client.connect({ workers: 3, threadsPerWorker: 1, processes: true });
  await client.waitForWorkers(3, WAIT);
  const count = 60;
  const [todo, done] = [new Queue<number>("todo"), new Queue<number>("done")];
  for (let i = 0; i < count; i++) await todo.put(i);
  // One item each: what a killed worker had in hand goes back, and its task is run again.
  const work = async (_task: number) => {
    const item = await new Queue<number>("todo").get();
    await new Promise((resolve) => setTimeout(resolve, 20));
    return item;
  };
  const tasks = client.map(work, Array.from({ length: count }, (_, i) => i));
  const results: number[] = [];
  const collected = Promise.all(tasks.map(async (task) => {
    results.push(await task.result(WAIT));
    task.release(); // a result that is known need not be computed again
  }));
  for (const worker of ["worker-0", "worker-1"]) {
    await until(async () => await todo.size() < count - 5);
    const pid = await pidOf(client, worker);
    Deno.kill(pid, "SIGKILL");
    await until(async () => await pidOf(client, worker) !== pid);
  }
  await collected;
  assertEquals(results.sort((a, b) => a - b), Array.from({ length: count }, (_, i) => i));
  assertEquals([await todo.size(), await done.size()], [0, 0]);
});

Deno.test("scenario 85: Variable waits until it is set, and gives the old future that was told before", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1 });
  const variable = new Variable<Future<number>>();
  await failsWith("wait/timeout", () => variable.get({ timeoutMs: 20 }));
  const waiting = variable.get(WAIT);
  const submit = (n: number) => client.with({ pure: false }).submit((x: number) => x, n);
  const old = submit(1);
  await variable.set(old);
  old.release();
  assertEquals(await (await waiting).result(WAIT), 1);
  // Overwritten while it is on its way: the getter still has a live value.
  for (let i = 0; i < 50; i++) {
    const [got] = [variable.get(WAIT), variable.set(submit(i))];
    assert(typeof await (await got).result(WAIT) === "number");
  }
  await variable.delete();
  await failsWith("wait/timeout", () => variable.get({ timeoutMs: 20 }));
});

Deno.test("scenario 85: 15 tasks get and set a Variable 50 times each, no error, and all is released", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 2, processes: true });
  const variable = new Variable<Future<number>>("raced");
  await variable.set(client.with({ pure: false }).submit(() => 0));
  const race = async (_task: number) => {
    const variable = new Variable<Future<number>>("raced");
    for (let i = 0; i < 50; i++) {
      using future = await variable.get();
      const value = await future.result();
      using next = getClient().with({ pure: false }).submit((x: number) => x + 1, value);
      await variable.set(next);
    }
    return "done";
  };
  const results = await client.gather(client.map(race, Array.from({ length: 15 }, (_, i) => i)));
  assertEquals(results, Array(15).fill("done"));
  const last = await (await variable.get()).result(WAIT);
  assert(last >= 50 && last <= 750, String(last));
  await variable.delete();
  // Nothing but what this test holds is left: no future of the 750 is kept by the variable or by a getter.
  await until(async () => Object.keys(await client.whoHas()).filter((key) => key.startsWith("lambda-")).length <= 1);
});

Deno.test("scenario 86: Lock excludes 20 tasks, whose workers are killed while they hold it: exact, and nothing stuck", async () => {
  await using client = await Client.connect({ workers: 3, threadsPerWorker: 2, processes: true });
  await client.waitForWorkers(3, WAIT);
  const tasks = 20;
  const ids = new Variable<number[]>("ids");
  const inside = new Variable<string>("inside");
  await ids.set([]);
  await inside.set("");
  // Each adds itself to what it read under the lock: were two in at once, one of them would be lost.
  const add = async (id: number) => {
    using _lease = await new Lock("ids").acquire();
    const me = `${id} ${Math.random()}`;
    await new Variable<string>("inside").set(me);
    const ids = new Variable<number[]>("ids");
    const known = await ids.get();
    await new Queue<string>("entered").put(getWorker().name);
    await new Promise((resolve) => setTimeout(resolve, 30));
    if (await new Variable<string>("inside").get() !== me) throw new Error("somebody else was let in");
    await ids.set(known.includes(id) ? known : [...known, id]);
    return id;
  };
  const adding = client.map(add, Array.from({ length: tasks }, (_, i) => i));
  const entered = new Queue<string>("entered");
  const pids = new Map<string, number>();
  for (const worker of ["worker-0", "worker-1", "worker-2"]) pids.set(worker, await pidOf(client, worker));
  for (const worker of ["worker-0", "worker-1"]) {
    await until(async () => await entered.get(WAIT) === worker); // it holds the lock just now
    Deno.kill(pids.get(worker)!, "SIGKILL");
  }
  assertEquals(await client.gather(adding, WAIT), Array.from({ length: tasks }, (_, i) => i));
  assertEquals((await ids.get()).sort((a, b) => a - b), Array.from({ length: tasks }, (_, i) => i));
  using _lease = await new Lock("ids").acquire(WAIT);
});

Deno.test("scenario 86: Semaphore never gives more than it has, MultiLocks that cross do not block each other, Flag wakes all", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 2, processes: true });
  const count = new Variable<number>("count");
  await count.set(0);
  const enter = async (_task: number) => {
    using _lease = await new Semaphore("s", { leases: 3 }).acquire();
    const add = async (n: number) => {
      using _lease = await new Lock("count").acquire();
      const count = new Variable<number>("count");
      const now = await count.get() + n;
      await count.set(now);
      return now;
    };
    const most = await add(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await add(-1);
    return most;
  };
  const most = await client.gather(client.map(enter, Array.from({ length: 20 }, (_, i) => i)), WAIT);
  assertEquals([Math.max(...most) <= 3, await count.get()], [true, 0]);
  using twice = await new Semaphore("s", { leases: 3 }).acquire(WAIT);
  // Released too often, it still is one lease.
  twice.release();
  twice.release();
  const three = [1, 2, 3].map(() => new Semaphore("s", { leases: 3 }).acquire(WAIT));
  const leases = await Promise.all(three);
  await failsWith("wait/timeout", () => new Semaphore("s", { leases: 3 }).acquire({ timeoutMs: 20 }));
  for (const lease of leases) lease.release();

  const cross = async (task: number) => {
    const names = ["a", "b", "c"].map((_, i) => "abc".charAt((i + task) % 3)).slice(0, 2);
    for (let i = 0; i < 20; i++) {
      using _both = await new MultiLock(names).acquire();
      await Promise.resolve();
    }
    return task;
  };
  assertEquals((await client.gather(client.map(cross, Array.from({ length: 12 }, (_, i) => i)), WAIT)).length, 12);

  const waiting = client.map(async (_task: number) => {
    await new Flag("all").wait();
    return await new Flag("all").isSet();
  }, Array.from({ length: 20 }, (_, i) => i));
  await new Flag("all").set();
  assertEquals(new Set(await client.gather(waiting, WAIT)), new Set([true]));
});

Deno.test("scenario 86: what a killed worker held is free at once, long before anyone's patience ends", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1, processes: true });
  await client.waitForWorkers(2, WAIT);
  const hold = async () => {
    await new MultiLock(["x", "y"]).acquire();
    await new Semaphore("one", { leases: 1 }).acquire();
    await new Queue<number>("pids").put(Deno.pid);
    await new Promise(() => {});
  };
  const holding = client.with({ workers: ["worker-0"] }).submit(hold);
  const pid = await new Queue<number>("pids").get(WAIT);
  const [lock, semaphore] = [new Lock("x").acquire(WAIT), new Semaphore("one", { leases: 1 }).acquire(WAIT)];
  await failsWith("wait/timeout", () => new Lock("y").acquire({ timeoutMs: 20 }));
  Deno.kill(pid, "SIGKILL");
  const [_x, _one] = [await lock, await semaphore];
  await holding.cancel();
});
