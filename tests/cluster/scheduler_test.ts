import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Client, ClusterWorker, Scheduler, TroupeError } from "../../mod.ts";
import { bracketed } from "../../actors/cluster/scheduler.ts";

Deno.test("Scheduler.start() listens where it is told and says who comes and goes", async () => {
  const lines: string[] = [];
  await using scheduler = await Scheduler.start({ port: 0, onEvent: (line) => lines.push(line) });
  assertMatch(scheduler.address, /^tcp:\/\/127\.0\.0\.1:\d+$/);
  assertEquals(scheduler.dashboardUrl, undefined);
  {
    await using worker = await ClusterWorker.start(scheduler.address, { executors: "inline", name: "w" });
    assertEquals(lines, [`Register worker ${worker.address}/w`]);
    await using client = await Client.connect(scheduler.address, { name: "me" });
    assertEquals(await client.submit((x: number) => x + 1, 1).result(), 2);
    assertEquals(lines[1], 'Register client "me"');
  }
  await scheduler.close();
  assertMatch(lines[2]!, /^Remove client "me": /);
  assertMatch(lines[3]!, /^Remove worker tcp:\/\/127\.0\.0\.1:\d+\/w: it was stopped$/);
});

Deno.test("Scheduler ends by itself after `idleTimeoutMs` without work, and not while there is some", async () => {
  const lines: string[] = [];
  const scheduler = await Scheduler.start({ port: 0, idleTimeoutMs: 1_500, onEvent: (line) => lines.push(line) });
  const startMs = performance.now();
  await using _worker = await ClusterWorker.start(scheduler.address, { executors: "inline" });
  await using client = await Client.connect(scheduler.address);
  const nap = client.submit(() => new Promise<string>((resolve) => setTimeout(resolve, 2_000, "rested")));
  assertEquals(await nap.result(), "rested");
  await scheduler.closed;
  assert(performance.now() - startMs >= 3_000, "the nap counted as work");
  assert(lines.includes("End scheduler: no work for 1500 ms"));
});

Deno.test("Scheduler.start() refuses an open port without token or TLS, and unknown options", async () => {
  const bad = [{ host: "0.0.0.0", port: 0 }, { port: 0, idleTimeoutMs: -1 }, { port: 0, prot: 8786 } as object];
  for (const options of bad) {
    assert(TroupeError.is(await assertRejects(() => Scheduler.start(options)), "input/invalid"));
  }
  await using open = await Scheduler.start({ host: "0.0.0.0", port: 0, token: "secret" });
  assertMatch(open.address, /^tcp:\/\/0\.0\.0\.0:\d+$/);
});

Deno.test("shutdown() of a client ends scheduler and workers", async () => {
  const scheduler = await Scheduler.start({ port: 0 });
  const worker = await ClusterWorker.start(scheduler.address, { executors: "inline" });
  const client = await Client.connect(scheduler.address);
  await client.shutdown();
  await Promise.all([scheduler.closed, worker.closed]);
});

Deno.test("bracketed() puts IPv6 hosts into brackets", () => {
  assertEquals(["::1", "127.0.0.1", "host"].map(bracketed), ["[::1]", "127.0.0.1", "host"]);
});
