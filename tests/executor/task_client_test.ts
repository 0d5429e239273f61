import { assertEquals, assertStrictEquals } from "@std/assert";
import { SystemCore } from "../../actors/actor/system_core.ts";
import { systemClock } from "../../actors/base/clock.ts";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import { seededRandom } from "../../actors/base/random.ts";
import { TaskClient } from "../../actors/executor/task_client.ts";
import type { ClientToScheduler } from "../../actors/protocol/client_scheduler.ts";
import { clientInbox, schedulerInbox, type SchedulerMail } from "../../actors/protocol/inboxes.ts";

/** A task client whose scheduler welcomes everyone and notes what is said. */
async function start(): Promise<{ core: SystemCore; client: TaskClient; heard: ClientToScheduler[] }> {
  const core = new SystemCore({ clock: systemClock, random: seededRandom(1), limits: DEFAULT_LIMITS });
  const heard: ClientToScheduler[] = [];
  const receive = (mail: SchedulerMail): undefined => {
    if (mail.type !== "from-client") return;
    heard.push(...mail.messages);
    if (mail.messages[0]?.type !== "register-client") return;
    core.ref(mail.clientId, clientInbox).tell([{ type: "welcome", address: "test", dashboardUrl: undefined }]);
  };
  const scheduler = await core.spawn({ name: "scheduler", conversation: schedulerInbox, create: () => ({ receive }) });
  const client = new TaskClient(core, {
    executorId: "executor-1",
    workerId: scheduler.id,
    schedulerId: scheduler.id,
    worker: { address: "w1", name: "alice", threads: 1, memoryLimit: undefined, resources: {} },
    board: new SharedArrayBuffer(4),
    ownsThread: false,
  });
  await client.load();
  return { core, client, heard };
}

/** Lets messages arrive. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

Deno.test("TaskClient.open() gives every task the same client, registered once, with a time of grace", async () => {
  const { core, client, heard } = await start();
  const first = client.open();
  assertStrictEquals(client.open(), first);
  await settle();
  assertEquals(first.status, "running");
  const registered = heard.filter((m) => m.type === "register-client");
  assertEquals(registered.map(({ name, graceMs }) => [name, graceMs > 0]), [["tasks of executor-1", true]]);
  await client.close();
  assertEquals(heard.at(-1), { type: "unregister-client" });
  await core.close();
});

Deno.test("TaskClient opens no session for a task that asks for none", async () => {
  const { core, client, heard } = await start();
  assertEquals(client.write({}, "return"), undefined);
  await client.close();
  await settle();
  assertEquals(heard, []);
  await core.close();
});

Deno.test("TaskClient.open() survives a scheduler that is gone: the client says so when used", async () => {
  const { core, client } = await start();
  await core.end(core.addressOf("scheduler"), "killed");
  const opened = client.open();
  await settle();
  assertEquals(opened.status, "closed");
  await core.close();
});

Deno.test("TaskClient.finishedHere() ends a wait for a task of this executor before the scheduler speaks", async () => {
  const { core, client } = await start();
  const finished = { type: "finished", runId: 1, value: 42, bytes: 16, valueType: "number", durationMs: 1 } as const;
  client.finishedHere("nobody-asked", finished); // no session yet: nobody waits
  const future = client.open().submit((x: number) => x, 1);
  await settle();
  client.finishedHere("another", finished);
  assertEquals(future.status, "pending");
  const waiting = future.result();
  client.finishedHere(future.key, finished);
  assertEquals([await waiting, future.status], [42, "finished"]);
  const big = client.open().submit((x: number) => x, 2);
  client.finishedHere(big.key, { ...finished, bytes: DEFAULT_LIMITS.inlineBytesMax + 1 });
  assertEquals(big.status, "pending"); // too large to keep: it is fetched, as everyone's
  await client.close();
  await core.close();
});
