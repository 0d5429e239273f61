import { assert, assertEquals, assertRejects } from "@std/assert";
import { processCore } from "../../actors/actor/process_core.ts";
import { TroupeError } from "../../actors/base/errors.ts";
import { keepingAlive } from "../../actors/base/keep_alive.ts";
import { WorkerNanny } from "../../actors/cluster/worker_nanny.ts";
import { startScheduler } from "../../actors/scheduler/start_scheduler.ts";

/** A scheduler, and a nanny of it in the same system. */
function withNanny(listen: string, use: (nanny: WorkerNanny) => Promise<void>): Promise<void> {
  return keepingAlive(() => runNanny(listen, use));
}

async function runNanny(listen: string, use: (nanny: WorkerNanny) => Promise<void>): Promise<void> {
  const core = processCore({});
  core.dialer.listen("tcp://127.0.0.1:0");
  const scheduler = await startScheduler(core, { onShutDown: () => {}, onLog: () => {} });
  const nanny = new WorkerNanny(core, {
    schedulerId: scheduler.id,
    name: "w",
    threads: 1,
    memoryLimitBytes: undefined,
    resources: {},
    listen,
    token: "",
    tls: undefined,
    onLog: () => {},
  });
  try {
    await use(nanny);
  } finally {
    await nanny.close();
    await core.close();
  }
}

Deno.test("WorkerNanny knows the address of the worker that runs, and tells of its end", async () => {
  await withNanny("tcp://127.0.0.1:0", async (nanny) => {
    assertEquals(nanny.workerId, undefined);
    await nanny.start();
    assert(/^tcp:\/\/127\.0\.0\.1:\d+\/w#/.test(nanny.workerId!), nanny.workerId);
    await nanny.close();
    assertEquals(await nanny.closed, "closed");
  });
});

Deno.test("WorkerNanny.start() is called off by close(), which waits until the process is gone", async () => {
  await withNanny("tcp://127.0.0.1:0", async (nanny) => {
    const starting = assertRejects(() => nanny.start());
    await nanny.close();
    const error = await starting;
    assert(TroupeError.is(error), Deno.inspect(error));
    assertEquals(nanny.workerId, undefined);
  });
});

Deno.test("WorkerNanny.start() rejects with what the worker could not do", async () => {
  await withNanny("tcp://203.0.113.1:0", async (nanny) => {
    await assertRejects(() => nanny.start(), Error, "Cannot listen on tcp://203.0.113.1:0");
  });
});
