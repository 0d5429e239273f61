/** Behaviour that users of Dask know, with its number there: placement, priorities, resources. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, type ClientView, type Future, getWorker, LocalCluster, TroupeError } from "../../mod.ts";
import { startCli } from "../cli/cli_process.ts";
import { eventually } from "../support/eventually.ts";

const WAIT = { timeoutMs: 120_000 };

Deno.test("scenario 55: five tasks that need one of two licences never run more than two at once; others pass", async () => {
  await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 4, resources: { licence: 2 } });
  await using client = await Client.connect(cluster);
  const folder = await Deno.makeTempDir();
  try {
    const use = async (path: string, i: number) => {
      await Deno.writeTextFile(`${path}/${i}`, "");
      let most = 0;
      for (let look = 0; look < 10; look++) {
        let now = 0;
        for await (const _ of Deno.readDir(path)) now++;
        most = Math.max(most, now);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await Deno.remove(`${path}/${i}`);
      return most;
    };
    const limited = [1, 2, 3, 4, 5].map((i) => client.with({ resources: { licence: 1 } }).submit(use, folder, i));
    const free = client.map((x: number) => x, [1, 2, 3]);
    assertEquals(await client.gather(free), [1, 2, 3]);
    const seen = await client.gather(limited);
    assert(seen.every((most) => most <= 2), `${seen}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a restriction that nobody meets fails the task after `noWorkerTimeoutMs`, and the error names it", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const quick = client.with({ noWorkerTimeoutMs: 20, pure: false });
  const cases = [
    [quick.with({ resources: { gpu: 2 } }), 'resources {"gpu":2}'],
    [quick.with({ workers: "alice" }), 'workers ["alice"]'],
    [quick.with({ workers: ["bob"], resources: { gpu: 1 } }), 'workers ["bob"] and resources {"gpu":1}'],
  ] as const;
  for (const [view, restriction] of cases) {
    const error = await assertRejects(() => view.submit((x: number) => x, 1).result(WAIT));
    assert(TroupeError.is(error, "task/no-worker"), Deno.inspect(error));
    assert(error.message.includes(`no worker fits ${restriction} for 20 ms`), error.message);
  }
  // The failure says nothing of the call: under other options it is run, although the first future is still held.
  const mine = (x: number) => x + 1;
  const held = quick.with({ pure: true, workers: "alice" }).submit(mine, 1);
  await assertRejects(() => held.result(WAIT));
  const again = client.submit(mine, 1);
  assertEquals([again.key, await again.result(WAIT), held.status], [held.key, 2, "error"]);
  const wish = client.with({ workers: "alice", allowOtherWorkers: true });
  assertEquals(await wish.submit((x: number) => x, 1).result(WAIT), 1);
});

Deno.test("scenario 62: queued tasks survive that all workers leave and new ones come", async () => {
  await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
  await using client = await Client.connect(cluster);
  await cluster.scale(0);
  const futures = client.map((x: number) => x * 2, Array.from({ length: 20 }, (_, i) => i));
  await cluster.scale(2);
  assertEquals(await client.gather(futures), Array.from({ length: 20 }, (_, i) => 2 * i));
});

/** Keeps memory of its process: what a user's cache or a leak does. */
interface Hoarder {
  hoard?: Uint8Array<ArrayBuffer>[];
}

const LIMIT_BYTES = 2 ** 29;

function fillMemory(upToBytes: number): void {
  const hoard = (globalThis as Hoarder).hoard ??= [];
  while (Deno.memoryUsage().rss < upToBytes) hoard.push(new Uint8Array(2 ** 22).fill(1));
}

function freeMemory(): void {
  // At once, without waiting for a collector.
  for (const { buffer } of (globalThis as Hoarder).hoard ?? []) buffer.transfer(0);
}

/** Whether the scheduler holds a worker for short of memory. */
async function isPaused(client: Client, name: string): Promise<boolean> {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await client.dumpState(path);
    const { scheduler } = JSON.parse(await Deno.readTextFile(path));
    return scheduler.workers.find((worker: { name: string }) => worker.name === name).isPaused;
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("scenario 62: a worker that is short of memory gets no tasks, and gets some when it has memory again", async () => {
  const options = { workers: 2, threadsPerWorker: 1, processes: true, memoryLimit: LIMIT_BYTES };
  await using client = await Client.connect(options);
  const gate = await Deno.makeTempFile();
  try {
    const onFirst = client.with({ workers: "worker-0", pure: false });
    await onFirst.submit(fillMemory, 0.85 * LIMIT_BYTES).result(WAIT);
    await eventually(async () => assertEquals(await isPaused(client, "worker-0"), true));
    const untilOpen = async (path: string) => {
      await Deno.writeTextFile(path, "begun");
      while (await Deno.readTextFile(path) !== "open") await new Promise((resolve) => setTimeout(resolve, 5));
      return getWorker().name;
    };
    const holding = client.submit(untilOpen, gate);
    await eventually(async () => assertEquals(await Deno.readTextFile(gate), "begun"));
    // The other one is busy for as long as it takes: they wait for it all the same.
    const where = (_index: number) => getWorker().name;
    const futures = client.map(where, [1, 2, 3, 4, 5, 6]);
    assertEquals(await onFirst.submit(where, 0).result(WAIT), "worker-0", "what can go nowhere else goes on");
    for (const { key } of futures) assertEquals((await client.story(key)).at(-1)?.to, "queued");
    await Deno.writeTextFile(gate, "open");
    assertEquals(new Set(await client.gather([holding, ...futures], WAIT)), new Set(["worker-1"]));
    await onFirst.submit(freeMemory).result(WAIT);
    await eventually(async () => assertEquals(await isPaused(client, "worker-0"), false));
    await eventually(async () => {
      const seen = await client.gather(client.with({ pure: false }).map(where, [1, 2, 3, 4]), WAIT);
      assertEquals(seen.includes("worker-0"), true);
    });
  } finally {
    await Deno.remove(gate);
  }
});

Deno.test("scenario 53: of many tasks each worker runs as many at once as it has slots", async () => {
  await using scheduler = startCli(["scheduler", "--port", "0", "--no-dashboard"]);
  const address = await scheduler.waitFor(/^Scheduler at: +(\S+)$/m);
  const slots = { small: 1, large: 3 };
  await using small = startCli(["worker", address, "--no-nanny", "--name", "small", "--nthreads", `${slots.small}`]);
  await using large = startCli(["worker", address, "--no-nanny", "--name", "large", "--nthreads", `${slots.large}`]);
  for (const worker of [small, large]) await worker.waitFor(/^Registered to: /m);
  await using client = await Client.connect(address);
  const folder = await Deno.makeTempDir();
  try {
    // Each round, as many tasks are under way as there are slots, and wait for the end of the round.
    const hold = async (path: string, i: number) => {
      const { name } = getWorker();
      await Deno.writeTextFile(`${path}/${name}-${i}`, "");
      const round = Math.floor(i / 4);
      for (;;) {
        try {
          await Deno.stat(`${path}/round-${round}`);
          return name;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    };
    const futures = Array.from({ length: 40 }, (_, i) => client.submit(hold, folder, i));
    const begun = (name: string) => Array.from(Deno.readDirSync(folder)).filter((file) => file.name.startsWith(name));
    for (let round = 0; round < 10; round++) {
      await eventually(() => assertEquals(begun("small").length + begun("large").length, 4 * (round + 1)));
      assertEquals([begun("small").length, begun("large").length], [round + 1, 3 * (round + 1)]);
      await Deno.writeTextFile(`${folder}/round-${round}`, "");
    }
    const names = await client.gather(futures, WAIT);
    assertEquals(names.filter((name) => name === "small").length, 10);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("scenario 56: on one slot, higher priority goes first, then who came first, also from other clients", async () => {
  await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
  await using client = await Client.connect(cluster);
  await using other = await Client.connect(cluster);
  const file = await Deno.makeTempFile();
  const gate = await Deno.makeTempFile();
  try {
    const hold = async (path: string) => {
      while (await Deno.readTextFile(path) !== "open") await new Promise((resolve) => setTimeout(resolve, 5));
    };
    // Long enough not to be sent in advance: what is in a worker's hands already is not overtaken from outside.
    const note = (path: string, name: string, _input?: unknown) => {
      for (const untilMs = performance.now() + 5; performance.now() < untilMs;);
      Deno.writeTextFileSync(path, `${name} `, { append: true });
    };
    const holding = client.submit(hold, gate);
    await eventually(async () => assertEquals((await client.story(holding.key)).at(-1)?.to, "processing"));
    const futures: Future<unknown>[] = [];
    const submit = (view: ClientView, name: string) => {
      const future = view.submit(note, file, name);
      futures.push(future);
      return future;
    };
    const root = submit(client, "root");
    submit(client, "second");
    // Depth first: right behind what it needs, before what came earlier but has nothing to do with it.
    futures.push(client.submit(note, file, "leaf", root));
    submit(client.with({ priority: -1 }), "low");
    submit(client.with({ priority: 5 }), "high");
    await client.nbytes();
    submit(other, "third");
    await other.nbytes();
    submit(client, "fourth");
    await client.nbytes();
    await Deno.writeTextFile(gate, "open");
    for (const future of futures) await future.result(WAIT);
    assertEquals(await Deno.readTextFile(file), "high root leaf second third fourth low ");
  } finally {
    await Deno.remove(file);
    await Deno.remove(gate);
  }
});

Deno.test("scenario 61: of 100 large results with a reducer each, no more are alive than slots can use up", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 2, processes: true });
  const folder = await Deno.makeTempDir();
  try {
    // Alive from the end of its task until the reducer has it; how many are there is looked at whenever one comes.
    const root = (path: string, i: number) => {
      const bytes = new Uint8Array(1_000_000).fill(i);
      for (const untilMs = performance.now() + 5; performance.now() < untilMs;);
      Deno.writeTextFileSync(`${path}/alive-${i}`, "");
      const alive = Array.from(Deno.readDirSync(path)).length;
      return { bytes, alive };
    };
    const reduce = (path: string, i: number, { bytes, alive }: { bytes: Uint8Array; alive: number }) => {
      Deno.removeSync(`${path}/alive-${i}`);
      return [bytes.length, bytes[0], alive];
    };
    const indexes = Array.from({ length: 100 }, (_, i) => i);
    const paths = indexes.map(() => folder);
    const roots = client.map(root, paths, indexes);
    const reduced = client.map(reduce, paths, indexes, roots);
    for (const future of roots) future.release();
    const results = await client.gather(reduced, WAIT);
    assertEquals(results.map(([length, first]) => [length, first]), indexes.map((i) => [1_000_000, i]));
    const most = Math.max(...results.map(([, , alive]) => alive!));
    // One per slot, and one more each that is handed out while the scheduler hears of the first.
    assert(most <= 8, `${most} at once`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
