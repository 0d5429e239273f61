/** Behaviour that users of Dask know, with its number there: tasks that submit tasks. @module */
import { assert, assertEquals } from "@std/assert";
import { Client, currentTask, getClient, getWorker, type LocalClusterOptions } from "../../mod.ts";
import { eventually } from "../support/eventually.ts";
import { runCheckoutScript } from "../support/scripts.ts";

const WAIT = { timeoutMs: 120_000 };

/** A folder in which runs leave a file each: the same for threads and processes. */
async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Leaves a file: this has run. */
function leave(folder: string, name: string, text = ""): void {
  Deno.writeTextFileSync(`${folder}/${name}`, text);
}

/** The names of the files in a folder that begin like this. */
function filesIn(folder: string, start = ""): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) => name.startsWith(start)).sort();
}

function plainFib(n: number): bigint {
  let [a, b] = [0n, 1n];
  for (let i = 0; i < n; i++) [a, b] = [b, a + b];
  return a;
}

Deno.test("scenario 77: a task has a client for submit, map, scatter and gather, and knows its worker", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1, processes: true });
  const inc = (x: number) => x + 1;
  const sum = (xs: number[]) => xs.reduce((a, b) => a + b, 0);
  const nested = async () => {
    const client = getClient();
    const one = await client.submit(inc, 1).result();
    const many = await client.gather(client.map(inc, [1, 2, 3]));
    const [scattered] = await client.scatter([[4, 5, 6]]);
    const total = await client.submit(sum, scattered!).result();
    return { one, many, total, name: getWorker().name, isCurrent: currentTask().attempt === 1 };
  };
  const pinned = client.with({ workers: "worker-1" });
  const expected = { one: 2, many: [2, 3, 4], total: 15, name: "worker-1", isCurrent: true };
  assertEquals(await pinned.submit(nested).result(WAIT), expected);
  const sync = () => {
    const future = getClient().submit((x: number) => x * 2, 21);
    return { key: future.key.split("-")[0], name: getWorker().name, future };
  };
  const { key, name, future } = await pinned.submit(sync).result(WAIT);
  assertEquals([key, name, await future.result(WAIT)], ["lambda", "worker-1", 42]);
});

async function runFib(folder: string, options: LocalClusterOptions): Promise<void> {
  // Each stretch of a run that has its thread for itself is written down: which thread, from when to when.
  function note(beginMs: number): void {
    const thread = (globalThis as { threadMark?: string }).threadMark ??= crypto.randomUUID();
    Deno.writeTextFileSync(`${folder}/stretches`, `${thread} ${beginMs} ${nowMs()}\n`, { append: true });
  }
  function nowMs(): number {
    return performance.timeOrigin + performance.now();
  }
  async function fib(n: bigint): Promise<bigint> {
    let beginMs = nowMs();
    leave(folder, `${n}-${currentTask().runId}`);
    if (n < 2n) {
      note(beginMs);
      return n;
    }
    const client = getClient();
    const a = client.submit(fib, n - 1n);
    const b = client.submit(fib, n - 2n);
    note(beginMs);
    const x = await a.result();
    beginMs = nowMs();
    note(beginMs);
    const y = await b.result();
    beginMs = nowMs();
    const sum = x + y;
    note(beginMs);
    return sum;
  }
  await using client = await Client.connect(options);
  assertEquals(await client.submit(fib, 1_000n).result(), plainFib(1_000));
  const runs = filesIn(folder).length - 1;
  assert(runs <= 1_001, `${runs} runs`);
  const stretches = (await Deno.readTextFile(`${folder}/stretches`)).trim().split("\n").map((line) => line.split(" "));
  const slots = options.workers! * options.threadsPerWorker!;
  assert(new Set(stretches.map(([thread]) => thread)).size <= slots, "there are no more threads than slots");
  const peak = peakOf(stretches.map(([, beginMs, endMs]) => [Number(beginMs), Number(endMs)]));
  assert(stretches.length >= 2_900 && peak <= slots, `${peak} of ${stretches.length} at once`);
}

/** How many of these intervals overlap at most. */
function peakOf(intervals: readonly (readonly [begin: number, end: number])[]): number {
  const changes = intervals.flatMap(([begin, end]) => [[begin, 1], [end, -1]] as const);
  // Ends first: who takes over from another is not beside it.
  changes.sort(([a, up], [b, down]) => a - b || up - down);
  let [now, peak] = [0, 0];
  for (const [, change] of changes) peak = Math.max(peak, now += change);
  return peak;
}

Deno.test("scenario 79: fib(1000) with plain await ends on one thread, exact, each number once", async () => {
  await withFolder((folder) => runFib(folder, { workers: 1, threadsPerWorker: 1 }));
});

Deno.test("scenario 79: fib(1000) with plain await ends on two workers of four threads, exact, each number once", async () => {
  await withFolder((folder) => runFib(folder, { workers: 2, threadsPerWorker: 4 }));
});

for (const [workers, threadsPerWorker] of [[1, 1], [2, 4]] as const) {
  Deno.test(`scenario 79: fib(1000) takes less than 100 MB more memory, on ${workers} x ${threadsPerWorker}`, async () => {
    const args = [String(workers), String(threadsPerWorker)];
    const { code, stdout, stderr } = await runCheckoutScript("tests/scenarios/deep_fib.ts", { args });
    assertEquals([code, stderr], [0, ""]);
    const [, value, grownMb] = /^value ok: (true)\nmemory: \+(-?\d+) MB\n$/.exec(stdout) ?? [];
    assert(value === "true" && Number(grownMb) < 100, stdout);
  });
}

Deno.test("scenario 80: ten parents on one worker share their children with the other one", async () => {
  await withFolder(async (folder) => {
    await using client = await Client.connect({ workers: 2, threadsPerWorker: 1 });
    const note = (what: string) => leave(folder, `${getWorker().name}-${what}-${currentTask().runId}`);
    const inc = async (x: number) => {
      note("child");
      await new Promise((resolve) => setTimeout(resolve, 5));
      return x + 1;
    };
    const sum = (xs: number[]) => {
      note("sum");
      return xs.reduce((a, b) => a + b, 0);
    };
    const parent = async () => {
      note("parent");
      const client = getClient().with({ pure: false });
      return await client.submit(sum, client.map(inc, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).result();
    };
    const pinned = client.with({ workers: "worker-0", pure: false });
    const parents = Array.from({ length: 10 }, () => pinned.submit(parent));
    assertEquals(await client.gather(parents, WAIT), parents.map(() => 55));
    assertEquals(filesIn(folder).length, 120);
    assertEquals(filesIn(folder, "worker-0-parent").length, 10);
    assert(filesIn(folder, "worker-1-child").length > 0, "the other worker had some");
  });
});

Deno.test("scenario 82: a parent whose worker dies is run again, and finds its finished children", async () => {
  await withFolder(async (folder) => {
    await using client = await Client.connect({ workers: 2, threadsPerWorker: 3, processes: true });
    const child = async (name: string) => {
      leave(folder, `${name}-${currentTask().runId}`);
      if (name === "first") return name;
      for (;;) { // until the test opens the gate
        try {
          await Deno.stat(`${folder}/gate`);
          return name;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    };
    const parent = async () => {
      const elsewhere = getClient().with({ workers: "worker-1" });
      const first = elsewhere.submit(child, "first");
      const second = elsewhere.submit(child, "second");
      const results = [await first.result()];
      leave(folder, `parent-${currentTask().attempt}`, String(Deno.pid));
      results.push(await second.result());
      return results;
    };
    const future = client.with({ workers: "worker-0", allowOtherWorkers: true }).submit(parent);
    await eventually(() =>
      assertEquals([filesIn(folder, "parent-1"), filesIn(folder, "second").length], [["parent-1"], 1])
    );
    let pid = 0;
    await eventually(() => assert((pid = Number(Deno.readTextFileSync(`${folder}/parent-1`))) > 0, "a process id"));
    Deno.kill(pid, "SIGKILL");
    await eventually(() => assertEquals(filesIn(folder, "parent").length, 2));
    await Deno.writeTextFile(`${folder}/gate`, "");
    assertEquals(await future.result(WAIT), ["first", "second"]);
    assertEquals([filesIn(folder, "first").length, filesIn(folder, "second").length], [1, 1]);
  });
});
