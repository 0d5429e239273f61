import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { Client, Nanny, Scheduler, TroupeError } from "../../mod.ts";

const WAIT = { timeoutMs: 20_000 };

Deno.test("Nanny starts its worker again when that dies, and tells the scheduler how it died", async () => {
  const lines: string[] = [];
  await using scheduler = await Scheduler.start({ port: 0, onEvent: (line) => lines.push(line) });
  await using nanny = await Nanny.start(scheduler.address, {
    threads: 1,
    name: "w",
    onEvent: (line) => lines.push(line),
  });
  await using client = await Client.connect(scheduler.address);
  const before = nanny.workerAddress;
  const pid = await client.submit(() => Deno.pid).result(WAIT);
  assertNotEquals(pid, Deno.pid);
  // Late enough for the scheduler to know that the run has begun: only such runs are blamed.
  const suicide = client.submit(() => {
    setTimeout(() => Deno.kill(Deno.pid, "SIGKILL"), 300);
    return new Promise(() => {});
  });
  const error = await assertRejects(() => suicide.result(WAIT));
  assert(TroupeError.is(error, "task/killed-worker"), Deno.inspect(error));
  assert(error.message.includes("was killed by SIGKILL"), error.message);
  assertNotEquals(await client.with({ pure: false }).submit(() => Deno.pid).result(WAIT), pid);
  assertNotEquals(nanny.workerAddress, before);
  assert(lines.includes(`Worker process ${pid} was killed by SIGKILL, restarting`), lines.join("\n"));
  assert(lines.includes(`Start worker at: ${nanny.workerAddress}`), lines.join("\n"));
  assert(lines.includes(`Registered to: ${scheduler.address}`));
});

Deno.test("Nanny ends with its scheduler, after its lifetime, and when it is closed while it restarts", async () => {
  const scheduler = await Scheduler.start({ port: 0 });
  const short = await Nanny.start(scheduler.address, { threads: 1, lifetimeMs: 50 });
  await short.closed;
  const long = await Nanny.start(scheduler.address, { threads: 1 });
  const bereaved = await Nanny.start(scheduler.address, { threads: 1, name: "bereaved" });
  await using client = await Client.connect(scheduler.address);
  const pid = await client.with({ workers: "bereaved" }).submit(() => Deno.pid).result(WAIT);
  Deno.kill(pid, "SIGKILL");
  await bereaved.close();
  await scheduler.close();
  await long.closed;
});

Deno.test("Nanny.start() fails with what the worker says, and leaves nothing behind", async () => {
  await using scheduler = await Scheduler.start({ port: 0, token: "secret" });
  const bad = [
    { options: { token: "guess" }, code: "client/refused" },
    { options: { token: "secret", executors: "inline" }, code: "input/invalid" },
    { options: { token: "secret", listen: new URL(scheduler.address).href }, code: "cluster/port-in-use" },
  ] as const;
  for (const { options, code } of bad) {
    const error = await assertRejects(() => Nanny.start(scheduler.address, { threads: 1, ...options }));
    assert(TroupeError.is(error), Deno.inspect(error));
    assertEquals(error.code, code, error.message);
  }
});
