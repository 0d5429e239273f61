import { assertEquals, assertStrictEquals } from "@std/assert";
import { asCompleted } from "../../actors/client/as_completed.ts";
import { Client, getClient } from "../../actors/client/client.ts";
import {
  addOpenClient,
  currentTask,
  getWorker,
  refuseAtImport,
  removeOpenClient,
} from "../../actors/client/defaults.ts";
import type { TaskContext, TaskWait } from "../../actors/client/task_context.ts";
import { importForTask, runInTask } from "../../actors/client/task_storage.ts";
import { wait } from "../../actors/client/wait.ts";
import { LocalCluster } from "../../actors/cluster/local_cluster.ts";
import { failsWith } from "../support/codes.ts";
import { connected, finished, finishedOn, inc, settle } from "./fake_world.ts";

interface Ran {
  readonly context: TaskContext;
  readonly place: ReturnType<typeof connected>;
  /** How often the task gave its executor away. */
  readonly suspended: { count: number };
}

function task(): Ran {
  const place = connected();
  const suspended = { count: 0 };
  const context: TaskContext = {
    caller: "run:1",
    key: "parent-1",
    runId: 17,
    attempt: 2,
    signal: new AbortController().signal,
    priority: 3,
    worker: { address: "w1", name: "alice", threads: 1, memoryLimit: undefined, resources: {} },
    client: () => place.client,
    suspend<T>(waited: TaskWait<T>): Promise<T> {
      suspended.count++;
      return waited.outcome;
    },
  };
  return { context, place, suspended };
}

Deno.test("currentTask(), getWorker() and getClient() inside a task give its own, also after an await", async () => {
  const { context, place } = task();
  await runInTask(context, async () => {
    await Promise.resolve();
    const { signal, ...rest } = currentTask();
    assertEquals(rest, { key: "parent-1", runId: "17", attempt: 2, priority: 3 });
    assertStrictEquals(signal, context.signal);
    assertEquals(getWorker().name, "alice");
    assertStrictEquals(getClient(), place.client);
  });
});

Deno.test("currentTask() and getWorker() outside a task throw task/outside", async () => {
  const error = await failsWith("task/outside", () => currentTask());
  assertEquals(error.message, "Cannot get the current task: no task runs here");
  await failsWith("task/outside", () => getWorker());
});

Deno.test("getClient() outside a task gives the client connected last and still open, else client/none", async () => {
  await failsWith("client/none", () => getClient());
  const [one, two] = [connected().client, connected().client];
  addOpenClient(one);
  addOpenClient(two);
  assertStrictEquals(getClient(), two);
  await two.close();
  assertStrictEquals(getClient(), one);
  removeOpenClient(one);
  await failsWith("client/none", () => getClient());
  removeOpenClient(two);
  removeOpenClient(two);
});

Deno.test("what a task submits carries its run as parent", async () => {
  const { context, place } = task();
  runInTask(context, () => {
    place.client.submit(inc, 1);
    place.client.map(inc, [2]);
  });
  place.client.submit(inc, 3);
  await settle();
  assertEquals(place.world.said("submit").map((message) => message.parent), [17, undefined]);
  assertEquals(place.world.said("submit-map").map((message) => message.parent), [17]);
});

Deno.test("each wait inside a task gives the executor away, unless what it waits for is there", async () => {
  const { context, place, suspended } = task();
  const { client, session, world } = place;
  await runInTask(context, async () => {
    const [a, b] = [client.submit(inc, 1), client.submit(inc, 2)];
    const waits = [a.result(), a.exception(), client.gather([a]), wait([a]), asCompleted([a]).next(), client.cancel(b)];
    assertEquals(suspended.count, waits.length);
    await settle();
    session.receive([finished(a.key, 2), { type: "done", ackId: world.said("cancel")[0]?.ackId ?? 0 }]);
    await Promise.all(waits);
    await Promise.all([a.result(), a.exception(), client.gather([a]), wait([a]), asCompleted([a]).next()]);
    assertEquals(suspended.count, waits.length);
    world.store("w1", a.key, 2);
    session.receive([finishedOn(a.key, ["w1"])]);
    assertEquals(await a.result(), 2); // a value that must be fetched is waited for
    assertEquals(suspended.count, waits.length + 1);
  });
});

Deno.test("refuseAtImport() refuses the top level of a module that is imported for a task, and nobody else", async () => {
  const { context, place } = task();
  const { promise: later, resolve } = Promise.withResolvers<void>();
  let left = Promise.resolve();
  const loaded = await importForTask("file:///jobs.ts", async () => {
    await Promise.resolve();
    for (const use of [() => getClient(), () => place.client.submit(inc, 1), () => place.client.map(inc, [1])]) {
      const error = await failsWith("client/importing", use);
      assertEquals(
        error.message.split(": ")[1],
        'module "file:///jobs.ts" starts a cluster at import time, here in a worker',
      );
    }
    await failsWith("client/importing", () => Client.connect({ executors: "inline" }));
    await failsWith("client/importing", () => LocalCluster.start({ executors: "inline" }));
    runInTask(context, () => refuseAtImport("connect"));
    left = later.then(() => refuseAtImport("connect"));
    return "a module";
  });
  assertEquals(loaded, "a module");
  refuseAtImport("connect");
  resolve();
  await left; // the import is over
});
