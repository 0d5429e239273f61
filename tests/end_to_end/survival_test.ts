/** A cluster of separate processes whose workers are killed while it computes. @module */
import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { Client, type Future } from "../../mod.ts";
import { startCli, type TestProcess } from "../cli/cli_process.ts";

/** Takes about as long as real work. */
function slowAdd(a: number, b: number): number {
  for (const untilMs = performance.now() + 5; performance.now() < untilMs;);
  return a + b;
}

function treeSum(client: Client, count: number): Future<number> {
  const first = Array.from({ length: count / 2 }, (_, i) => [2 * i + 1, 2 * i + 2] as const);
  let level = first.map(([a, b]) => client.submit(slowAdd, a, b));
  while (level.length > 1) {
    const pairs = Array.from({ length: level.length / 2 }, (_, i) => [level[2 * i]!, level[2 * i + 1]!] as const);
    level = pairs.map(([a, b]) => client.submit(slowAdd, a, b));
  }
  return level[0]!;
}

/** The worker process under a nanny that runs in this process. */
async function workerPid(nanny: TestProcess): Promise<number> {
  for (;;) {
    const [pid] = nanny.childPids();
    if (pid !== undefined) return pid;
    await delay(10);
  }
}

for (const round of [1, 2, 3]) {
  Deno.test(`submit() sums a tree of 1,024 numbers although a worker is killed in the middle, round ${round}`, async () => {
    await using scheduler = startCli(["scheduler", "--port", "0", "--no-dashboard"]);
    const address = await scheduler.waitFor(/^Scheduler at: (\S+)$/m);
    await using one = startCli(["worker", address, "--nthreads", "1"]);
    await using two = startCli(["worker", address, "--nthreads", "1"]);
    await using client = await Client.connect(address);
    await client.waitForWorkers(2, { timeoutMs: 120_000 });
    const victim = round % 2 === 0 ? one : two;
    const pid = await workerPid(victim);
    const sum = treeSum(client, 1_024);
    // Each worker needs more than two seconds for its half: this is in the middle, whatever else the machine does.
    await delay(200 + 300 * round);
    assertEquals(sum.status, "pending");
    Deno.kill(pid, "SIGKILL");
    assertEquals(await sum.result({ timeoutMs: 60_000 }), 1_024 * 1_025 / 2);
    await victim.waitFor(/Registered to: [^]*Registered to: /);
    await client.waitForWorkers(2, { timeoutMs: 120_000 });
  });
}

Deno.test("LocalCluster restarts a worker process that was killed", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 1, processes: true });
  const tellPid = client.with({ pure: false });
  const pid = await tellPid.submit(() => Deno.pid).result();
  const busy = tellPid.submit(async () => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    return Deno.pid;
  });
  await delay(100);
  Deno.kill(pid, "SIGKILL");
  const pidAfter = await busy.result({ timeoutMs: 120_000 });
  assertEquals(pidAfter === pid, false);
});
