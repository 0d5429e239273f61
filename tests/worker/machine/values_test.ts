import { assertEquals } from "@std/assert";
import { finished, Rig, run } from "./rig.ts";

const needs = (runId: number, deps: string[], holders: string[][]) => run(runId, { deps, holders });

Deno.test("freeValue() drops a value at once when no run needs it", () => {
  const rig = new Rig();
  rig.put("a");
  assertEquals(rig.scheduler({ type: "free", keys: ["a", "b"] }), ["drop a"]);
  assertEquals(rig.state.storedBytes, 0);
});

Deno.test("freeValue() keeps a value until the last run that needs it has an executor", () => {
  const rig = new Rig();
  rig.put("a");
  rig.scheduler(run(1), needs(2, ["a"], [["w1"]]), needs(3, ["a"], [["w1"]]));
  assertEquals(rig.scheduler({ type: "free", keys: ["a"] }), []);
  assertEquals(rig.executor(1, finished(1, 10)), ["executor-1 < execute 2", "> finished 1 with value"]);
  // The inputs of a run are read before the value is dropped.
  assertEquals(rig.executor(1, finished(2, 10)), ["executor-1 < execute 3", "> finished 2 with value", "drop a"]);
});

Deno.test("freeValue() drops a value with the cancellation of the run that needed it", () => {
  const rig = new Rig();
  rig.put("a");
  rig.scheduler(run(1), needs(2, ["a"], [["w1"]]), { type: "free", keys: ["a"] });
  assertEquals(rig.scheduler({ type: "take-back", runIds: [2] }), ["> returned 2", "drop a"]);
});

Deno.test("a freed value is given to no new run: its key may name something else by now", () => {
  // 1. Run 2 waits and needs a; a is freed.
  // 2. a is made anew on w2, run 3 needs that one.
  // 3. The old one goes with run 2; only then the new one is fetched.
  const rig = new Rig();
  rig.put("a");
  rig.scheduler(run(1), needs(2, ["a"], [["w1"]]), { type: "free", keys: ["a"] });
  assertEquals(rig.scheduler(needs(3, ["a"], [["w2"]])), []);
  assertEquals(rig.executor(1, finished(1, 10)), [
    "executor-1 < execute 2",
    "> finished 1 with value",
    "drop a",
    "fetch 1 w2 a",
  ]);
  assertEquals(rig.fetched(1, ["a"]), ["> stored a"]);
  assertEquals(rig.phase(3), "ready");
});

Deno.test("storeValue() replaces a freed value when its key is made here again", () => {
  const rig = new Rig();
  rig.put("a");
  rig.scheduler(run(1), needs(2, ["a"], [["w1"]]), { type: "free", keys: ["a"] }, needs(3, ["a"], [["w2"]]));
  rig.put("a");
  assertEquals([rig.phase(2), rig.phase(3)], ["ready", "ready"]);
  rig.executor(1, finished(1, 10));
  assertEquals(rig.executor(1, finished(2, 10)), ["executor-1 < execute 3", "> finished 2 with value"]);
});

Deno.test("a run that names an input twice needs it once", () => {
  const rig = new Rig();
  rig.scheduler(needs(1, ["a", "a"], [["w2"], ["w2"]]));
  assertEquals(rig.fetched(1, ["a"]), ["executor-1 < define f", "executor-1 < execute 1", "> stored a"]);
});
