import { assertEquals } from "@std/assert";
import { createWorkerState } from "../../../actors/worker/machine/state.ts";
import { begin, step } from "../../../actors/worker/machine/step.ts";
import { define, finished, lines, Rig, run, workerOptions } from "./rig.ts";

Deno.test("begin() starts the executors and registers", () => {
  const state = createWorkerState(workerOptions({ threads: 2 }));
  assertEquals(lines(begin(state)), ["start executor-1", "start executor-2", "> register-worker w1 threads=2"]);
});

Deno.test("step() keeps runs until an executor is ready", () => {
  const state = createWorkerState(workerOptions());
  begin(state);
  assertEquals(lines(step(state, { type: "scheduler-said", atMs: 1, messages: [define("f"), run(1)] })), []);
  const effects = step(state, { type: "executor-ready", atMs: 2, executorId: "executor-1" });
  assertEquals(lines(effects), ["executor-1 < define f", "executor-1 < execute 1", "wake 1002"]);
});

Deno.test("step() carries a run through to its result", () => {
  const rig = new Rig();
  assertEquals(rig.scheduler(run(1)), ["executor-1 < define f", "executor-1 < execute 1"]);
  assertEquals(rig.executor(1, finished(1)), ["> finished 1 with value"]);
  assertEquals(rig.state.values.get("k1")?.bytes, 10);
  assertEquals(rig.state.runs.size, 0);
});

Deno.test("step() tells a function to an executor once, and leaves large values where they are", () => {
  const rig = new Rig();
  rig.scheduler(run(1));
  assertEquals(rig.executor(1, finished(1, 0.01, 17_000)), ["> finished 1"]);
  assertEquals(rig.scheduler(run(2)), ["executor-1 < execute 2"]);
});

Deno.test("step() forwards what executors say of runs in hand", () => {
  const rig = new Rig();
  rig.scheduler(run(1), run(2), run(3));
  const printed = { type: "printed", clientId: "c1", key: "k1", stream: "out", text: "hello" } as const;
  assertEquals(rig.executor(1, { type: "started", runIds: [1] }, printed), ["> started 1", "> printed hello"]);
  assertEquals(rig.executor(1, { type: "suspended", runId: 1 }), ["executor-1 < execute 2", "> suspended 1"]);
  assertEquals(rig.executor(1, { type: "resumed", runId: 1 }), ["> resumed 1"]);
  const error = { text: "Error: no", value: undefined };
  assertEquals(rig.executor(1, { type: "failed", runId: 1, error, durationMs: 1, retriable: true }), [
    "> failed 1 Error: no",
  ]);
  assertEquals(rig.executor(1, { type: "rescheduled", runId: 2 }), ["executor-1 < execute 3", "> rescheduled 2"]);
});

Deno.test("step() ignores messages about runs that are not in that executor's hands", () => {
  const rig = new Rig({ threads: 2 });
  rig.scheduler(run(1));
  assertEquals(rig.phase(1), "assigned");
  // executor-2 was ready last, so it has the run.
  assertEquals(rig.executor(1, finished(1), { type: "suspended", runId: 1 }, { type: "stopped", runId: 9 }), []);
  assertEquals(rig.executor(7, finished(1)), []);
  assertEquals(rig.state.values.size, 0);
  assertEquals(rig.executor(2, finished(1)), ["> finished 1 with value"]);
});

Deno.test("step() stops on request, and hands out nothing from then on", () => {
  const rig = new Rig();
  assertEquals(rig.scheduler({ type: "stop-worker", reason: "scaled down" }, run(1)), ["stop: scaled down"]);
  assertEquals(rig.died(1, []), []);
});
