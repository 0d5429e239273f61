import { assert, assertEquals, assertFalse } from "@std/assert";
import type { SchedulerToWorker } from "../../../actors/protocol/worker_scheduler.ts";
import { wantsResult } from "../../../actors/worker/machine/reports.ts";
import { finished, Rig, run } from "./rig.ts";

const cancel = (runId: number, graceMs = 100): SchedulerToWorker => ({
  type: "cancel-run",
  runId,
  reason: "not wanted",
  graceMs,
});

/** Two short runs in the hands of the only executor. */
function pipelined(): Rig {
  const rig = new Rig();
  rig.scheduler(run(1001));
  rig.executor(1, finished(1001));
  rig.scheduler(run(1), run(2));
  return rig;
}

Deno.test("takeBackRuns() returns at once what no executor has", () => {
  const rig = new Rig();
  rig.scheduler(run(1), run(2), run(3, { deps: ["a"], holders: [["w2"]] }));
  assertEquals(rig.scheduler({ type: "take-back", runIds: [2, 3, 99] }), ["> returned 2 3"]);
  assertEquals([rig.phase(1), rig.phase(2), rig.phase(3)], ["assigned", undefined, undefined]);
});

Deno.test("takeBackRuns() returns what executors give back, and leaves what has begun", () => {
  const rig = pipelined();
  assertEquals(rig.scheduler({ type: "take-back", runIds: [1, 2] }), ["take-back executor-1 1 2"]);
  assertEquals(rig.takenBack(1, 2), ["> started 1", "> returned 2"]);
  assertEquals(rig.executor(1, finished(1)), ["> finished 1 with value"]);
});

Deno.test("takeBackRuns() does not ask twice, and says nothing about a run that ends before the answer", () => {
  const rig = pipelined();
  rig.scheduler({ type: "take-back", runIds: [1] });
  assertEquals(rig.scheduler({ type: "take-back", runIds: [1] }), []);
  assertEquals(rig.executor(1, finished(1)), ["> finished 1 with value"]);
  assertEquals(rig.takenBack(1), []);
});

Deno.test("runsTakenBack() changes nothing for a run that has ended meanwhile", () => {
  const rig = pipelined();
  rig.scheduler({ type: "take-back", runIds: [1, 2] });
  rig.executor(1, finished(1));
  assertEquals(rig.takenBack(1, 1, 2), ["> returned 2"]);
});

Deno.test("takeBackRuns() gives back what a dying executor had not begun", () => {
  // 1. Run 1 ignores its cancellation, its executor is being ended; run 2 waits there.
  // 2. The scheduler wants run 2 back: nobody can be asked any more.
  // 3. With the executor's death it is given back instead of queued again; a cancelled one has stopped.
  const rig = pipelined();
  rig.scheduler(run(3));
  rig.executor(1, { type: "started", runIds: [1] });
  rig.scheduler(cancel(1));
  rig.woken(100);
  assertEquals(rig.scheduler({ type: "take-back", runIds: [2] }, cancel(3)), []);
  assertEquals(rig.died(1, [1]), ["start executor-2", "> stopped 1", "> stopped 3", "> returned 2"]);
});

Deno.test("takeBackRuns() asks again for a run that has come to another executor", () => {
  const rig = pipelined();
  const second = rig.state.runs.get(2)!;
  second.askedFor = "balance";
  rig.state.executors.get("executor-1")!.asked.push([second]);
  rig.died(1, [1]);
  rig.step({ type: "executor-ready", atMs: 1, executorId: "executor-2" });
  assertEquals(rig.scheduler({ type: "take-back", runIds: [2] }), ["take-back executor-2 2"]);
});

Deno.test("takeBackRuns() overrides a take-back for the sake of balance", () => {
  const rig = pipelined();
  const executor = rig.state.executors.get("executor-1")!;
  const second = rig.state.runs.get(2)!;
  second.askedFor = "balance";
  executor.asked.push([second]);
  assertEquals(rig.scheduler({ type: "take-back", runIds: [2] }), []);
  assertEquals(rig.takenBack(1, 2), ["> returned 2"]);
});

Deno.test("cancelRun() stops at once what no executor has", () => {
  const rig = new Rig();
  rig.scheduler(run(1), run(2), run(3, { deps: ["a"], holders: [["w2"]] }));
  assertEquals(rig.scheduler(cancel(2), cancel(3), cancel(99)), ["> stopped 2", "> stopped 3"]);
  assertEquals(rig.state.inputs.size, 0);
});

Deno.test("cancelRun() takes back what has not begun, so that nobody suffers for it", () => {
  // 1. Run 1 is long; run 2 waits behind it in the executor.
  // 2. Run 2 is cancelled: it is taken back, not signalled.
  // 3. When the grace is over, the executor lives.
  const rig = pipelined();
  rig.executor(1, { type: "started", runIds: [1] });
  assertEquals(rig.scheduler(cancel(2)), ["take-back executor-1 2"]);
  assertEquals(rig.takenBack(1, 2), ["> stopped 2"]);
  assertEquals(rig.woken(100), []);
  assertEquals(rig.phase(1), "running");
});

Deno.test("cancelRun() signals what has begun, and ends the executor when that is ignored", () => {
  // 1. Run 1 runs and is signalled; run 3 is suspended there, run 2 waits there.
  // 2. It ignores the signal; after the grace its executor is ended.
  // 3. Run 1 has stopped; run 3 is lost without blame; run 2 goes to the new executor.
  const rig = new Rig();
  rig.scheduler(run(1001));
  rig.executor(1, finished(1001));
  rig.scheduler(run(3), run(1), run(2));
  rig.executor(1, { type: "suspended", runId: 3 }, { type: "started", runIds: [1] });
  assertEquals(rig.scheduler(cancel(1)), ["executor-1 < cancel 1 not wanted"]);
  assertEquals(rig.woken(99), []);
  const reason = 'ended because it ignored the cancellation of task "k1"';
  assertEquals(rig.woken(100), [`end executor-1: ${reason}`]);
  assertEquals(rig.scheduler(run(4)), []);
  assertEquals(rig.died(1, [1, 3], reason), [
    "start executor-2",
    "> stopped 1",
    `> died 3 not started: ${reason}`,
  ]);
  assertEquals([rig.phase(2), rig.phase(4)], ["ready", "ready"]);
  assertEquals(rig.step({ type: "executor-ready", atMs: 101, executorId: "executor-2" }).slice(0, 2), [
    "executor-2 < define f",
    "executor-2 < execute 2",
  ]);
});

Deno.test("cancelRun() signals a run that turns out to have begun", () => {
  const rig = pipelined();
  assertEquals(rig.scheduler(cancel(1)), ["take-back executor-1 1"]);
  assertEquals(rig.takenBack(1), ["executor-1 < cancel 1 not wanted"]);
  assertEquals(rig.executor(1, { type: "stopped", runId: 1 }), ["> stopped 1"]);
  assertEquals(rig.state.alarms.size, 0);
});

Deno.test("cancelRun() hurries when it is asked again with less grace", () => {
  const rig = new Rig();
  rig.scheduler(run(1));
  rig.executor(1, { type: "started", runIds: [1] });
  rig.scheduler(cancel(1, 1000));
  assertEquals(rig.scheduler(cancel(1, 10)), []);
  assertEquals(rig.woken(10).length, 1);
});

Deno.test("a late finish of a cancelled run drops its value", () => {
  const rig = new Rig();
  rig.scheduler(run(1));
  rig.executor(1, { type: "started", runIds: [1] });
  rig.scheduler(cancel(1));
  assertEquals(rig.executor(1, finished(1)), ["> stopped 1", "drop k1"]);
  assertEquals(rig.state.values.size, 0);
});

Deno.test("a late finish of a cancelled run leaves the value of another run of its key", () => {
  // 1. Run 1 of key x is cancelled while it runs on one executor.
  // 2. x is submitted again; run 2 finishes on the other executor.
  // 3. Run 1 finishes late.
  const rig = new Rig({ threads: 2 });
  rig.scheduler(run(1, { key: "x" }));
  rig.executor(2, { type: "started", runIds: [1] });
  rig.scheduler(cancel(1));
  rig.scheduler(run(2, { key: "x" }));
  rig.executor(1, finished(2, 0.01, 20));
  assertEquals(rig.executor(2, finished(1)), ["> stopped 1"]);
  assertEquals(rig.state.values.get("x")?.bytes, 20);
});

Deno.test("wantsResult() refuses the result of a run that is cancelled, ended, or in other hands", () => {
  const rig = new Rig({ threads: 2 });
  rig.scheduler(run(1));
  assert(wantsResult(rig.state, "executor-2", 1));
  assertFalse(wantsResult(rig.state, "executor-1", 1));
  rig.scheduler(cancel(1));
  assertFalse(wantsResult(rig.state, "executor-2", 1));
  rig.executor(2, { type: "stopped", runId: 1 });
  assertFalse(wantsResult(rig.state, "executor-2", 1));
});

Deno.test("a late finish does not drop what the same batch stores under its key", () => {
  const rig = new Rig();
  rig.scheduler(run(1, { key: "x" }), run(2, { key: "x" }));
  rig.executor(1, { type: "suspended", runId: 1 });
  rig.scheduler(cancel(1));
  assertEquals(rig.executor(1, finished(1), finished(2)), ["> stopped 1", "> finished 2 with value"]);
  assert(rig.state.values.has("x"));
});

Deno.test("a cancelled run that suspends makes room, and its failure counts as its stop", () => {
  const rig = new Rig();
  rig.scheduler(run(1), run(2));
  rig.executor(1, { type: "started", runIds: [1] });
  rig.scheduler(cancel(1));
  assertEquals(rig.executor(1, { type: "suspended", runId: 1 }).at(-1), "executor-1 < execute 2");
  const error = { text: "AbortError", value: undefined };
  assertEquals(rig.executor(1, { type: "failed", runId: 1, error, durationMs: 1, retriable: true }), ["> stopped 1"]);
});

Deno.test("a run that ignores its time limit is failed, and its executor ended", () => {
  // 1. Run 1 may take 50 ms; the executor should fail it then.
  // 2. It does not, within the grace: the worker does.
  // 3. What the run still says is nothing to anybody; its value is dropped.
  const rig = new Rig({ limits: { cancelGraceMs: 10 } });
  rig.scheduler(run(1, { timeoutMs: 50, announce: true }));
  rig.nowMs = 5;
  rig.executor(1, { type: "started", runIds: [1] });
  assertEquals(rig.woken(64), []);
  assertEquals(rig.woken(65), [
    '> failed 1 task/timeout: Cannot finish task "k1": it ran longer than 50 ms',
    'end executor-1: ended because task "k1" ignored its time limit',
  ]);
  assertEquals(rig.executor(1, finished(1)), ["drop k1"]);
  assertEquals(rig.died(1, [1]), ["start executor-2"]);
});

Deno.test("a run that ended in time has no alarm", () => {
  const rig = new Rig();
  rig.scheduler(run(1, { timeoutMs: 50 }));
  rig.executor(1, { type: "started", runIds: [1] }, finished(1));
  assertEquals(rig.woken(10_000), []);
  assertEquals(rig.state.alarms.size, 0);
});
