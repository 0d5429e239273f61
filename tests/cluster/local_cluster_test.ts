import { assert, assertEquals, assertRejects } from "@std/assert";
import { delay } from "@std/async/delay";
import { Client, LocalCluster, TroupeError } from "../../mod.ts";

const WAIT = { timeoutMs: 20_000 };

async function workerNames(client: Client): Promise<string[]> {
  return Object.values((await client.schedulerInfo()).workers).map(({ name }) => name).sort();
}

async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (const untilMs = performance.now() + 10_000; !(await check());) {
    assert(performance.now() < untilMs, "it came in time");
    await delay(20);
  }
}

Deno.test("scale() starts and ends workers; tasks wait while there are none", async () => {
  await using cluster = await LocalCluster.start({ workers: 0, executors: "inline" });
  await using client = await Client.connect(cluster);
  const waiting = client.submit((x: number) => x + 1, 1);
  assertEquals(waiting.status, "pending");
  await cluster.scale(2);
  assertEquals(await waiting.result(WAIT), 2);
  assertEquals(await workerNames(client), ["worker-0", "worker-1"]);
  await cluster.scale(1);
  assertEquals(await workerNames(client), ["worker-0"]);
  await cluster.scale(2);
  assertEquals(await workerNames(client), ["worker-0", "worker-2"]);
});

Deno.test("scale() starts and ends worker processes", async () => {
  await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1, processes: true });
  await using client = await Client.connect(cluster);
  await cluster.scale(2);
  const pids = ["worker-0", "worker-1"].map((workers) => client.with({ workers, pure: false }).submit(() => Deno.pid));
  assertEquals(new Set([Deno.pid, ...await client.gather(pids)]).size, 3);
  await cluster.scale(1);
  assertEquals(await workerNames(client), ["worker-0"]);
});

Deno.test("adapt() follows the load up and down again, and scale() ends it", async () => {
  await using cluster = await LocalCluster.start({ workers: 0, executors: "inline" });
  await using client = await Client.connect(cluster);
  await cluster.adapt({ maximum: 2, intervalMs: 20 });
  assertEquals(await workerNames(client), []);
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const naps = client.map(sleep, [300, 301, 302]);
  await client.waitForWorkers(2, WAIT);
  await client.gather(naps);
  for (const nap of naps) nap.release();
  await eventually(async () => (await workerNames(client)).length === 0);
  await cluster.scale(1);
  await delay(150);
  assertEquals((await workerNames(client)).length, 1);
});

Deno.test("adapt() and scale() refuse bad numbers, and a closed cluster", async () => {
  const cluster = await LocalCluster.start({ workers: 0, executors: "inline" });
  const bad = [() => cluster.scale(-1), () => cluster.scale(1.5), () => cluster.adapt({ maximum: 0 })];
  for (const call of bad) assert(TroupeError.is(await assertRejects(call), "input/invalid"));
  await cluster.close();
  await cluster.close();
  for (const call of [() => cluster.scale(1), () => cluster.adapt({ maximum: 1 })]) {
    assert(TroupeError.is(await assertRejects(call), "client/closed"));
  }
});

Deno.test("LocalCluster.start() leaves nothing behind when it fails", async () => {
  const error = await assertRejects(() => LocalCluster.start({ host: "0.0.0.0", token: "", executors: "inline" }));
  assert(TroupeError.is(error, "input/invalid"), Deno.inspect(error));
});

Deno.test("two clusters in one process know nothing of each other", async () => {
  await using one = await LocalCluster.start({ executors: "inline", name: "same" });
  await using two = await LocalCluster.start({ executors: "inline", name: "same", workers: 2 });
  await using client = await Client.connect(one);
  await using other = await Client.connect(two);
  assert(one.address !== two.address);
  assertEquals([(await workerNames(client)).length, (await workerNames(other)).length], [1, 2]);
});
