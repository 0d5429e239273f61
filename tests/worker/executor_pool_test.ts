import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { setImmediate } from "node:timers";
import type { ExecutorBirth } from "../../actors/worker/executor_pool.ts";
import { PoolRig } from "./pool_rig.ts";

const one = (): number => 1;
const spin = (): never => {
  for (;;);
};
const hang = (): Promise<never> => new Promise(() => {});

for (const kind of ["threads", "inline"] as const) {
  Deno.test(`ExecutorPool of ${kind} starts executors that run what they are told`, async () => {
    await using rig = await PoolRig.start({ kind });
    rig.pool.start("executor-1");
    rig.pool.start("executor-2");
    await rig.until(() => rig.ready.length === 2);
    const runs = [rig.run("executor-1", one), rig.run("executor-2", one)];
    for (const runId of runs) await rig.told("finished", runId);
    const finished = rig.said.filter(([, { type }]) => type === "finished");
    assertEquals(finished.map(([executorId]) => executorId).sort(), ["executor-1", "executor-2"]);
    assertEquals(rig.deaths, []);
  });

  Deno.test(`ExecutorPool.end() of ${kind} tells the reason and exactly the runs that had begun`, async () => {
    await using rig = await PoolRig.start({ kind });
    await rig.startReady("executor-1");
    const done = rig.run("executor-1", one);
    await rig.told("finished", done);
    rig.pool.releaseCell("executor-1", done);
    const begun = rig.run("executor-1", hang, { announce: true });
    await rig.told("started", begun);
    rig.run("executor-1", one);
    rig.pool.end("executor-1", "was ended by the test");
    rig.pool.end("no-such-executor", "is unknown");
    const death = await rig.death("executor-1");
    assertEquals([death.exit.reason, death.begun], ["was ended by the test", [begun]]);
    assertEquals(rig.pool.takeBack("executor-1", [begun]), []);
    assertEquals(rig.deaths.length, 1);
  });

  Deno.test(`ExecutorPool.close() of ${kind} ends all, also one that starts, and tells of no death`, async () => {
    const rig = await PoolRig.start({ kind });
    await rig.startReady("executor-1");
    rig.pool.start("executor-2");
    await rig.pool.close();
    await new Promise((resolve) => setImmediate(resolve));
    assertEquals(rig.core.actors.map(({ name }) => name), ["alice"]);
    await rig[Symbol.asyncDispose]();
    assertEquals([rig.deaths, rig.ready], [[], ["executor-1"]]);
  });

  Deno.test(`ExecutorPool of ${kind} tells why an executor could not start`, async () => {
    const rig = await PoolRig.start({ kind, birth: () => ({ workerId: "local:///alice#s" }) as ExecutorBirth });
    rig.pool.start("executor-1");
    const { exit, begun } = await rig.death("executor-1");
    assertStringIncludes(exit.reason, "no arguments of an executor");
    assertEquals([begun, rig.ready], [[], []]);
    await rig[Symbol.asyncDispose]();
  });
}

Deno.test("ExecutorPool.end() stops a thread that spins, and takeBack() gets what waits behind it", async () => {
  await using rig = await PoolRig.start({ kind: "threads" });
  await rig.startReady("executor-1");
  const spinning = rig.run("executor-1", spin, { announce: true });
  const [queued, other] = [rig.run("executor-1", one), rig.run("executor-1", one)];
  await rig.told("started", spinning);
  assertEquals(rig.pool.takeBack("executor-1", [spinning, queued]), [queued]);
  rig.pool.end("executor-1", "took too long");
  const death = await rig.death("executor-1");
  assertEquals([death.exit.reason, death.begun], ["took too long", [spinning]]);
  assertFalse(rig.said.some(([, m]) => m.type === "finished" && m.runId === other));
});

Deno.test("ExecutorPool tells the exit code of a thread that a task ended, and blames what had begun", async () => {
  await using rig = await PoolRig.start({ kind: "threads" });
  await rig.startReady("executor-1");
  const exit = async (): Promise<never> => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    Deno.exit(7);
  };
  const done = rig.run("executor-1", one);
  await rig.told("finished", done);
  rig.pool.releaseCell("executor-1", done);
  const [exiting] = [rig.run("executor-1", exit), rig.run("executor-1", one)];
  const death = await rig.death("executor-1");
  assertEquals([death.exit.reason, death.exit.exitCode, death.begun], ["exited with code 7", 7, [exiting]]);
});

Deno.test("ExecutorPool tells that a thread ran out of memory, and the others live on", async () => {
  await using rig = await PoolRig.start({ kind: "threads" });
  await rig.startReady("executor-1");
  await rig.startReady("executor-2");
  const hoard = (): never => {
    let all: unknown;
    for (;;) all = { all, list: [1] };
  };
  const hoarding = rig.run("executor-1", hoard);
  const death = await rig.death("executor-1");
  assertEquals([death.exit.reason, death.begun], ["ran out of memory", [hoarding]]);
  await rig.told("finished", rig.run("executor-2", one));
});

Deno.test("ExecutorPool.end() inline lets nothing more begin, and leaves no actor behind", async () => {
  await using rig = await PoolRig.start({ kind: "inline" });
  await rig.startReady("executor-1");
  const begun = rig.run("executor-1", hang, { announce: true });
  await rig.told("started", begun);
  rig.run("executor-1", one);
  rig.pool.end("executor-1", "was ended");
  await rig.death("executor-1");
  await rig.startReady("executor-2");
  await rig.told("finished", rig.run("executor-2", one));
  assertEquals(rig.said.map(([executorId, { type }]) => [executorId, type]), [
    ["executor-1", "started"],
    ["executor-2", "finished"],
  ]);
  assertEquals(rig.core.actors.length, 2);
});

Deno.test("ExecutorPool inline keeps the executors of two workers in one system apart", async () => {
  await using alice = await PoolRig.start({ kind: "inline" });
  const bob = await PoolRig.start({ kind: "inline", core: alice.core, name: "bob" });
  for (const rig of [alice, bob]) {
    await rig.startReady("executor-1");
    await rig.told("finished", rig.run("executor-1", one));
  }
  await bob.pool.close();
  await alice.told("finished", alice.run("executor-1", one));
  await bob[Symbol.asyncDispose]();
  assert(alice.deaths.every(({ exit }) => exit.reason === "stopped"));
});

Deno.test("ExecutorPool forgets what is said to executors that are gone", async () => {
  await using rig = await PoolRig.start({ kind: "inline" });
  rig.pool.tell("executor-9", [{ type: "ping", pingId: 1 }]);
  rig.pool.releaseCell("executor-9", 1);
  assertEquals(rig.pool.takeBack("executor-9", [1]), []);
  assertEquals(rig.said, []);
});
