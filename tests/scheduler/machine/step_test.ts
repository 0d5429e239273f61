import { assertEquals } from "@std/assert";
import { MachineWorld } from "./machine_world.ts";

Deno.test("step() runs a task and tells its client when it finished", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  world.submit("x", { args: [1] });
  const run = world.run("x");
  assertEquals(world.stateOf("x"), "processing");
  assertEquals([run.attempt, run.announce, run.args, run.clientId], [1, true, [1], "c1"]);
  world.finish(run);
  assertEquals(world.last(), {
    type: "finished",
    key: "x",
    bytes: 10,
    valueType: "number",
    holders: ["w1"],
    hasValue: true,
    value: run.runId,
  });
  world.client("c1", { type: "release", keys: ["x"] });
  assertEquals(world.freed(), ["x"]);
  assertEquals(world.state.tasks.size, 0);
  assertEquals(world.state.runs.size, 0);
});

Deno.test("step() runs a dependent after its dependency and says who holds the input", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  world.submit("x");
  world.submit("y", { deps: ["x"] });
  assertEquals(world.stateOf("y"), "waiting");
  world.finish(world.run("x"));
  const run = world.run("y");
  assertEquals([run.deps, run.holders], [["x"], [["w1"]]]);
});

Deno.test("step() recomputes what a lost worker held when somebody needs it", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.submit("x");
  world.finish(world.run("x"));
  world.dropWorker("w1");
  assertEquals(world.stateOf("x"), "queued");
  world.addWorker("w2");
  world.finish(world.run("x", "w2"), "w2");
  assertEquals(world.told("x"), ["finished", "pending", "finished"]);
});
