import { troupeError } from "../../actors/base/errors.ts";
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { SystemCore } from "../../actors/actor/system_core.ts";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import { seededRandom } from "../../actors/base/random.ts";
import type { TaskWait } from "../../actors/client/task_context.ts";
import { ExecutorLoop } from "../../actors/executor/executor_loop.ts";
import { RunContext } from "../../actors/executor/run_context.ts";
import { TaskClient } from "../../actors/executor/task_client.ts";
import { TaskRun } from "../../actors/executor/task_run.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { execute } from "./execute_message.ts";

const WORKER = { address: "w1", name: "alice", threads: 1, memoryLimit: undefined, resources: {} };

/** A wait that ends as told. */
class TestWait<T> implements TaskWait<T> {
  readonly outcome: Promise<T>;
  endedWithTask = 0;
  #reject: (error: Error) => void = () => {};

  constructor(work: Promise<T>) {
    this.outcome = new Promise((resolve, reject) => {
      this.#reject = reject;
      work.then(resolve, reject);
    });
  }

  fail(error: Error): void {
    this.#reject(error);
  }

  taskEnded(): void {
    this.endedWithTask++;
  }
}

/** A run that has the executor of a loop whose turns are taken at once, with its context. */
function activeRun(): { run: TaskRun; context: RunContext; log: string[] } {
  const clock = new FakeClock();
  const core = new SystemCore({ clock, random: seededRandom(1), limits: DEFAULT_LIMITS });
  const log: string[] = [];
  const loop = new ExecutorLoop({
    clock,
    schedule: queueMicrotask,
    begin: () => true,
    execute: () => {},
    announce: () => {},
    suspended: () => log.push("suspended"),
    resumed: () => log.push("resumed"),
  });
  const run = new TaskRun(execute(7, { key: "k", attempt: 2, user: 5, clientId: "client-3" }));
  const client = new TaskClient(core, {
    executorId: "executor-1",
    workerId: "local:///worker#w",
    schedulerId: "local:///scheduler#s",
    worker: WORKER,
    board: new SharedArrayBuffer(4),
    ownsThread: false,
  });
  loop.add(run);
  return { run, context: new RunContext(run, WORKER, loop, client), log };
}

Deno.test("RunContext tells what a task may know about its run", () => {
  const { run, context } = activeRun();
  const { key, runId, attempt, priority, clientId, worker } = context;
  assertEquals([key, runId, attempt, priority, clientId], ["k", 7, 2, 5, "client-3"]);
  assertStrictEquals(worker, WORKER);
  assertStrictEquals(context.signal, run.signal);
});

Deno.test("RunContext.suspend() gives the executor away until the wait has settled", async () => {
  const { context, log } = activeRun();
  await Promise.resolve();
  assertEquals(await context.suspend(new TestWait(Promise.resolve(3))), 3);
  assertEquals(log, ["suspended", "resumed"]);
});

Deno.test("RunContext.suspend() ends with the run's own end, before or while it waits", async () => {
  const { run, context } = activeRun();
  await Promise.resolve();
  const waiting = context.suspend(new TestWait(new Promise(() => {})));
  run.endWith({ type: "cancelled", error: troupeError("task/cancelled", "Cannot go on: cancelled") });
  await assertRejects(() => waiting, Error, "cancelled");
  await assertRejects(() => context.suspend(new TestWait(new Promise(() => {}))), Error, "cancelled");
});

Deno.test("TaskRun.endWaits() tells the waits that go on, and no others, that their task has ended", async () => {
  const { run, context } = activeRun();
  await Promise.resolve();
  const over = new TestWait(Promise.resolve(1));
  await context.suspend(over);
  const open = new TestWait(new Promise(() => {}));
  void context.suspend(open);
  run.endWaits();
  assertEquals([over.endedWithTask, open.endedWithTask], [0, 1]);
});
