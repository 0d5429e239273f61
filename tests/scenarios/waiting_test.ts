/** Waiting for results: the scenarios of group D of the list of behaviours that Troupe owes to dask.distributed. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { asCompleted, Client, currentTask, type Future, getWorker, TroupeError, wait } from "../../mod.ts";
import { until } from "./until.ts";

const WAIT = { timeoutMs: 120_000 };

const inc = (x: number): number => x + 1;
const add = (x: number, y: number): number => x + y;

/** Tasks of an inline executor that end when the test says so: they share its thread. */
interface Gates {
  waitingGates?: Map<number, () => void>;
}

function gated(index: number): Promise<number> {
  const gates = (globalThis as Gates).waitingGates ??= new Map();
  return new Promise((resolve) => gates.set(index, () => resolve(index)));
}

/** Lets a gated task end, once it has begun. */
async function open(index: number): Promise<void> {
  await until(() => (globalThis as Gates).waitingGates?.has(index) === true);
  (globalThis as Gates).waitingGates?.get(index)?.();
  (globalThis as Gates).waitingGates?.delete(index);
}

/** A client whose gated tasks all run at once. */
async function gatedClient(threadsPerWorker: number): Promise<Client> {
  return await Client.connect({ executors: "inline", threadsPerWorker });
}

Deno.test("scenario 40: wait for all and for the first, with limits that stop no task", async () => {
  await using client = await gatedClient(3);
  const [a, b, c] = client.with({ pure: false }).map(gated, [0, 1, 2]);
  assert(a !== undefined && b !== undefined && c !== undefined);
  const all = [a, b, c];
  const late = await assertRejects(() => wait(all, { timeoutMs: 20 }));
  assert(TroupeError.is(late, "wait/timeout"));
  const aborted = AbortSignal.abort(new RangeError("enough"));
  await assertRejects(() => wait(all, { signal: aborted }), RangeError, "enough");
  const first = wait(all, { ...WAIT, returnWhen: "first" });
  await open(1);
  assertEquals(await first, { done: [b], notDone: [a, c] });
  const rest = wait(all, WAIT);
  await open(0);
  await open(2);
  assertEquals(await rest, { done: all, notDone: [] });
  assertEquals(await client.gather(all), [0, 1, 2]);
});

Deno.test("scenario 41: asCompleted hands out by completion, takes more on its way, and ends when count() is 0", async () => {
  await using client = await gatedClient(3);
  const futures = client.with({ pure: false }).map(gated, [10, 11, 12]);
  const seq = asCompleted(futures);
  const seen: number[] = [];
  const counts: number[] = [];
  const loop = (async () => {
    for await (const future of seq) {
      seen.push(await future.result(WAIT));
      counts.push(seq.count());
      if (seen.length === 1) seq.add(client.submit(inc, 99));
    }
  })();
  await open(12);
  await until(() => seen.length === 2);
  await open(10);
  await until(() => seen.length === 3);
  await open(11);
  await loop;
  assertEquals(seen, [12, 100, 10, 11]);
  assertEquals([counts, seq.isEmpty()], [[2, 2, 1, 0], true]);
});

Deno.test("scenario 41: asCompleted sums 256 results pairwise as they come", async () => {
  await using client = await Client.connect({ threadsPerWorker: 2 });
  const seq = asCompleted(client.map(inc, Array.from({ length: 256 }, (_, i) => i)));
  while (seq.count() > 1) {
    const a = await seq.next(WAIT);
    const b = await seq.next(WAIT);
    seq.add(client.submit(add, a, b));
  }
  assertEquals(await (await seq.next(WAIT)).result(WAIT), 256 * 257 / 2);
  assertEquals(seq.count(), 0);
});

Deno.test("scenario 43: leaving a search early and cancelling what is left frees the executors", async () => {
  await using client = await Client.connect({ threadsPerWorker: 2 });
  const search = async (x: number): Promise<number> => {
    if (x < 4) return x;
    const { signal } = currentTask();
    await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    return x;
  };
  const seq = asCompleted(client.map(search, Array.from({ length: 100 }, (_, i) => i)));
  let best = -1;
  for await (const future of seq) {
    best = Math.max(best, await future.result(WAIT));
    if (best === 3) break;
  }
  const left = seq.futures;
  assertEquals([best, left.length, seq.count()], [3, 96, 96]);
  await client.cancel(left);
  assertEquals(new Set(left.map(({ status }) => status)), new Set(["cancelled"]));
  assertEquals(await client.gather(client.map(inc, [1, 2, 3, 4]), WAIT), [2, 3, 4, 5]);
  await until(async () => Object.values(await client.processing()).flat().length === 0);
});

Deno.test("scenario 44: gather returns although the worker that holds the results dies meanwhile", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1, processes: true });
  const where = (_index: number): [pid: number, name: string] => [Deno.pid, getWorker().name];
  const crew = new Map(await client.gather(client.map(where, Array.from({ length: 8 }, (_, i) => i)), WAIT));
  const [pid, victim] = [...crew][0]!;
  // Too big to ride along: they are fetched.
  const big = (index: number): Uint8Array => new Uint8Array(100_000).fill(index);
  const onVictim = client.with({ workers: victim, allowOtherWorkers: true });
  const futures = onVictim.map(big, Array.from({ length: 20 }, (_, i) => i));
  await wait(futures, WAIT);
  const gathered = client.gather(futures, WAIT);
  Deno.kill(pid, "SIGKILL");
  const values = await gathered;
  assertEquals(values.map((bytes) => [bytes.length, bytes[0], bytes.at(-1)]), values.map((_, i) => [100_000, i, i]));
  assertEquals((await client.gather(futures, WAIT)).length, 20);
});

Deno.test("scenario 46: a callback is called once for finished, failed, cancelled and already done futures", async () => {
  await using client = await gatedClient(4);
  const fail = (x: number): number => {
    throw new RangeError(`no ${x}`);
  };
  const finished = client.submit(inc, 1);
  const failed = client.submit(fail, 1);
  const cancelled = client.with({ pure: false }).submit(gated, 20);
  const calls = new Map<Future<number>, string[]>();
  const note = (future: Future<number>) => calls.set(future, [...calls.get(future) ?? [], future.status]);
  const watched = [finished, failed, cancelled];
  for (const future of watched) future.whenDone(note);
  const taken = cancelled.whenDone(() => note(finished));
  taken[Symbol.dispose]();
  await wait([finished, failed], WAIT);
  await cancelled.cancel();
  finished.whenDone(note);
  await until(() => calls.get(finished)?.length === 2);
  assertEquals(watched.map((future) => calls.get(future)), [["finished", "finished"], ["error"], ["cancelled"]]);
});
