import { assertEquals } from "@std/assert";
import { failed, finished, MachineWorld } from "./machine_world.ts";

function cancelOf(keys: string[], force = false) {
  return { type: "cancel", ackId: 9, keys, force, reason: "enough" } as const;
}

function world1x1(): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  return world;
}

Deno.test("scenario 47: cancel() stops pending, running and finished tasks with their dependants", () => {
  const world = world1x1();
  world.submit("finished");
  world.finish(world.run("finished"));
  world.submit("running");
  world.submit("dependent", { deps: ["running"] });
  world.submit("pending");
  world.client("c1", cancelOf(["finished", "running", "pending"]));
  for (const key of ["finished", "running", "dependent", "pending"]) {
    assertEquals([key, world.stateOf(key), world.told(key).at(-1)], [key, "cancelled", "cancelled"]);
  }
  assertEquals(world.last(), { type: "done", ackId: 9 });
  assertEquals([world.freed(), world.count("w1", "cancel-run")], [["finished"], 1]);
});

Deno.test("scenario 49: cancel() counts the slot as busy until the run has stopped", () => {
  const world = world1x1();
  world.submit("x");
  const run = world.run("x");
  world.client("c1", cancelOf(["x"]));
  world.submit("y");
  assertEquals(world.stateOf("y"), "queued");
  world.worker("w1", { type: "stopped", runId: run.runId });
  assertEquals(world.stateOf("y"), "processing");
});

Deno.test("scenario 49: cancel() counts resources as taken until the run has stopped", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1", 4, { licence: 1 });
  const options = { resources: { licence: 1 } };
  world.submit("x", { options });
  const run = world.run("x");
  world.client("c1", cancelOf(["x"]));
  world.submit("y", { options });
  world.submit("free");
  assertEquals([world.stateOf("y"), world.stateOf("free")], ["queued", "processing"]);
  world.worker("w1", { type: "stopped", runId: run.runId });
  assertEquals(world.stateOf("y"), "processing");
});

Deno.test("scenario 47: cancel() leaves to others what they want, unless it is forced", () => {
  const world = world1x1();
  world.addClient("c2");
  world.submit("x", {}, "c1");
  world.submit("x", {}, "c2");
  world.client("c1", cancelOf(["x"]));
  assertEquals([world.told("x", "c1"), world.told("x", "c2"), world.stateOf("x")], [["cancelled"], [], "processing"]);
  world.client("c2", cancelOf(["x"], true));
  assertEquals([world.told("x", "c2"), world.stateOf("x")], [["cancelled"], "cancelled"]);
});

Deno.test("cancel() leaves what another client's task needs", () => {
  const world = world1x1();
  world.addClient("c2");
  world.submit("x", {}, "c1");
  world.submit("y", { deps: ["x"] }, "c2");
  world.client("c1", cancelOf(["x"]));
  assertEquals([world.told("x"), world.stateOf("x"), world.stateOf("y")], [["cancelled"], "processing", "waiting"]);
});

Deno.test("scenario 50: cancel() then submit of the same key while the old run goes on gives one value", () => {
  // 1. x runs. 2. It is cancelled and submitted again at once. 3. The new run must wait for the slot. 4. The old run
  // finishes in spite of the signal: nobody hears of it. 5. The new run finishes.
  const world = world1x1();
  world.submit("x");
  const old = world.run("x");
  world.client("c1", cancelOf(["x"]));
  world.submit("x");
  assertEquals([world.stateOf("x"), world.told("x")], ["queued", ["cancelled", "pending"]]);
  world.worker("w1", finished(old.runId));
  assertEquals([world.freed(), world.stateOf("x")], [["x"], "processing"]);
  world.finish(world.run("x"));
  assertEquals(world.told("x"), ["cancelled", "pending", "finished"]);
});

Deno.test("scenario 10: submit() on a cancelled dependency is cancelled", () => {
  const world = world1x1();
  world.submit("x");
  world.client("c1", cancelOf(["x"]));
  world.submit("y", { deps: ["x"] });
  assertEquals(world.told("y"), ["cancelled"]);
});

Deno.test("a cancelled key may name another task", () => {
  const world = world1x1();
  world.submit("x", { args: [1] });
  world.client("c1", cancelOf(["x"]));
  world.worker("w1", { type: "stopped", runId: world.run("x").runId });
  world.submit("x", { args: [2] });
  assertEquals(world.run("x").args, [2]);
});

Deno.test("scenario 22: retry() runs a failed chain again from its root", () => {
  const world = world1x1();
  world.submit("x");
  world.submit("y", { deps: ["x"] });
  world.submit("z", { deps: ["y"] });
  world.worker("w1", failed(world.run("x").runId));
  world.client("c1", { type: "retry", ackId: 3, keys: ["z"] });
  for (const key of ["x", "y", "z"]) assertEquals(world.told(key), ["failed", "pending"]);
  for (const key of ["x", "y", "z"]) world.finish(world.run(key));
  assertEquals(world.told("z"), ["failed", "pending", "finished"]);
});

Deno.test("retry() starts from a root that nobody claims any more", () => {
  const world = world1x1();
  world.submit("x");
  world.submit("y", { deps: ["x"] });
  world.worker("w1", failed(world.run("x").runId));
  world.client("c1", { type: "release", keys: ["x"] });
  world.client("c1", { type: "retry", ackId: 3, keys: ["y"] });
  world.finish(world.run("x"));
  world.finish(world.run("y"));
  assertEquals(world.told("y"), ["failed", "pending", "finished"]);
});
