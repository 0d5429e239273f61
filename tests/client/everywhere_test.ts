import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, currentTask, getClient, getWorker, TroupeError } from "../../mod.ts";

const WAIT = { timeoutMs: 30_000 };

Deno.test("run() calls a function once on every worker, or on those of the view, although all are busy", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1 });
  const busy = client.with({ pure: false }).map((_: number) => new Promise<number>(() => {}), [1, 2, 3, 4]);
  const name = (prefix: string) => `${prefix} ${getWorker().name}`;
  const names = await client.run(name, "on");
  assertEquals(Object.values(names).sort(), ["on worker-0", "on worker-1"]);
  const workers = Object.values((await client.schedulerInfo()).workers);
  for (const worker of workers) assertEquals(names[worker.address], `on ${worker.name}`);
  assertEquals(Object.values(await client.with({ workers: "worker-1" }).run(name, "only")), ["only worker-1"]);
  assertEquals(busy.map((future) => future.status), Array(4).fill("pending"));
  await client.cancel(busy);
  assertEquals(await client.submit((x: number) => x, 1).result(WAIT), 1);
});

Deno.test("run() takes futures, may await the cluster, and leaves nothing behind", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1 });
  const x = client.submit((n: number) => n + 1, 1);
  const nested = async (n: number) => await getClient().submit((m: number) => m * 10, n).result();
  assertEquals(Object.values(await client.run(nested, x)), [20, 20]);
  const held = Object.values(await client.hasWhat()).flat();
  assertEquals(held.filter((key) => key.startsWith("nested")), []);
  assertEquals(new Set(Object.values(await client.run(() => currentTask().attempt))), new Set([1]));
});

Deno.test("run() rejects with what the function threw, when it takes too long, and without a fitting worker", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  await assertRejects(
    () =>
      client.run(() => {
        throw new RangeError("no");
      }),
    RangeError,
    "no",
  );
  const late = await assertRejects(() => client.with({ timeoutMs: 50 }).run(() => new Promise(() => {})));
  assert(TroupeError.is(late, "task/timeout"), Deno.inspect(late));
  const nobody = await assertRejects(() => client.with({ workers: "nobody" }).run(() => 1));
  assert(TroupeError.is(nobody, "task/no-worker"));
  assertEquals(nobody.message, 'Cannot run everywhere: no worker is one of [ "nobody" ]');
  assertEquals(Object.values(await client.run(() => 7)), [7]);
});

Deno.test("run() has nothing to do without workers", async () => {
  await using client = await Client.connect({ workers: 0, executors: "inline" });
  assertEquals(await client.run(() => 1), {});
});
