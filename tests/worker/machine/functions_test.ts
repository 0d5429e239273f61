import { assert, assertEquals, assertFalse } from "@std/assert";
import { FUNCTIONS_MAX } from "../../../actors/worker/machine/functions.ts";
import { FunctionRecord } from "../../../actors/worker/machine/function_record.ts";
import { define, finished, Rig, run } from "./rig.ts";

Deno.test("defineFunction() forgets functions not used of late, but none with a run in hand", () => {
  const rig = new Rig();
  rig.scheduler(run(1, { fn: "f" }));
  rig.executor(1, finished(1));
  rig.scheduler(run(2, { fn: "g" }));
  for (let i = 0; i < 2 * FUNCTIONS_MAX; i += 1000) {
    const messages = Array.from({ length: 1000 }, (_, j) => define(`h${i + j}`));
    rig.scheduler(...messages);
  }
  assertEquals(rig.state.functions.size, FUNCTIONS_MAX);
  assertFalse(rig.state.functions.has("f"));
  assert(rig.state.functions.has("g"));
  assertEquals(rig.state.executors.get("executor-1")!.functions.size, 1);
});

Deno.test("defineFunction() keeps what is known of a function that is defined again", () => {
  const rig = new Rig();
  const known = rig.state.functions.get("f");
  rig.scheduler(define("f"));
  assert(rig.state.functions.get("f") === known);
});

Deno.test("FunctionRecord.learn() follows what runs take", () => {
  const fn = new FunctionRecord("f", "f", null);
  fn.learn(10);
  assertEquals(fn.meanMs, 10);
  for (let i = 0; i < 20; i++) fn.learn(1);
  assert(fn.meanMs > 1 && fn.meanMs < 1.1);
});
