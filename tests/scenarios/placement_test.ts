/** Behaviour that users of Dask know, with its number there: placement, priorities, resources. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, LocalCluster, TroupeError } from "../../mod.ts";

const WAIT = { timeoutMs: 60_000 };

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
