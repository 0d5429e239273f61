import { assertEquals, assertStringIncludes } from "@std/assert";
import { failsWith } from "../support/codes.ts";
import { WorkerRig } from "./worker_rig.ts";

Deno.test("startWorker() registers the worker with all that the scheduler must know", async () => {
  await using rig = await WorkerRig.start({ welcome: false, threads: 3 });
  assertEquals(rig.said[0], {
    type: "register-worker",
    workerId: rig.worker.ref.id,
    name: "alice",
    threads: 3,
    memoryLimitBytes: undefined,
    resources: { gpu: 1 },
    hasNanny: false,
  });
});

Deno.test("startWorker() resolves `registered` when the scheduler has welcomed the worker, not before", async () => {
  await using rig = await WorkerRig.start({ welcome: false });
  let isRegistered = false;
  const registered = rig.worker.registered.then(() => isRegistered = true);
  await rig.turns();
  assertEquals(isRegistered, false);
  rig.tell({ type: "welcome-worker", heartbeatMs: 1_000 });
  assertEquals(await registered, true);
});

Deno.test("startWorker() rejects `registered` when the worker ends, or loses its scheduler, before", async () => {
  await using stopped = await WorkerRig.start({ welcome: false });
  await stopped.worker.ref.stop();
  assertStringIncludes((await failsWith("client/unreachable", () => stopped.worker.registered)).message, "stopped");
  await using left = await WorkerRig.start({ welcome: false });
  await left.scheduler.kill();
  const error = await failsWith("client/unreachable", () => left.worker.registered);
  assertEquals(error.message, "Cannot register worker: the connection to the scheduler is gone");
});
