/** Behaviour that users of Dask know, with its number there: workers that fail, leave and come. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, type Future, LocalCluster, Queue, TroupeError, Variable, wait } from "../../mod.ts";
import { eventually } from "../support/eventually.ts";

const WAIT = { timeoutMs: 120_000 };
const KINDS = [{ processes: false, where: "threads" }, { processes: true, where: "processes" }];

function add(a: number, b: number): number {
  for (const untilMs = performance.now() + 2; performance.now() < untilMs;);
  return a + b;
}

async function workerNames(client: Client): Promise<string[]> {
  return Object.values((await client.schedulerInfo()).workers).map(({ name }) => name).sort();
}

/** Begins on this worker, and ends when a file is gone. */
async function begunTask(client: Client, worker: string, file: string): Promise<Future<string>> {
  const hold = async (path: string) => {
    await Deno.writeTextFile(path, "begun");
    for (;;) {
      try {
        await Deno.stat(path);
        await new Promise((resolve) => setTimeout(resolve, 5));
      } catch {
        return "done";
      }
    }
  };
  await Deno.remove(file);
  const future = client.with({ workers: worker, allowOtherWorkers: true, pure: false }).submit(hold, file);
  await eventually(async () => assertEquals(await Deno.readTextFile(file), "begun"));
  return future;
}

Deno.test("scenario 64: a tree sum of 1 to 256 is right although a supervised worker dies twice", async () => {
  await using client = await Client.connect({ workers: 3, threadsPerWorker: 1, processes: true });
  let level: Future<number>[] = Array.from({ length: 128 }, (_, i) => client.submit(add, 2 * i + 1, 2 * i + 2));
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_, i) => client.submit(add, level[2 * i]!, level[2 * i + 1]!));
  }
  const third = client.with({ workers: "worker-2", pure: false, priority: 1 });
  for (let death = 0; death < 2; death++) {
    const pid = await third.submit(() => Deno.pid).result(WAIT);
    Deno.kill(pid, "SIGKILL");
    await eventually(async () => assert(!(await isThere(client, pid)), "it is gone"));
  }
  assertEquals(await level[0]!.result(WAIT), 32_896);
});

/** Whether the third worker is still that process. */
async function isThere(client: Client, pid: number): Promise<boolean> {
  const now = await client.with({ workers: "worker-2", pure: false, priority: 1 }).submit(() => Deno.pid).result(WAIT);
  return now === pid;
}

Deno.test("scenario 65: a scattered value on a dead worker only is lost with the reason, and so is what needs it", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1, processes: true });
  const victim = client.with({ workers: "worker-0", pure: false });
  const value = await client.scatter(new Uint8Array(100_000).fill(7), { workers: "worker-0" });
  const total = (bytes: Uint8Array) => bytes.reduce((a, b) => a + b, 0);
  const finished = client.with({ workers: "worker-1" }).submit(total, value);
  assertEquals(await finished.result(WAIT), 700_000);
  // The copy that the dependent fetched goes with its last use; only the scattered one is left then.
  await client.replicate(value, 1);
  const [holder] = (await client.whoHas([value]))[value.key]!;
  const name = (await client.schedulerInfo()).workers[holder!]!.name;
  const pid = await (name === "worker-0" ? victim : client.with({ workers: name, pure: false })).submit(() => Deno.pid)
    .result(WAIT);
  const other = name === "worker-0" ? "worker-1" : "worker-0";
  const waiting = client.with({ resources: { none: 1 }, pure: false }).submit(total, value);
  Deno.kill(pid, "SIGKILL");
  await eventually(() => assertEquals([value.status, waiting.status], ["lost", "lost"]));
  for (const future of [value, waiting]) {
    const error = await assertRejects(() => future.result(WAIT));
    assert(TroupeError.is(error, "task/lost"), Deno.inspect(error));
    assert(error.message.includes(`it was only on ${holder}`), error.message);
  }
  // What finished elsewhere stays so.
  if (other === "worker-1") assertEquals(finished.status, "finished");
});

for (const { processes, where } of KINDS) {
  Deno.test(`scenario 70: restart() cancels all futures of all clients, and the workers come back, in ${where}`, async () => {
    await using cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, processes });
    await using alice = await Client.connect(cluster);
    await using bob = await Client.connect(cluster);
    const mark = () => Object.assign(globalThis, { marked: true }) !== undefined;
    const isMarked = () => Reflect.get(globalThis, "marked") === true;
    const on = (worker: number) => alice.with({ workers: `worker-${worker}`, pure: false });
    await alice.gather([on(0).submit(mark), on(1).submit(mark)]);
    assertEquals(await alice.gather([on(0).submit(isMarked), on(1).submit(isMarked)]), [true, true]);
    const [done, endless] = [alice.submit(() => 1), bob.submit(() => new Promise<number>(() => {}))];
    const dependent = bob.submit((x: number) => x + 1, endless);
    await done.result(WAIT);
    await alice.publish("done", done);
    const queue = new Queue<Future<number> | string>("left", { client: bob });
    const variable = new Variable<Future<number>>("left", { client: bob });
    for (const item of [done, "plain data", done]) await queue.put(item);
    await variable.set(done);
    await alice.restart(WAIT);
    assertEquals([done.status, endless.status, dependent.status], ["cancelled", "cancelled", "cancelled"]);
    const error = await assertRejects(() => endless.result(WAIT), Error, "the cluster was restarted");
    assert(TroupeError.is(error, "task/cancelled"));
    assertEquals([await workerNames(alice), await alice.datasets()], [["worker-0", "worker-1"], []]);
    // New executors: what a task left behind in a global is gone.
    assertEquals(await alice.gather([on(0).submit(isMarked), on(1).submit(isMarked)]), [false, false]);
    // The old futures' end does not disturb the new ones of the same keys.
    const again = alice.submit(() => 1);
    assertEquals(again.key, done.key);
    done.release();
    // Items that hold futures are gone with them.
    assertEquals([await queue.size(), await queue.get()], [1, "plain data"]);
    const reading = variable.get(WAIT);
    await variable.set(again);
    assertEquals((await reading).key, again.key);
    assertEquals([await again.result(WAIT), await bob.submit((x: number) => x, 5).result(WAIT)], [1, 5]);
  });

  Deno.test(`scenario 71: retireWorkers() moves the only copies, lets tasks finish, recomputes nothing, in ${where}`, async () => {
    await using cluster = await LocalCluster.start({ workers: 3, threadsPerWorker: 1, processes });
    await using client = await Client.connect(cluster);
    const draw = (i: number) => `${i} ${crypto.randomUUID()}`;
    const draws = client.with({ workers: ["worker-0", "worker-1"] }).map(draw, [1, 2, 3, 4, 5, 6, 7, 8]);
    const scattered = await client.scatter({ kept: "as it is" }, { workers: "worker-0" });
    const before = await client.gather(draws);
    const file = await Deno.makeTempFile();
    const running = await begunTask(client, "worker-0", file);
    const workers = Object.values((await client.schedulerInfo()).workers);
    const addressOf = (name: string) => workers.find((worker) => worker.name === name)!.address;
    const retiring = client.retireWorkers(["worker-0", addressOf("worker-1")], WAIT);
    await eventually(async () => assertEquals((await workerNames(client)).includes("worker-1"), false));
    assertEquals([running.status, (await workerNames(client)).includes("worker-0")], ["pending", true]);
    await Deno.remove(file);
    assertEquals((await retiring).sort(), [addressOf("worker-0"), addressOf("worker-1")].sort());
    assertEquals([await running.result(WAIT), await scattered.kept.result(WAIT)], ["done", "as it is"]);
    assertEquals([await client.gather(draws), await workerNames(client)], [before, ["worker-2"]]);
    for (const { key } of [...draws, running]) {
      const runs = (await client.story(key)).filter(({ to }) => to === "processing");
      assertEquals([key, runs.length], [key, 1]);
    }
    // The cluster knows that they are gone.
    await cluster.scale(2);
    assertEquals(await workerNames(client), ["worker-2", "worker-3"]);
  });
}

Deno.test("scale() down loses no result, and runs nothing again", async () => {
  await using cluster = await LocalCluster.start({ workers: 4, threadsPerWorker: 1, executors: "inline" });
  await using client = await Client.connect(cluster);
  const draws = client.map((i: number) => `${i} ${crypto.randomUUID()}`, Array.from({ length: 40 }, (_, i) => i));
  const before = await client.gather(draws);
  await cluster.scale(1, WAIT);
  assertEquals(await workerNames(client), ["worker-0"]);
  assertEquals(await client.gather(draws), before);
  const held = await client.hasWhat();
  assertEquals(Object.values(held).map((keys) => keys.length), [40]);
});

Deno.test("scenario 38: replicate() and rebalance() put results where they are asked for, and lose none", async () => {
  await using client = await Client.connect({ workers: 4, threadsPerWorker: 1, executors: "inline" });
  const make = (i: number) => new Uint8Array(10_000).fill(i);
  const arrays = client.with({ workers: "worker-0" }).map(make, Array.from({ length: 40 }, (_, i) => i));
  await client.replicate(arrays[0]!, 3);
  assertEquals((await client.whoHas([arrays[0]!]))[arrays[0]!.key]!.length, 3);
  await client.replicate(arrays.slice(0, 2), 1);
  assertEquals((await client.whoHas([arrays[0]!]))[arrays[0]!.key]!.length, 1);
  await wait(arrays, WAIT);
  await client.rebalance();
  const counts = Object.values(await client.hasWhat()).map((keys) => keys.length);
  assert(counts.every((count) => count >= 8 && count <= 12), `${counts}`);
  const values = await client.gather(arrays);
  assert(values.every((value, i) => value.length === 10_000 && value.every((byte) => byte === i)));
});

Deno.test("scenario 38: scatter puts copies on all workers, or on as many as were asked for", async () => {
  await using client = await Client.connect({ workers: 3, threadsPerWorker: 1, executors: "inline" });
  const [everywhere] = await client.scatter(["to all"], { broadcast: true });
  const twice = await client.scatter({ a: "to two" }, { broadcast: 2 });
  const holders = await client.whoHas([everywhere!, twice.a]);
  assertEquals([holders[everywhere!.key]!.length, holders[twice.a.key]!.length], [3, 2]);
  assertEquals(await client.gather([everywhere!, twice.a]), ["to all", "to two"]);
});

Deno.test("retireWorkers(), replicate() and restart() refuse what makes no sense", async () => {
  const client = await Client.connect({ executors: "inline" });
  const x = client.submit(() => 1);
  const bad: (() => Promise<unknown>)[] = [
    () => client.retireWorkers(-1),
    () => client.retireWorkers([""]),
    () => client.replicate(x, 0),
    () => client.replicate(x, 1.5),
  ];
  for (const call of bad) assert(TroupeError.is(await assertRejects(call), "input/invalid"));
  assertEquals(await client.retireWorkers(["nobody"]), []);
  const failing = client.submit(() => {
    throw new RangeError("no");
  });
  await assertRejects(() => client.replicate([x, failing], 1), RangeError, "no");
  await client.close();
  const closed = [() => client.restart(), () => client.retireWorkers(1), () => client.rebalance()];
  for (const call of closed) assert(TroupeError.is(await assertRejects(call), "client/closed"));
});
