/** Behaviour that users of Dask know, with its number there: cancelling. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, currentTask, LocalCluster, TroupeError, wait } from "../../mod.ts";
import { eventually } from "../support/eventually.ts";

const WAIT = { timeoutMs: 120_000 };
const forever = (x: number) => new Promise<number>((resolve) => setTimeout(resolve, 10_000_000, x));

Deno.test("scenario 47: cancel() ends pending, running and finished tasks and what depends on them", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const finished = client.submit((x: number) => x, 1);
  await finished.result(WAIT);
  const running = client.submit(forever, 1);
  const pending = client.submit(forever, 2);
  const dependent = client.submit((x: number) => x, pending);
  await client.cancel([finished, running, pending], { reason: "enough of it" });
  for (const future of [finished, running, pending, dependent]) {
    const error = await assertRejects(() => future.result(WAIT), Error, "enough of it");
    assert(TroupeError.is(error, "task/cancelled"));
    assertEquals(future.status, "cancelled");
  }
  assertEquals(await client.submit((x: number) => x, 5).result(WAIT), 5);
});

Deno.test("scenario 47: cancel() leaves to another client what that wants, unless it is forced", async () => {
  await using cluster = await LocalCluster.start({ threadsPerWorker: 1 });
  await using alice = await Client.connect(cluster);
  await using bob = await Client.connect(cluster);
  const [mine, theirs] = [alice.submit(forever, 1), bob.submit(forever, 1)];
  assertEquals(mine.key, theirs.key);
  await bob.nbytes();
  await mine.cancel();
  assertEquals([mine.status, theirs.status], ["cancelled", "pending"]);
  assertEquals(Object.values(await bob.processing()).flat(), [theirs.key]);
  await alice.cancel(alice.submit(forever, 1), { force: true });
  const error = await assertRejects(() => theirs.result(WAIT));
  assert(TroupeError.is(error, "task/cancelled"));
});

Deno.test("scenario 49: a cancelled task hears its signal; one that ignores it is ended, and its slot is free", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const file = await Deno.makeTempFile();
  try {
    const listening = client.submit((path: string) => {
      Deno.writeTextFileSync(path, "begun");
      return new Promise<void>((resolve) => {
        currentTask().signal.addEventListener("abort", () => {
          Deno.writeTextFileSync(path, "heard");
          resolve();
        });
      });
    }, file);
    await eventually(async () => assertEquals(await Deno.readTextFile(file), "begun"));
    await listening.cancel();
    await eventually(async () => assertEquals(await Deno.readTextFile(file), "heard"));
    const deaf = client.submit((path: string) => {
      Deno.writeTextFileSync(path, "spinning");
      for (;;);
    }, file);
    await eventually(async () => assertEquals(await Deno.readTextFile(file), "spinning"));
    await deaf.cancel();
    assertEquals(await client.submit((x: number) => x + 1, 1).result(WAIT), 2);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("scenario 50: cancelled and submitted again while the old run goes on, a key has one final value", async () => {
  await using client = await Client.connect({ threadsPerWorker: 2 });
  const draw = async (x: number) => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return `${x} ${crypto.randomUUID()}`;
  };
  for (let round = 0; round < 10; round++) {
    const old = client.submit(draw, round);
    await client.nbytes();
    const cancelling = old.cancel();
    const again = client.submit(draw, round);
    await cancelling;
    const value = await again.result(WAIT);
    assertEquals([old.status, again.key, await again.result(WAIT)], ["cancelled", old.key, value]);
    assertEquals(await client.submit(draw, round).result(WAIT), value);
  }
});

Deno.test("scenario 50: cancelled and submitted again while its input is on its way, a key has one final value", async () => {
  await using client = await Client.connect({ workers: 2, threadsPerWorker: 1, processes: true });
  const on = (worker: number) => client.with({ workers: `worker-${worker}` });
  const holder = await on(0).with({ pure: false }).submit(() => Deno.pid).result(WAIT);
  const use = (bytes: Uint8Array, round: number) => `${bytes.length} ${round} ${crypto.randomUUID()}`;
  for (let round = 0; round < 3; round++) {
    const big = on(0).submit((round: number) => new Uint8Array(1_000_000).fill(round), round);
    await wait([big], WAIT);
    // Who has the input says nothing for a while: it is asked, and does not answer.
    Deno.kill(holder, "SIGSTOP");
    try {
      const old = on(1).submit(use, big, round);
      await eventually(async () => assertEquals((await client.story(old.key)).at(-1)?.to, "processing"));
      const cancelling = old.cancel();
      const again = on(1).submit(use, big, round);
      await cancelling;
      assertEquals([old.status, again.status, again.key], ["cancelled", "pending", old.key]);
      await eventually(async () => assertEquals((await client.story(again.key)).at(-1)?.to, "processing"));
      Deno.kill(holder, "SIGCONT");
      const value = await again.result(WAIT);
      assertEquals([value.startsWith(`1000000 ${round} `), await again.result(WAIT)], [true, value]);
      assertEquals(await on(1).submit(use, big, round).result(WAIT), value);
    } finally {
      Deno.kill(holder, "SIGCONT");
    }
  }
});
