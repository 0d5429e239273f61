/** Behaviour that users of Dask know, with its number there: errors and retries. @module */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Client, TroupeError } from "../../mod.ts";

const WAIT = { timeoutMs: 120_000 };

Deno.test("scenario 17: what depends on a failure fails by the same error and is not run; others go on", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const x = client.submit((): number => {
    throw new RangeError("first");
  });
  const y = client.submit((n: number) => n + 1, x);
  const z = client.submit((n: number) => n + 1, y);
  const sibling = client.submit(() => 1);
  for (const future of [x, y, z]) await assertRejects(() => future.result(WAIT), RangeError, "first");
  assertEquals([x.status, y.status, z.status, await sibling.result(WAIT)], ["error", "error", "error", 1]);
  for (const { key } of [y, z]) {
    assertEquals((await client.story(key)).filter(({ to }) => to === "processing"), []);
  }
});

Deno.test("scenario 22: retry() of the leaf runs the failed root and the whole chain again", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const flag = await Deno.makeTempFile();
  try {
    const root = client.submit((path: string) => {
      if (Deno.readTextFileSync(path) !== "go") throw new Error("not yet");
      return 1;
    }, flag);
    const middle = client.submit((n: number) => n + 1, root);
    const leaf = client.submit((n: number) => n + 1, middle);
    await assertRejects(() => leaf.result(WAIT), Error, "not yet");
    await leaf.retry();
    await assertRejects(() => leaf.result(WAIT), Error, "not yet");
    await Deno.writeTextFile(flag, "go");
    await client.retry([leaf]);
    assertEquals([await leaf.result(WAIT), await root.result(WAIT), await middle.result(WAIT)], [3, 1, 2]);
  } finally {
    await Deno.remove(flag);
  }
});

Deno.test("scenario 23: a new task that depends on a failed future fails at once", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const bad = client.submit((): number => {
    throw new RangeError("no");
  });
  assert(await bad.exception(WAIT) instanceof RangeError);
  await assertRejects(() => client.submit((n: number) => n, bad).result(WAIT), RangeError, "no");
});

Deno.test("scenario 25: a task that ends its executor fails after three deaths, and says key, worker and why", async () => {
  await using client = await Client.connect({ threadsPerWorker: 1 });
  const fatal = client.with({ key: "fatal" }).submit(() => Deno.exit(7));
  // Behind the killer on the only executor: it is never blamed, whatever happens around it.
  const bystander = client.submit((x: number) => x + 1, 1);
  const error = await assertRejects(() => fatal.result(WAIT));
  assert(TroupeError.is(error, "task/killed-worker"), Deno.inspect(error));
  for (const part of ['"fatal"', "worker-0", "7"]) assert(error.message.includes(part), error.message);
  assertEquals(await bystander.result(WAIT), 2);
});

Deno.test("scenario 26: bystanders behind a killer in the hands of one worker finish, and are never blamed", async () => {
  await using client = await Client.connect({ workers: 1, threadsPerWorker: 2, processes: true });
  const inc = (x: number) => x + 1;
  // Known to be short: from now on many of them are in the worker's hands at once.
  assertEquals((await client.gather(client.map(inc, Array.from({ length: 100 }, (_, i) => -i)))).length, 100);
  const killer = client.with({ key: "killer" }).submit(() => Deno.kill(Deno.pid, "SIGKILL"));
  const bystanders = client.map(inc, Array.from({ length: 500 }, (_, i) => i));
  const dependents = client.map(inc, bystanders);
  const error = await assertRejects(() => killer.result(WAIT));
  assert(TroupeError.is(error, "task/killed-worker"), Deno.inspect(error));
  for (const part of ['"killer"', "worker-0", "SIGKILL"]) assert(error.message.includes(part), error.message);
  assertEquals(await client.gather(bystanders, WAIT), bystanders.map((_, i) => i + 1));
  assertEquals(await client.gather(dependents, WAIT), bystanders.map((_, i) => i + 2));
});
