import { assertEquals } from "@std/assert";
import { dropClaims, endClaimant, holdClaims } from "../../../actors/scheduler/machine/claimants.ts";
import { settle } from "../../../actors/scheduler/machine/settle.ts";
import { validate } from "../../../actors/scheduler/machine/validate.ts";
import { failed, MachineWorld } from "./machine_world.ts";

function world1x1(...keys: string[]): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  for (const key of keys) {
    world.submit(key);
    world.finish(world.run(key));
  }
  return world;
}

/** Something happens in the midst of a step; its consequences are told with the next one. */
function within(world: MachineWorld, act: () => void): void {
  act();
  settle(world.state);
  world.advance(0);
  world.worker("w1", { type: "heartbeat", runIds: [], rssBytes: 1, storedBytes: 1 });
  validate(world.state);
}

Deno.test("holdClaims() keeps values after their client has gone, until dropClaims()", () => {
  const world = world1x1("x", "y");
  within(world, () => assertEquals(holdClaims(world.state, "queue:q", ["x", "nothing"]), ["nothing"]));
  world.client("c1", { type: "unregister-client" });
  assertEquals([world.stateOf("x"), world.freed(), world.state.tasks.size], ["memory", ["y"], 1]);
  within(world, () => dropClaims(world.state, "queue:q", ["x", "nothing"]));
  assertEquals([world.freed(), world.state.tasks.size, world.state.claimants.size], [["y", "x"], 0, 0]);
});

Deno.test("holdClaims() counts: what is claimed twice is let go at the second dropClaims()", () => {
  const world = world1x1("x");
  within(world, () => void holdClaims(world.state, "queue:q", ["x", "x"]));
  world.client("c1", { type: "unregister-client" });
  within(world, () => dropClaims(world.state, "queue:q", ["x"]));
  assertEquals(world.freed(), []);
  within(world, () => dropClaims(world.state, "queue:q", ["x"]));
  assertEquals(world.freed(), ["x"]);
});

Deno.test("endClaimant() lets go of everything, however often it was claimed", () => {
  const world = world1x1("x", "y");
  within(world, () => void holdClaims(world.state, "variable:v", ["x", "y", "y"]));
  world.client("c1", { type: "unregister-client" });
  within(world, () => endClaimant(world.state, "variable:v"));
  assertEquals([world.freed(), world.state.claimants.size], [["x", "y"], 0]);
});

Deno.test("holdClaims() has what a worker took along computed again", () => {
  const world = world1x1("x");
  within(world, () => void holdClaims(world.state, "queue:q", ["x"]));
  world.client("c1", { type: "release", keys: ["x"] });
  world.addWorker("w2");
  world.dropWorker("w1");
  assertEquals(world.stateOf("x"), "processing");
  world.finish(world.run("x", "w2"), "w2");
  assertEquals(world.stateOf("x"), "memory");
});

Deno.test("keepRunning() keeps a task running without anybody; what is over is let go", () => {
  const world = world1x1("done");
  world.submit("x");
  world.client("c1", { type: "fire-and-forget", keys: ["x", "x", "done", "nothing"] });
  world.client("c1", { type: "unregister-client" });
  assertEquals([world.stateOf("x"), world.stateOf("done"), world.freed()], ["processing", "unknown", ["done"]]);
  world.finish(world.run("x"));
  assertEquals([world.state.tasks.size, world.freed()], [0, ["done", "x"]]);
});

Deno.test("scenario 34: keepRunning() of a failing task leaves nothing behind, and its failure is on record", () => {
  const world = world1x1();
  world.submit("x");
  world.submit("y", { deps: ["x"] });
  world.client("c1", { type: "fire-and-forget", keys: ["y"] }, { type: "release", keys: ["x", "y"] });
  world.worker("w1", failed(world.run("x").runId));
  assertEquals([world.state.tasks.size, world.state.functions.size], [0, 1]);
  const lines = world.state.story.read("y", 32, 0).map(({ to }) => to);
  assertEquals(lines.slice(-3), ["erred", "released", "forgotten"]);
});

Deno.test("cancel() leaves a task that was fired and forgotten, unless forced", () => {
  const world = world1x1();
  world.submit("x");
  world.client("c1", { type: "fire-and-forget", keys: ["x"] });
  world.client("c1", { type: "cancel", ackId: 1, keys: ["x"], force: false, reason: "" });
  assertEquals(world.stateOf("x"), "processing");
  world.submit("x");
  world.client("c1", { type: "cancel", ackId: 2, keys: ["x"], force: true, reason: "" });
  assertEquals(world.stateOf("x"), "cancelled");
});
