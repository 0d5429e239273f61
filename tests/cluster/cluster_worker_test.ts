import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, ClusterWorker, Scheduler, TroupeError } from "../../mod.ts";

Deno.test("ClusterWorker.start() waits for a scheduler that comes later", async () => {
  // A port that is free now: nobody else takes one that the system has just given.
  const probe = await Scheduler.start({ port: 0 });
  const { address } = probe;
  await probe.close();
  const starting = ClusterWorker.start(address, { executors: "inline", name: "early" });
  await using scheduler = await Scheduler.start({ port: Number(new URL(address).port) });
  await using worker = await starting;
  assertEquals(worker.name, "early");
  await using client = await Client.connect(scheduler.address);
  assertEquals(await client.submit((x: number) => x * 2, 21).result(), 42);
});

Deno.test("ClusterWorker.start() gives up when it is told to, and at once when waiting is of no use", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => ClusterWorker.start("tcp://127.0.0.1:1", { executors: "inline", signal }), Error, "enough");
  const late = ClusterWorker.start("tcp://127.0.0.1:1", { executors: "inline", timeoutMs: 50 });
  assert(TroupeError.is(await assertRejects(() => late), "client/unreachable"));
  await using scheduler = await Scheduler.start({ port: 0, token: "secret" });
  const stranger = ClusterWorker.start(scheduler.address, { executors: "inline", token: "guess" });
  assert(TroupeError.is(await assertRejects(() => stranger), "client/refused"));
});

Deno.test("ClusterWorker ends with its scheduler, and after its lifetime", async () => {
  const lines: string[] = [];
  const scheduler = await Scheduler.start({ port: 0 });
  const onEvent = (line: string) => lines.push(line);
  const short = await ClusterWorker.start(scheduler.address, { executors: "inline", lifetimeMs: 50 });
  await short.closed;
  const long = await ClusterWorker.start(scheduler.address, { executors: "inline", name: "long", onEvent });
  await scheduler.close();
  await long.closed;
  await long.close();
  assert(lines.some((line) => line.startsWith("End worker long: ")), lines.join("\n"));
});

Deno.test("ClusterWorker has the resources, threads and memory that it was given", async () => {
  await using scheduler = await Scheduler.start({ port: 0 });
  const options = { name: "gpu", threads: 1, resources: { gpu: 2 }, memoryLimit: "1 GiB" } as const;
  await using _worker = await ClusterWorker.start(scheduler.address, options);
  await using client = await Client.connect(scheduler.address);
  const [info] = Object.values((await client.schedulerInfo()).workers);
  const { name, threads, resources, memoryLimit } = info!;
  assertEquals({ name, threads, resources, memoryLimit }, { ...options, memoryLimit: 1024 ** 3 });
  assertEquals(await client.with({ resources: { gpu: 2 } }).submit(() => "on it").result(), "on it");
});
