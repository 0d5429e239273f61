import { assertEquals } from "@std/assert";
import { failed, MachineWorld } from "./machine_world.ts";

function world1x1(): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.addClient("c2");
  world.addWorker();
  return world;
}

Deno.test("keep() holds what a result names after its own claimants are gone, until the result goes", () => {
  // 1. inner is made by c2, the client of a task. 2. outer returns its future, then c2 lets go of it. 3. c1 reads outer.
  const world = world1x1();
  world.submit("outer");
  world.submit("inner", {}, "c2");
  world.client("c2", { type: "keep", key: "outer", keys: ["inner"] });
  world.finish(world.run("outer"));
  world.finish(world.run("inner"));
  world.client("c2", { type: "unregister-client" });
  assertEquals([world.stateOf("inner"), world.freed()], ["memory", []]);
  world.client("c1", { type: "claim", keys: ["inner"] }, { type: "release", keys: ["outer"] });
  assertEquals([world.freed(), world.stateOf("inner"), world.state.keepers.size], [["outer"], "memory", 0]);
  world.client("c1", { type: "release", keys: ["inner"] });
  assertEquals([world.freed(), world.state.tasks.size], [["outer", "inner"], 0]);
});

Deno.test("keep() holds what arguments name: unfinished tasks too, and through several levels", () => {
  const world = world1x1();
  world.submit("c");
  world.submit("b");
  world.client("c1", { type: "keep", key: "b", keys: ["c"] });
  world.submit("a");
  world.client("c1", { type: "keep", key: "a", keys: ["b"] }, { type: "release", keys: ["b", "c"] });
  assertEquals(["a", "b", "c"].map((key) => world.stateOf(key) !== undefined), [true, true, true]);
  world.finish(world.run("c"));
  world.client("c1", { type: "release", keys: ["a"] });
  assertEquals([world.freed(), world.state.tasks.size, world.state.keepers.size], [["c"], 0, 0]);
});

Deno.test("keep() passes over what is not known, and over a task that names itself", () => {
  const world = world1x1();
  world.submit("a");
  world.client("c1", { type: "keep", key: "a", keys: ["a", "gone"] }, { type: "keep", key: "gone", keys: ["a"] });
  assertEquals(world.state.keepers.size, 0);
  world.client("c1", { type: "release", keys: ["a"] });
  assertEquals(world.state.tasks.size, 0);
});

Deno.test("keep() wakes lineage that nobody wanted, and ends when another task takes the key", () => {
  const world = world1x1();
  world.submit("x");
  world.submit("y", { deps: ["x"] });
  world.finish(world.run("x"));
  world.finish(world.run("y"));
  world.client("c1", { type: "release", keys: ["x"] });
  assertEquals([world.stateOf("x"), world.freed()], ["released", ["x"]]);
  world.submit("z");
  world.client("c1", { type: "keep", key: "z", keys: ["x"] });
  assertEquals(world.stateOf("x"), "queued");
  world.client("c1", { type: "cancel", ackId: 1, keys: ["z"], force: true, reason: "" });
  world.client("c1", { type: "release", keys: ["y"] });
  assertEquals(world.state.keepers.size, 1, "c1 still holds z, cancelled");
  world.submit("z", { args: [5] });
  assertEquals([world.state.keepers.size, world.stateOf("x")], [0, "unknown"]);
});

Deno.test("a failed result that is named explains itself as long as it is named", () => {
  const world = world1x1();
  world.submit("inner");
  world.submit("outer");
  world.client("c1", { type: "keep", key: "outer", keys: ["inner"] }, { type: "release", keys: ["inner"] });
  world.worker("w1", failed(world.run("inner")!.runId));
  assertEquals(world.stateOf("inner"), "erred");
  world.client("c2", { type: "claim", keys: ["inner"] });
  assertEquals(world.told("inner", "c2"), ["failed"]);
});
