import { assertEquals } from "@std/assert";
import { death, finished, lines, Rig, run } from "./rig.ts";

/** Three short runs in the hands of the only executor. */
function pipelined(): Rig {
  const rig = new Rig();
  rig.scheduler(run(1001));
  rig.executor(1, finished(1001));
  rig.scheduler(run(1), run(2), run(3));
  return rig;
}

Deno.test("executorDied() blames the runs that had begun, and keeps the others", () => {
  const rig = pipelined();
  assertEquals(rig.died(1, [1]), ["start executor-2", "> died 1 started: exited with code 7"]);
  assertEquals([rig.phase(1), rig.phase(2), rig.phase(3)], [undefined, "ready", "ready"]);
  const effects = rig.step({ type: "executor-ready", atMs: 1, executorId: "executor-2" });
  assertEquals(effects, ["executor-2 < define f", "executor-2 < execute 2", "executor-2 < execute 3"]);
});

Deno.test("executorDied() blames a run that is known to have begun even when the board does not tell", () => {
  const rig = pipelined();
  rig.executor(1, { type: "suspended", runId: 1 });
  assertEquals(rig.died(1, []), ["start executor-2", "> died 1 started: exited with code 7"]);
});

Deno.test("executorDied() returns what the scheduler had asked for, and stops what it had cancelled", () => {
  const rig = pipelined();
  rig.scheduler({ type: "take-back", runIds: [2] }, { type: "cancel-run", runId: 3, reason: "", graceMs: 9 });
  assertEquals(rig.died(1, [1]), [
    "start executor-2",
    "> died 1 started: exited with code 7",
    "> stopped 3",
    "> returned 2",
  ]);
  assertEquals(rig.takenBack(1, 2, 3), []);
});

Deno.test("executorDied() fetches the inputs again that were dropped since the run was handed out", () => {
  const rig = new Rig();
  rig.put("a");
  rig.scheduler(run(1, { deps: ["a"], holders: [["w1", "w2"]] }));
  assertEquals(rig.scheduler({ type: "free", keys: ["a"] }), ["drop a"]);
  assertEquals(rig.died(1, []), ["start executor-2", "fetch 1 w2 a"]);
  assertEquals(rig.phase(1), "fetching");
});

Deno.test("executorDied() ignores what a dead executor still says", () => {
  const rig = pipelined();
  rig.died(1, [1]);
  assertEquals(rig.executor(1, finished(1), finished(2)), []);
  assertEquals(rig.died(1, [2]), []);
  assertEquals(rig.phase(2), "ready");
});

Deno.test("executorDied() waits with the next start when three in a row died before they were ready", () => {
  const rig = new Rig();
  assertEquals(rig.died(1, []), ["start executor-2"]);
  assertEquals(rig.died(2, []), ["start executor-3"]);
  assertEquals(rig.died(3, []), ["start executor-4"]);
  const executorId = "executor-4";
  const effects = rig.effects({ type: "executor-died", atMs: 0, executorId, startedRuns: [], death: death("broke") });
  assertEquals(lines(effects), [
    "log warning: An executor ended: executor-4 broke",
    "log error: Cannot start executors: 3 in a row died before they were ready, the last broke",
    "wake 1000",
  ]);
  assertEquals(rig.woken(999), []);
  assertEquals(rig.woken(1000), ["start executor-5"]);
  rig.step({ type: "executor-ready", atMs: 1001, executorId: "executor-5" });
  assertEquals(rig.died(5, []), ["start executor-6"]);
});
