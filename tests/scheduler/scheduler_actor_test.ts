import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import type { SchedulerToClient } from "../../actors/protocol/client_scheduler.ts";
import { ofType, SchedulerRig, submit } from "./scheduler_rig.ts";

/** Texts of the errors with which a client heard that tasks failed. */
function failuresOf(heard: readonly SchedulerToClient[]): string[] {
  return ofType(heard, "failed").map(({ error }) => error.text);
}

Deno.test("SchedulerActor welcomes clients and workers and tells clients how many there are", async () => {
  await using rig = await SchedulerRig.start();
  const client = await rig.client();
  const worker = await rig.worker("alice");
  assertEquals(worker.heard[0], { type: "welcome-worker", heartbeatMs: 1_000 });
  assertEquals(client.heard[0]?.type, "welcome");
  assertEquals(ofType(client.heard, "workers-changed").at(-1), { type: "workers-changed", workers: 1, threads: 1 });
  assertStringIncludes(rig.log.join("\n"), "Register worker");
});

Deno.test("SchedulerActor passes a task to a worker and its result to the client", async () => {
  await using rig = await SchedulerRig.start();
  const [client, worker] = [await rig.client(), await rig.worker("alice")];
  client.say(...submit("k"));
  await rig.settle();
  const [run] = ofType(worker.heard, "run");
  assertEquals([run?.key, ofType(worker.heard, "define-function").length], ["k", 1]);
  const known = { bytes: 16, valueType: "number", durationMs: 1, hasValue: true, value: 42 };
  worker.say({ type: "finished", runId: run!.runId, ...known });
  await rig.settle();
  const finished = ofType(client.heard, "finished").map(({ key, value, holders }) => ({ key, value, holders }));
  assertEquals(finished, [{ key: "k", value: 42, holders: [worker.id] }]);
});

Deno.test("SchedulerActor runs a task elsewhere when its worker vanishes without a nanny, at once", async () => {
  await using rig = await SchedulerRig.start();
  const [client, alice] = [await rig.client(), await rig.worker("alice")];
  client.say(...submit("k"));
  await rig.settle();
  assertEquals(ofType(alice.heard, "run").length, 1);
  const bob = await rig.worker("bob");
  await alice.vanish();
  assertEquals(ofType(bob.heard, "run").map(({ key }) => key), ["k"]);
  assertEquals(ofType(bob.heard, "worker-gone").map(({ workerId }) => workerId), [alice.id]);
  assertStringIncludes(rig.log.at(-1) ?? "", "gone");
  assertEquals(ofType(client.heard, "workers-changed").at(-1)?.workers, 1);
});

Deno.test("SchedulerActor waits for the nanny of a worker that vanished, and takes what it tells", async () => {
  await using rig = await SchedulerRig.start();
  const alice = await rig.worker("alice", true);
  const client = await rig.client();
  await alice.vanish();
  assertEquals(ofType(client.heard, "workers-changed").at(-1)?.workers, 1);
  await rig.nannyTells(alice.id);
  assertEquals(ofType(client.heard, "workers-changed").at(-1)?.workers, 0);
  assertStringIncludes(rig.log.join("\n"), "it was killed by SIGKILL");
});

Deno.test("SchedulerActor takes what the nanny told before the link was gone", async () => {
  await using rig = await SchedulerRig.start();
  const alice = await rig.worker("alice", true);
  const client = await rig.client();
  await rig.nannyTells(alice.id, { reason: "exited with code 7", exitCode: 7, signal: undefined });
  assertEquals(ofType(client.heard, "workers-changed").at(-1)?.workers, 1);
  await alice.vanish();
  assertEquals(ofType(client.heard, "workers-changed").at(-1)?.workers, 0);
  assertStringIncludes(rig.log.join("\n"), "it exited with code 7");
});

Deno.test("SchedulerActor gives up a worker whose nanny says nothing for half a second", async () => {
  await using rig = await SchedulerRig.start();
  const alice = await rig.worker("alice", true);
  const client = await rig.client();
  await alice.vanish();
  rig.clock.advance(499);
  await rig.settle();
  assertEquals(ofType(client.heard, "workers-changed").at(-1)?.workers, 1);
  rig.clock.advance(1);
  await rig.settle();
  assertEquals(ofType(client.heard, "workers-changed").at(-1)?.workers, 0);
  assertStringIncludes(rig.log.join("\n"), "it lost its connection (The cable was cut)");
  await rig.nannyTells(alice.id);
  assertEquals(ofType(client.heard, "workers-changed").at(-1)?.workers, 0);
});

Deno.test("SchedulerActor fails a task after too many deaths, with the last death record", async () => {
  await using rig = await SchedulerRig.start();
  const client = await rig.client();
  client.say(...submit("k"));
  let deaths = 0;
  while (failuresOf(client.heard).length === 0) {
    const worker = await rig.worker(`worker-${++deaths}`, true);
    const run = ofType(worker.heard, "run").at(-1);
    assert(run !== undefined, `no run on worker ${deaths}`);
    worker.say({ type: "started", runIds: [run.runId] });
    await rig.settle();
    await rig.nannyTells(worker.id, { worker: `worker-${deaths}` });
    await worker.vanish();
  }
  assert(deaths >= DEFAULT_LIMITS.deathsAllowed, `failed after ${deaths} deaths`);
  const [text] = failuresOf(client.heard);
  assertStringIncludes(text ?? "", `worker-${deaths} was killed by SIGKILL`);
  assertStringIncludes(text ?? "", "last words");
});

Deno.test("SchedulerActor blames nobody for a worker that leaves by itself", async () => {
  await using rig = await SchedulerRig.start();
  const client = await rig.client();
  client.say(...submit("k"));
  for (let turn = 1; turn <= 6; turn++) {
    const worker = await rig.worker(`worker-${turn}`, true);
    const run = ofType(worker.heard, "run").at(-1);
    assert(run !== undefined, `no run on worker ${turn}`);
    worker.say({ type: "started", runIds: [run.runId] }, { type: "leaving", reason: "told to" });
    await rig.settle();
    await (turn % 2 === 0 ? worker.stop() : worker.vanish());
    assertEquals(ofType(client.heard, "workers-changed").at(-1)?.workers, 0);
  }
  assertEquals(failuresOf(client.heard), []);
});

Deno.test("SchedulerActor hears a worker that it has given up no more", async () => {
  await using rig = await SchedulerRig.start();
  const client = await rig.client();
  client.say(...submit("k"));
  const alice = await rig.worker("alice");
  const run = ofType(alice.heard, "run")[0]!;
  await alice.vanish();
  const known = { bytes: 16, valueType: "number", durationMs: 1, hasValue: true, value: 42 };
  const messages = [{ type: "finished", runId: run.runId, ...known } as const];
  rig.ref.tell({ type: "from-worker", workerId: alice.id, messages });
  rig.ref.tell({ type: "from-worker", workerId: "local:///nobody#nowhere", messages });
  await rig.settle();
  assertEquals(ofType(client.heard, "finished"), []);
});

Deno.test("SchedulerActor releases what a client wanted when it vanishes, unregisters or ends", async () => {
  for (const how of ["vanish", "unregister", "stop"] as const) {
    await using rig = await SchedulerRig.start();
    const [client, worker] = [await rig.client(), await rig.worker("alice")];
    client.say(...submit("k"));
    await rig.settle();
    if (how === "unregister") client.say({ type: "unregister-client" });
    else await client[how]();
    await rig.settle();
    assertEquals(ofType(worker.heard, "cancel-run").length, 1, how);
  }
});

Deno.test("SchedulerActor keeps the claims of a vanished client for its time of grace", async () => {
  await using rig = await SchedulerRig.start();
  const [client, worker] = [await rig.client("task", 800), await rig.worker("alice")];
  client.say(...submit("k"));
  await rig.settle();
  await client.vanish();
  rig.clock.advance(799);
  await rig.settle();
  assertEquals(ofType(worker.heard, "cancel-run").length, 0);
  rig.clock.advance(1);
  await rig.settle();
  assertEquals(ofType(worker.heard, "cancel-run").length, 1);
});

Deno.test("SchedulerActor says goodbye to all when it stops, and leaves no timer behind", async () => {
  await using rig = await SchedulerRig.start();
  const [client, alice, bob] = [await rig.client(), await rig.worker("alice"), await rig.worker("bob", true)];
  client.say(...submit("k"));
  await rig.settle();
  await bob.vanish();
  await rig.ref.stop();
  await rig.settle();
  assertEquals(client.heard.at(-1), { type: "closing", reason: "the scheduler stops" });
  assertEquals(alice.heard.at(-1), { type: "stop-worker", reason: "the scheduler stops" });
  assertEquals(rig.clock.waitingCount, 0);
});

Deno.test("SchedulerActor tells its owner when a client asks to stop everything", async () => {
  await using rig = await SchedulerRig.start();
  const client = await rig.client();
  client.say({ type: "shutdown" });
  await rig.settle();
  assertEquals(rig.shutDowns.length, 1);
});
