/** What tasks, their options and their results promise, on real threads and processes. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { delay } from "@std/async/delay";
import { Client, currentTask, LocalCluster, Reschedule, TroupeError } from "../../mod.ts";

const WAIT = { timeoutMs: 120_000 };
const MEGABYTE = 1024 ** 2;

for (const processes of [false, true]) {
  const where = processes ? "a worker process" : "a thread";

  Deno.test(`scatter() and gather() carry 64 MB to ${where} and back`, async () => {
    await using client = await Client.connect({ threadsPerWorker: 1, processes });
    const sent = new Uint8Array(64 * MEGABYTE);
    for (let i = 0; i < sent.length; i += 4_096) sent[i] = i >>> 12;
    const scattered = await client.scatter(sent);
    const size = client.submit((bytes: Uint8Array) => bytes.byteLength, scattered);
    assertEquals(await size.result(WAIT), sent.length);
    const turned = client.submit((bytes: Uint8Array) => bytes.map((byte) => 255 - byte), scattered);
    const [back, inverse] = await client.gather([scattered, turned]);
    // Compared by hand: an assertion would print 64 MB.
    assert(back.every((byte, i) => byte === sent[i]), "gather() gives what scatter() took");
    assert(inverse.every((byte, i) => byte === 255 - sent[i]!), "a task got what scatter() took");
  });

  Deno.test(`release() frees results in ${where} within a second of the last claim`, async () => {
    await using client = await Client.connect({ threadsPerWorker: 1, processes });
    await using other = await Client.connect(client.cluster);
    const make = (bytes: number) => new Uint8Array(bytes);
    const [mine, theirs] = [client.submit(make, MEGABYTE), other.submit(make, MEGABYTE)];
    assertEquals(mine.key, theirs.key);
    await Promise.all([mine.result(WAIT), theirs.result(WAIT)]);
    assert((await client.nbytes([mine.key]))[mine.key]! >= MEGABYTE);
    const { key } = mine;
    mine.release();
    await delay(100);
    assertEquals(Object.keys(await client.nbytes([key])), [key]);
    theirs.release();
    await eventually(async () => {
      assertEquals(await client.nbytes([key]), {});
      for (const keys of Object.values(await client.hasWhat())) assertEquals(keys, []);
    }, 1_000);
  });
}

Deno.test("scenario 8: submit() runs a pure task once for all clients that ask for it", async () => {
  await using cluster = await LocalCluster.start({ threadsPerWorker: 1, token: "shared" });
  await using one = await Client.connect(cluster);
  await using two = await Client.connect(cluster.address, { token: "shared" });
  const draw = () => crypto.randomUUID();
  const [a, b] = await Promise.all([one.submit(draw).result(WAIT), two.submit(draw).result(WAIT)]);
  assertEquals(a, b);
});

Deno.test("submit() runs a task again as often as `retries` says, and no more", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const fail = (upTo: number) => {
    const { attempt } = currentTask();
    if (attempt <= upTo) throw new Error(`attempt ${attempt}`);
    return attempt;
  };
  assertEquals(await client.with({ retries: 2 }).submit(fail, 2).result(WAIT), 3);
  await assertRejects(() => client.with({ retries: 2 }).submit(fail, 3).result(WAIT), Error, "attempt 3");
});

Deno.test("submit() ends a task that takes longer than `timeoutMs`, whether it listens or not", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const limited = client.with({ timeoutMs: 100, pure: false });
  const waiting = limited.submit(() => new Promise(() => {}));
  const spinning = limited.submit(() => {
    for (;;);
  });
  for (const future of [waiting, spinning]) {
    const error = await assertRejects(() => future.result(WAIT));
    assert(TroupeError.is(error, "task/timeout"), Deno.inspect(error));
  }
  assertEquals(await client.submit(() => 1).result(WAIT), 1);
});

Deno.test("with({ signal }) cancels what the view submitted, and the task hears of it", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const controller = new AbortController();
  const file = await Deno.makeTempFile();
  try {
    const listen = (path: string) =>
      new Promise<void>((resolve) => {
        Deno.writeTextFileSync(path, "begun");
        currentTask().signal.addEventListener("abort", () => {
          Deno.writeTextFileSync(path, "aborted");
          resolve();
        });
      });
    const future = client.with({ signal: controller.signal }).submit(listen, file);
    await eventually(async () => assertEquals(await Deno.readTextFile(file), "begun"), 10_000);
    controller.abort();
    const error = await assertRejects(() => future.result(WAIT));
    assert(TroupeError.is(error, "task/cancelled"), Deno.inspect(error));
    await eventually(async () => assertEquals(await Deno.readTextFile(file), "aborted"), 10_000);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("cancel() ends tasks that wait, run or depend on others, and the same may be submitted anew", async () => {
  await using client = await Client.connect({ threadsPerWorker: 2 });
  const slow = (x: number) => new Promise<number>((resolve) => setTimeout(resolve, 60_000, x));
  const running = client.submit(slow, 1);
  const dependent = client.submit((x: number) => x + 1, running);
  await client.cancel([running, dependent], { reason: "not needed" });
  assertEquals([running.status, dependent.status], ["cancelled", "cancelled"]);
  for (const future of [running, dependent]) {
    const error = await assertRejects(() => future.result(WAIT), Error, "not needed");
    assert(TroupeError.is(error, "task/cancelled"));
  }
  const again = client.submit(slow, 1);
  assertEquals([again.key, again.status], [running.key, "pending"]);
  assertEquals(await client.submit((x: number) => x, 7).result(WAIT), 7);
});

Deno.test("submit() starts tasks of higher priority first", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const busy = client.with({ pure: false }).submit(() => {
    for (const untilMs = performance.now() + 200; performance.now() < untilMs;);
  });
  const work = () => {
    for (const untilMs = performance.now() + 20; performance.now() < untilMs;);
    return performance.timeOrigin + performance.now();
  };
  const starts = [0, 5, -5, 10].map((priority) => client.with({ priority, pure: false }).submit(work));
  await busy.result(WAIT);
  const [normal, high, low, highest] = await client.gather(starts) as [number, number, number, number];
  assertEquals([normal, high, low, highest].toSorted((a, b) => a - b), [highest, high, normal, low]);
});

Deno.test("submit() places a task again that asks for it, and carries errors as they are", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const again = () => {
    if (currentTask().attempt === 1) throw new Reschedule();
    return currentTask().attempt;
  };
  assertEquals(await client.submit(again).result(WAIT), 2);
  const failing = client.submit(() => {
    const cause = new RangeError("inner");
    throw Object.assign(new TypeError("outer", { cause }), { extra: 7 });
  });
  const error = await assertRejects(() => failing.result(WAIT), TypeError, "outer");
  assertEquals((error as TypeError & { extra: number }).extra, 7);
  assert(error.cause instanceof RangeError);
  const dependent = client.submit((x: never) => x, failing);
  await assertRejects(() => dependent.result(WAIT), TypeError, "outer");
});

async function eventually(check: () => Promise<void>, withinMs: number): Promise<void> {
  for (const untilMs = performance.now() + withinMs;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > untilMs) throw error;
      await delay(20);
    }
  }
}
