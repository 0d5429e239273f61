/** Tasks that end, fill or block the thread that runs them. @module */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Client, type ClientView, type Future, TroupeError } from "../../mod.ts";
import { runCheckoutScript } from "../support/scripts.ts";

/** Against hangs only: the machine may have much else to do. */
const WAIT = { timeoutMs: 120_000 };

/** Shows that the worker takes work, and that its executor is a living one. */
async function assertAlive(client: ClientView): Promise<void> {
  assertEquals(await client.with({ pure: false }).submit((x: number) => x + 1, 1).result(WAIT), 2);
}

async function assertKilled(future: Future<unknown>, reason: RegExp): Promise<void> {
  const error = await assertRejects(() => future.result(WAIT));
  assert(TroupeError.is(error, "task/killed-worker"), String(error));
  assertMatch(error.message, reason);
}

for (
  const [name, end, reason] of [
    ["Deno.exit", () => Deno.exit(3), /died: worker-0, executor-\d+ exited with code 3$/],
    ["process.exit", async () => (await import("node:process")).exit(4), /executor-\d+ exited with code 4$/],
  ] as const
) {
  Deno.test(`submit() fails after three runs of a task that calls ${name}, the worker lives on`, async () => {
    await using client = await Client.connect({ threadsPerWorker: 1 });
    await assertKilled(client.submit(end as () => unknown), reason);
    await assertAlive(client);
  });
}

Deno.test("submit() blames a task for what it throws in a timer or leaves rejected", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const timer = client.submit(() => {
    setTimeout(() => {
      throw new RangeError("in a timer");
    });
    return new Promise(() => {});
  });
  await assertRejects(() => timer.result(WAIT), RangeError, "in a timer");
  const rejected = client.submit(() => {
    Promise.reject(new RangeError("nobody listens"));
    return new Promise(() => {});
  });
  await assertRejects(() => rejected.result(WAIT), RangeError, "nobody listens");
  await assertAlive(client);
});

Deno.test("submit() runs a task again whose executor died once, on another one", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const file = await Deno.makeTempFile();
  try {
    const dieOnce = (path: string) => {
      const isFirst = Deno.readTextFileSync(path) === "";
      Deno.writeTextFileSync(path, "here");
      if (isFirst) Deno.exit(1);
      return "second";
    };
    assertEquals(await client.submit(dieOnce, file).result(WAIT), "second");
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("cancel() frees the executor of a task that loops for ever, whose CPU time is given back", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1, processes: true });
  const pid = await client.submit(() => Deno.pid).result(WAIT);
  const loop = client.submit(() => {
    for (;;);
  });
  // It spins: how fast its time grows depends on who else computes.
  const idleTicks = cpuTicks(pid);
  await waitUntil(() => Promise.resolve(cpuTicks(pid) - idleTicks), (ticks) => ticks > 50);
  await loop.cancel();
  await assertAlive(client);
  await assertRejects(() => loop.result(WAIT), Error, "cancelled");
  await waitUntil(() => cpuPart(pid, 500), (part) => part < 0.2);
  assertEquals(await client.with({ pure: false }).submit(() => Deno.pid).result(WAIT), pid);
});

Deno.test("submit() tells that a task ran out of memory, also after an await; other tasks live on", async () => {
  // In a process of its own: the limit concerns everything in the process.
  await using client = await Client.connect({ threadsPerWorker: 4, processes: true, memoryLimit: "512 MiB" });
  const pid = await client.submit(() => Deno.pid).result(WAIT);
  const at = client.with({ pure: false });
  const other = at.submit(() => new Promise((resolve) => setTimeout(resolve, 1_000, "unharmed")));
  const sync = at.submit(() => {
    for (const all: unknown[] = [];;) all.push(Array.from({ length: 1_000 }, () => all.length));
  });
  await assertKilled(sync, /ran out of memory/);
  assertEquals(await other.result(WAIT), "unharmed");
  const silent = at.submit(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    for (const all: unknown[] = [];;) all.push(Array.from({ length: 1_000 }, () => all.length));
  });
  await assertKilled(silent, /ran out of memory/);
  await assertAlive(client);
  assertEquals(await at.submit(() => Deno.pid).result(WAIT), pid);
});

Deno.test("submit() tells that a task's buffers exceeded the memory limit of the worker", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1, processes: true, memoryLimit: "384 MiB" });
  // With an await in it: V8 does not let go of an optimized loop that only calls built-in functions.
  const hoard = client.submit(async () => {
    for (const all: unknown[] = [];;) {
      all.push(new Uint8Array(10_000_000).fill(1));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  });
  await assertKilled(hoard, /exceeded the worker's memory limit of 384 MiB/);
  await assertAlive(client);
});

Deno.test("LocalCluster gets neither more threads nor more memory over 50 killed executors", async () => {
  // Counts threads and memory of its whole process.
  const { code, stdout, stderr } = await runCheckoutScript("tests/end_to_end/fifty_kills.ts");
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /50 kills: threads \+0, memory \+\d+ MB\n/);
});

/** Part of one CPU that a process uses, measured for a while. Linux counts in hundredths of a second. */
async function cpuPart(pid: number, forMs: number): Promise<number> {
  const startMs = performance.now();
  const before = cpuTicks(pid);
  await new Promise((resolve) => setTimeout(resolve, forMs));
  return (cpuTicks(pid) - before) * 10 / (performance.now() - startMs);
}

function cpuTicks(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

async function waitUntil(measure: () => Promise<number>, isReached: (value: number) => boolean): Promise<void> {
  for (const untilMs = performance.now() + WAIT.timeoutMs;;) {
    const value = await measure();
    if (isReached(value)) return;
    assert(performance.now() < untilMs, `still ${value}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
