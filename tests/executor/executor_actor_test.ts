import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { setImmediate } from "node:timers";
import { executorActor } from "../../actors/executor/executor_actor.ts";
import type { Client } from "../../actors/client/client.ts";
import type { CurrentTask } from "../../actors/client/task_context.ts";
import type { WorkerInfo } from "../../actors/client/scheduler_info.ts";
import { CONSTANT } from "../../actors/protocol/define_function.ts";
import { packValue } from "../../actors/wire/value_codec.ts";
import { failsWith, hasCode } from "../support/codes.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { ExecutorRig, groupOf } from "./executor_rig.ts";

// What tasks get by name where they run.
declare const currentTask: () => CurrentTask;
declare const getWorker: () => WorkerInfo;
declare const getClient: () => Client;
declare const Reschedule: new () => Error;

const add = (a: number, b: number): number => a + b;
/** Holds its executor until it is cancelled. */
const untilAborted = (): Promise<never> => {
  const { signal } = currentTask();
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
};
const LIBRARY = ["currentTask", "getWorker", "getClient", "Reschedule"];

Deno.test("executorActor runs a function and tells value, size, type and time", async () => {
  await using rig = await ExecutorRig.start();
  const runId = rig.run(add, { args: [1, 2] });
  const { durationMs, ...rest } = await rig.next("finished", runId);
  assertEquals(rest, { type: "finished", runId, value: 3, bytes: 16, valueType: "number" });
  assert(durationMs >= 0);
});

Deno.test("executorActor decodes arguments and fills holes with inputs, each for itself", async () => {
  await using rig = await ExecutorRig.start();
  const map = packValue(new Map([["a", 1]]), { besideBytesMin: 1e9 });
  const push = (list: number[], same: number[], name: string, entries: Map<string, number>) => {
    list.push(9);
    return [list, same, name, entries.get("a")];
  };
  const list = packValue([1, 2], { besideBytesMin: 1e9 });
  const runId = rig.run(push, { args: [[0], [0], "x", map], deps: ["k"], inputs: [list] });
  assertEquals(await rig.result(runId), [[1, 2, 9], [1, 2], "x", 1]);
});

Deno.test("executorActor gives a constant as it came, unread", async () => {
  await using rig = await ExecutorRig.start();
  const unreadable = Uint8Array.of(0xc1, 0xc1);
  const runId = rig.run(add, { fn: CONSTANT, args: [unreadable] });
  const { durationMs: _, ...rest } = await rig.next("finished", runId);
  assertEquals(rest, { type: "finished", runId, value: unreadable, bytes: 2, valueType: "value" });
});

Deno.test("executorActor waits for promises and thenables", async () => {
  await using rig = await ExecutorRig.start();
  const slow = async (x: number) => {
    await Promise.resolve();
    return x * 2;
  };
  // deno-lint-ignore no-explicit-any -- what a task returns may be anything
  const thenable = (x: number): any => ({ then: (resolve: (value: number) => void) => resolve(x + 1) });
  const runs = [rig.run(slow, { args: [21] }), rig.run(thenable, { args: [6] })];
  assertEquals(await Promise.all(runs.map((runId) => rig.result(runId))), [42, 7]);
});

Deno.test("executorActor tells the task's own error, thrown or rejected, as one that may be retried", async () => {
  await using rig = await ExecutorRig.start();
  const boom = (text: string) => {
    throw Object.assign(new RangeError(text, { cause: new Error("why") }), { limit: 7 });
  };
  const later = async (text: string) => {
    await Promise.resolve();
    throw new TypeError(text);
  };
  const [now, then] = [rig.run(boom, { args: ["too far"] }), rig.run(later, { args: ["later"] })];
  const failed = await rig.next("failed", now);
  assertEquals([failed.error.text, failed.retriable], ["RangeError: too far", true]);
  const error = await rig.failure(now);
  assert(error instanceof RangeError && error.cause instanceof Error);
  assertEquals([error.cause.message, Reflect.get(error, "limit")], ["why", 7]);
  assertEquals(String(await rig.failure(then)), "TypeError: later");
});

Deno.test("executorActor tells a thrown value that is no error", async () => {
  await using rig = await ExecutorRig.start();
  const runId = rig.run(() => {
    throw { status: 404 };
  });
  assertStringIncludes((await rig.next("failed", runId)).error.text, "{ status: 404 }");
});

Deno.test("executorActor refuses a result that cannot travel, for good, with the path to it", async () => {
  await using rig = await ExecutorRig.start();
  const runId = rig.run(() => ({ list: [1, new WeakMap()] }), { key: "make-1" });
  const failed = await rig.next("failed", runId);
  assertEquals(failed.retriable, false);
  const error = hasCode("task/not-serializable", await rig.failure(runId));
  assertStringIncludes(error.message, 'Cannot return from task "make-1": result.list[1]');
  assertEquals(error.details, { path: "result.list[1]" });
});

Deno.test("executorActor fails a run whose function is unknown, does not compile or cannot be imported", async () => {
  await using rig = await ExecutorRig.start();
  const unknown = rig.run(add, { fn: "no-such-hash" });
  const broken = rig.run(groupOf("f", "(x) => x +"));
  const missing = rig.run({ kind: "module", url: "data:text/javascript,throw 1", name: "f" });
  const empty = rig.run({ kind: "module", url: "data:text/javascript,export const g = 1", name: "g" });
  const after = rig.run(add, { args: [1, 1] });
  hasCode("wire/malformed", await rig.failure(unknown));
  for (const runId of [broken, missing, empty]) hasCode("input/invalid", await rig.failure(runId));
  assertEquals(await rig.result(after), 2);
});

Deno.test("executorActor runs an export of a module, once imported", async () => {
  await using rig = await ExecutorRig.start();
  const url = "data:text/javascript,let n = 0; export const count = (by) => n += by";
  const runs = [1, 10].map((by) => rig.run({ kind: "module", url, name: "count" }, { args: [by] }));
  assertEquals(await Promise.all(runs.map((runId) => rig.result(runId))), [1, 11]);
});

Deno.test("executorActor tells a task about itself and its worker", async () => {
  await using rig = await ExecutorRig.start();
  const about = async () => {
    await Promise.resolve();
    const { signal, ...rest } = currentTask();
    return { ...rest, aborted: signal.aborted, worker: getWorker().name };
  };
  const runId = rig.run(about, { key: "about-1", attempt: 2, user: 5 }, LIBRARY);
  assertEquals(await rig.result(runId), {
    key: "about-1",
    runId: String(runId),
    attempt: 2,
    priority: 5,
    aborted: false,
    worker: "alice",
  });
});

Deno.test("executorActor drops a run that is cancelled before it begins", async () => {
  await using rig = await ExecutorRig.start();
  const busy = rig.run(untilAborted, { announce: true }, LIBRARY);
  const queued = rig.run(add, { args: [1, 2] });
  await rig.next("started");
  rig.tell({ type: "cancel", runId: queued, reason: "" });
  await rig.next("stopped", queued);
  assertEquals([rig.story(busy), rig.owner.begun()], [[], [busy]]);
  rig.tell({ type: "cancel", runId: busy, reason: "no need" });
  await rig.next("stopped", busy);
  assertEquals([rig.story(queued), rig.story(busy)], [["stopped"], ["stopped"]]);
});

Deno.test("executorActor signals a run that is cancelled after it began; however it ends, it has stopped", async () => {
  await using rig = await ExecutorRig.start();
  const hears = async () => {
    const { signal } = currentTask();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return signal.reason.message;
  };
  const runId = rig.run(hears, { key: "hears-1", announce: true }, LIBRARY);
  await rig.next("started");
  rig.tell({ type: "cancel", runId, reason: "no need" });
  await rig.next("stopped", runId);
  assertEquals(rig.story(runId), ["stopped"]);
  rig.tell({ type: "cancel", runId, reason: "again" }, { type: "cancel", runId: 99, reason: "unknown" });
  const after = rig.run(add, { args: [1, 2] });
  assertEquals(await rig.result(after), 3);
  assertEquals(rig.told("stopped").length, 1);
});

Deno.test("executorActor does not call a function whose run was cancelled while its module was imported", async () => {
  await using rig = await ExecutorRig.start();
  const name = `called_${crypto.randomUUID().replaceAll("-", "")}`;
  const url = `data:text/javascript,await new Promise((go) => setTimeout(go, 5)); export const f = () => ${name} = 1`;
  const runId = rig.run({ kind: "module", url, name: "f" }, { announce: true });
  await rig.next("started");
  rig.tell({ type: "cancel", runId, reason: "" });
  await rig.next("stopped", runId);
  assertEquals(Reflect.get(globalThis, name), undefined);
});

Deno.test("executorActor signals a run that is out of time, and fails it with task/timeout", async () => {
  const clock = new FakeClock();
  await using rig = await ExecutorRig.start({ clock });
  const runId = rig.run(untilAborted, { key: "slow-1", timeoutMs: 250 }, LIBRARY);
  while (clock.waitingCount === 0) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(249);
  assertEquals(rig.story(runId), []);
  clock.advance(1);
  const failed = await rig.next("failed", runId);
  assertEquals(failed.retriable, true);
  const error = hasCode("task/timeout", await rig.failure(runId));
  assertEquals(error.message, 'Cannot finish task "slow-1" within 250 ms');
});

Deno.test("executorActor leaves no timer behind a run that was in time", async () => {
  const clock = new FakeClock();
  await using rig = await ExecutorRig.start({ clock });
  await rig.result(rig.run(add, { args: [1, 2], timeoutMs: 250 }));
  assertEquals(clock.waitingCount, 0);
});

Deno.test("executorActor tells that a task asked to be placed again", async () => {
  await using rig = await ExecutorRig.start();
  const again = () => {
    throw new Reschedule();
  };
  const runId = rig.run(again, {}, LIBRARY);
  await rig.next("rescheduled", runId);
  assertEquals(rig.story(runId), ["rescheduled"]);
});

Deno.test("executorActor says started in a batch of its own before the first line of an announced run", async () => {
  await using rig = await ExecutorRig.start();
  const runId = rig.run(add, { args: [1, 2], announce: true });
  await rig.result(runId);
  assertEquals(rig.batches.map((batch) => batch.map(({ type }) => type)), [["started"], ["finished"]]);
  assertEquals(rig.told("started")[0]?.runIds, [runId]);
});

Deno.test("executorActor answers pings while a task waits, with its runs and its heap limit", async () => {
  await using rig = await ExecutorRig.start();
  const runId = rig.run(untilAborted, {}, LIBRARY);
  rig.tell({ type: "ping", pingId: 7 });
  const { pingId, heapLimitBytes, runIds } = await rig.next("pong");
  assertEquals([pingId, runIds], [7, [runId]]);
  assert(heapLimitBytes >= 0);
  rig.tell({ type: "cancel", runId, reason: "" });
  await rig.next("stopped", runId);
});

Deno.test("executorActor skips a run that was taken back, without a word", async () => {
  await using rig = await ExecutorRig.start();
  const runId = rig.run(add, { args: [1, 2] });
  assert(rig.owner.takeBack(runId));
  await rig.result(rig.run(add, { args: [2, 2] }));
  assertEquals(rig.story(runId), []);
});

Deno.test("executorActor gives its thread to others while a task awaits a future", async () => {
  await using rig = await ExecutorRig.start();
  const parent = async () => {
    const child = getClient().with({ key: "child-1" }).submit((x: number) => x, 20);
    return await child.result() + 1;
  };
  const runId = rig.run(parent, { depth: 0 }, LIBRARY);
  await rig.next("suspended", runId);
  const { clientId } = await rig.heardOf("register-client");
  const submitted = await rig.heardOf("submit");
  assertEquals([submitted.key, submitted.parent], ["child-1", runId]);
  assertEquals(await rig.result(rig.run(add, { args: [1, 2] })), 3);
  rig.finish(clientId, "child-1", 41);
  assertEquals(await rig.result(runId), 42);
  assertEquals(rig.story(runId), ["suspended", "resumed", "finished"]);
});

Deno.test("executorActor ends the wait of a suspended task that is cancelled", async () => {
  await using rig = await ExecutorRig.start();
  const parent = () => getClient().with({ key: "never-1" }).submit((x: number) => x, 1).result();
  const runId = rig.run(parent, {}, LIBRARY);
  await rig.next("suspended", runId);
  rig.tell({ type: "cancel", runId, reason: "" });
  await rig.next("stopped", runId);
  assertEquals(rig.story(runId), ["suspended", "resumed", "stopped"]);
});

Deno.test("executorActor begins nothing after its stop, and gives up what its tasks held", async () => {
  await using rig = await ExecutorRig.start();
  await rig.result(rig.run(() => getClient().status, {}, LIBRARY));
  await rig.heardOf("register-client");
  const busy = rig.run(untilAborted, { announce: true }, LIBRARY);
  await rig.next("started");
  const queued = rig.run(add, { args: [1, 2] });
  rig.tell({ type: "ping", pingId: 1 });
  await rig.next("pong");
  await rig.stop();
  assertEquals((await rig.heardOf("unregister-client")).type, "unregister-client");
  assertEquals([rig.story(busy), rig.story(queued), rig.owner.begun()], [[], [], [busy]]);
});

Deno.test("executorActor refuses to be made without arguments", async () => {
  await using rig = await ExecutorRig.start();
  for (const args of [undefined, {}, { executorId: "e" }]) {
    await failsWith("wire/malformed", () => executorActor.create(args, { system: rig.core }));
  }
  await assertRejects(() => rig.core.ref("local:///nobody#nowhere", executorActor.conversation).ask([]), Error);
});
