import { assert, assertEquals } from "@std/assert";
import type { WorkerEffect } from "../../../actors/worker/machine/effect.ts";
import { finished, Rig, run } from "./rig.ts";

function executed(effects: readonly WorkerEffect[], executorId: string): number[] {
  return effects.flatMap((effect) =>
    effect.type === "tell-executor" && effect.executorId === executorId
      ? effect.messages.flatMap((message) => message.type === "execute" ? [message.runId] : [])
      : []
  );
}

/** Makes `f` known as short: its next runs are given out in advance. */
function warm(rig: Rig, durationMs = 0.001): void {
  rig.scheduler(run(1001));
  rig.executor(rig.state.crew.length, finished(1001, durationMs));
}

Deno.test("handOut() takes higher user priority first, then the deeper run, then the older", () => {
  const rig = new Rig();
  rig.scheduler(run(1));
  rig.scheduler(run(2, { order: 9 }), run(3), run(4, { depth: 2 }), run(5, { user: 1, order: 99 }));
  const order: string[] = [];
  for (let runId = 1; order.length < 4;) {
    const [line] = rig.executor(1, finished(runId, 10)).filter((text) => text.includes("execute"));
    order.push(line!);
    runId = Number(line!.split(" ").at(-1));
  }
  assertEquals(order.map((line) => line.split(" ").at(-1)), ["5", "4", "3", "2"]);
});

Deno.test("handOut() queues nothing behind a run of a function that is not known to be short", () => {
  const rig = new Rig();
  rig.scheduler(run(1), run(2));
  assertEquals(rig.phase(2), "ready");
  assertEquals(rig.executor(1, finished(1, 100)).length, 2);
  rig.scheduler(run(3));
  assertEquals([rig.phase(2), rig.phase(3)], ["assigned", "ready"]);
});

Deno.test("handOut() spreads a burst of tiny runs evenly, in one message per executor", () => {
  const rig = new Rig({ threads: 2 });
  warm(rig);
  const messages = Array.from({ length: 500 }, (_, i) => run(i + 1));
  const effects = rig.effects({ type: "scheduler-said", atMs: 1, messages });
  assertEquals(executed(effects, "executor-1").length, 250);
  assertEquals(executed(effects, "executor-2").length, 250);
  assertEquals(effects.filter((effect) => effect.type === "tell-executor").length, 2);
});

Deno.test("handOut() gives out in advance no more than the limits allow", () => {
  const byCount = new Rig({ limits: { prefetchMax: 3 } });
  warm(byCount);
  const messages = Array.from({ length: 50 }, (_, i) => run(i + 1));
  assertEquals(executed(byCount.effects({ type: "scheduler-said", atMs: 1, messages }), "executor-1").length, 4);
  const byTime = new Rig({ limits: { prefetchTargetMs: 4 } });
  warm(byTime, 1);
  assertEquals(executed(byTime.effects({ type: "scheduler-said", atMs: 1, messages }), "executor-1").length, 4);
});

Deno.test("handOut() gives nothing in advance to an executor that is stuck", () => {
  const rig = new Rig();
  warm(rig);
  rig.scheduler(run(1));
  rig.nowMs = 5;
  assertEquals(rig.scheduler(run(2)), []);
  assertEquals(rig.phase(2), "ready");
});

Deno.test("handOut() prefers the executor used last", () => {
  const rig = new Rig({ threads: 3 });
  rig.scheduler(run(1), run(2));
  rig.executor(2, finished(2, 10));
  rig.executor(3, finished(1, 10));
  assert(rig.scheduler(run(3))[0]!.startsWith("executor-3"));
});

Deno.test("handOut() gives other runs to an executor while its run is suspended", () => {
  const rig = new Rig();
  rig.scheduler(run(1), run(2));
  assertEquals(rig.executor(1, { type: "suspended", runId: 1 }), ["executor-1 < execute 2", "> suspended 1"]);
  rig.scheduler(run(3));
  assertEquals(rig.executor(1, { type: "resumed", runId: 1 }), ["> resumed 1"]);
  assertEquals(rig.executor(1, finished(2, 10)), ["> finished 2 with value"]);
  assertEquals(rig.executor(1, finished(1, 10)), ["executor-1 < execute 3", "> finished 1 with value"]);
});

Deno.test("balance() gives runs that wait behind a long one to an idle executor", () => {
  // 1. Four tiny runs go to two executors, two each.
  // 2. executor-1 is done at once; the first run on executor-2 turns out to be long.
  // 3. After a few milliseconds the one behind it is taken back and given to executor-1.
  const rig = new Rig({ threads: 2 });
  warm(rig);
  rig.scheduler(run(1), run(2), run(3), run(4));
  const [first, second] = [...rig.state.executors.get("executor-2")!.runs].map((each) => each.runId);
  const others = [...rig.state.executors.get("executor-1")!.runs].map((each) => finished(each.runId));
  rig.nowMs = 1;
  rig.executor(1, ...others);
  assertEquals(rig.state.balanceAtMs, 5);
  assertEquals(rig.woken(5), [`take-back executor-2 ${first} ${second}`]);
  assertEquals(rig.takenBack(2, second!), [`executor-1 < execute ${second}`, `> started ${first}`]);
  assertEquals(rig.phase(first!), "running");
  assertEquals(rig.state.balanceAtMs, Infinity);
});

Deno.test("balance() asks for nothing when the executor is getting on", () => {
  const rig = new Rig({ threads: 2 });
  warm(rig);
  rig.scheduler(run(1), run(2), run(3), run(4), run(5), run(6));
  const mine = [...rig.state.executors.get("executor-2")!.runs].map((each) => each.runId);
  rig.executor(1, ...[...rig.state.executors.get("executor-1")!.runs].map((each) => finished(each.runId)));
  rig.nowMs = 3;
  rig.executor(2, finished(mine[0]!));
  assertEquals(rig.woken(4), []);
  assertEquals(rig.state.balanceAtMs, 8);
});

Deno.test("handOut() gives what runs aside to a busy executor at once, whose turn it does not take", () => {
  const rig = new Rig();
  rig.scheduler(run(1));
  const said = rig.scheduler(run(2), run(3, { isAside: true, user: 9 })).filter((line) => line.includes("execute"));
  assertEquals([said, rig.state.activeCount], [["executor-1 < execute 3"], 1]);
  rig.executor(1, finished(1, 10));
  assertEquals([rig.phase(2), rig.phase(3)], ["assigned", "assigned"]);
  assertEquals(rig.executor(1, finished(3, 10)), ["> finished 3 with value"]);
});
