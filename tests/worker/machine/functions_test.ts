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
  assert(rig.state.functions.size <= FUNCTIONS_MAX);
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
  const fn = new FunctionRecord("f", "f", null, []);
  fn.learn(10);
  assertEquals(fn.meanMs, 10);
  for (let i = 0; i < 20; i++) fn.learn(1);
  assert(fn.meanMs > 1 && fn.meanMs < 1.1);
});

Deno.test("a run is told to an executor after its function, and this after what it requires, each once", () => {
  const rig = new Rig({ threads: 2 });
  const told = rig.scheduler(
    ...[define("a", "b", "c"), define("b", "a"), define("c"), define("p", "a"), define("q", "c", "a")],
    ...[run(1, { fn: "p" }), run(2, { fn: "q" })],
  );
  assertEquals(told, [
    ...["executor-2 < define b", "executor-2 < define c", "executor-2 < define a", "executor-2 < define p"],
    "executor-2 < execute 1",
    ...["executor-1 < define c", "executor-1 < define b", "executor-1 < define a", "executor-1 < define q"],
    "executor-1 < execute 2",
  ]);
  rig.executor(1, finished(2, 100));
  assertEquals(rig.scheduler(run(3, { fn: "p" })), ["executor-1 < define p", "executor-1 < execute 3"]);
});

Deno.test("a run whose function is not there, or lacks what it requires, is given back with what is missing", () => {
  const rig = new Rig();
  assertEquals(rig.scheduler(run(1, { fn: "x" })), ["> missing-functions 1 x"]);
  rig.scheduler(define("a", "b"), define("x", "a", "c"));
  assertEquals(rig.scheduler(run(2, { fn: "x" })), ["> missing-functions 2 b c"]);
  assertEquals(rig.state.runs.size, 0);
  rig.scheduler(define("b", "a"), define("c"));
  assertEquals(rig.scheduler(run(3, { fn: "x" })).at(-1), "executor-1 < execute 3");
});

Deno.test("what a used function requires is kept with it; what is forgotten is forgotten by the executors", () => {
  const rig = new Rig();
  rig.scheduler(define("a", "b"), define("b", "a"), define("x", "a"), define("y", "a"), define("c"), define("z", "c"));
  for (const [i, fn] of ["x", "z"].entries()) {
    rig.scheduler(run(i, { fn }));
    rig.executor(1, finished(i));
  }
  const told: string[] = [];
  for (let i = 0; i < 2 * FUNCTIONS_MAX; i += 1000) {
    const runId = 10 + i;
    told.push(
      ...rig.scheduler(...Array.from({ length: 1000 }, (_, j) => define(`h${i + j}`)), run(runId, { fn: "x" })),
    );
    rig.executor(1, finished(runId));
  }
  const known = ["a", "b", "x", "y", "c", "z"].filter((hash) => rig.state.functions.has(hash));
  assertEquals(known, ["a", "b", "x"]);
  assertEquals(told.filter((line) => !line.includes("execute")), ["executor-1 < forget c z"]);
  assertEquals(rig.scheduler(run(9, { fn: "z" })), ["> missing-functions 9 z"]);
});
