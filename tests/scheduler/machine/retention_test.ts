import { assertEquals } from "@std/assert";
import { failed, finished, MachineWorld } from "./machine_world.ts";

function world1x1(): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  return world;
}

Deno.test("reconsider() frees inputs once the last dependent is done, and all once nobody wants anything", () => {
  const world = world1x1();
  world.submit("x");
  world.submit("y", { deps: ["x"] });
  world.submit("z", { deps: ["y"] });
  world.client("c1", { type: "release", keys: ["x", "y"] });
  world.finish(world.run("x"));
  assertEquals(world.freed(), []);
  world.finish(world.run("y"));
  assertEquals(world.freed(), ["x"]);
  world.finish(world.run("z"));
  assertEquals(world.freed(), ["x", "y"]);
  world.client("c1", { type: "release", keys: ["z"] });
  assertEquals(world.freed(), ["x", "y", "z"]);
  assertEquals([world.state.tasks.size, world.state.runs.size], [0, 0]);
});

Deno.test("reconsider() stops a run whose result nobody wants; its late value is freed", () => {
  // 1. x runs. 2. It is released: the run is cancelled. 3. It finishes nevertheless: its value is freed.
  const world = world1x1();
  world.submit("x");
  const run = world.run("x");
  world.client("c1", { type: "release", keys: ["x"] });
  assertEquals([world.count("w1", "cancel-run"), world.state.tasks.size], [1, 0]);
  assertEquals(world.state.workers.get("w1")!.busy, 1);
  world.worker("w1", finished(run.runId));
  assertEquals([world.freed(), world.state.runs.size], [["x"], 0]);
  assertEquals(world.state.workers.get("w1")!.busy, 0);
});

Deno.test("a key that is released and submitted again while its old run goes on gets one value", () => {
  // 1. x runs on w1. 2. It is released and submitted again: a new run, on w1 too. 3. The old run finishes: its value
  // must not be freed, since the free would hit the value of the new run. 4. The new run finishes.
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1", 2);
  world.submit("x");
  const old = world.run("x");
  world.client("c1", { type: "release", keys: ["x"] });
  world.submit("x");
  const young = world.run("x");
  assertEquals(young.runId !== old.runId, true);
  world.worker("w1", finished(old.runId));
  assertEquals([world.freed(), world.told("x")], [[], []]);
  world.worker("w1", finished(young.runId));
  assertEquals([world.freed(), world.told("x"), world.stateOf("x")], [[], ["finished"], "memory"]);
});

Deno.test("a stale value goes when the run that would have replaced it fails", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1", 2);
  world.submit("x");
  const old = world.run("x");
  world.client("c1", { type: "release", keys: ["x"] });
  world.submit("x");
  world.worker("w1", finished(old.runId));
  world.worker("w1", failed(world.run("x").runId));
  assertEquals([world.freed(), world.stateOf("x")], [["x"], "erred"]);
});

Deno.test("submitting, awaiting and releasing the same key a thousand times is always right", () => {
  const world = world1x1();
  for (let i = 0; i < 1_000; i++) {
    world.submit("x");
    world.finish(world.run("x"));
    world.client("c1", { type: "release", keys: ["x"] });
  }
  assertEquals(world.told("x").length, 1_000);
  assertEquals(world.freed().length, 1_000);
  assertEquals(world.state.tasks.size, 0);
});

Deno.test("a key is shared by the clients that claim it and kept until the last lets go", () => {
  const world = world1x1();
  world.addClient("c2");
  world.submit("x", {}, "c1");
  world.submit("x", {}, "c2");
  assertEquals(world.runs().length, 1);
  world.finish(world.run("x"));
  assertEquals([world.told("x", "c1"), world.told("x", "c2")], [["finished"], ["finished"]]);
  world.client("c1", { type: "unregister-client" });
  assertEquals([world.freed(), world.stateOf("x")], [[], "memory"]);
  world.client("c2", { type: "release", keys: ["x"] });
  assertEquals([world.freed(), world.state.tasks.size], [["x"], 0]);
});

Deno.test("claims outlive a broken session for its grace time", () => {
  const world = world1x1();
  world.addClient("c2", 500);
  world.submit("x", {}, "c2");
  world.step({ type: "client-left", atMs: world.nowMs, clientId: "c2", reason: "broken" });
  world.advance(400);
  assertEquals(world.stateOf("x"), "processing");
  world.advance(200);
  assertEquals([world.stateOf("x"), world.state.clients.has("c2")], ["unknown", false]);
});

Deno.test("a session that comes back within its grace time is told what it missed", () => {
  const world = world1x1();
  world.addClient("c2", 500);
  world.submit("x", {}, "c2");
  world.step({ type: "client-left", atMs: world.nowMs, clientId: "c2", reason: "broken" });
  world.finish(world.run("x"));
  assertEquals(world.told("x", "c2"), []);
  world.addClient("c2", 500);
  world.advance(1_000);
  assertEquals([world.told("x", "c2"), world.stateOf("x")], [["finished"], "memory"]);
});

Deno.test("claimKeys() tells at once what is known, and that an unknown key is lost", () => {
  const world = world1x1();
  world.addClient("c2");
  world.submit("x");
  world.finish(world.run("x"));
  world.client("c2", { type: "claim", keys: ["x", "nothing"] });
  assertEquals([world.told("x", "c2"), world.told("nothing", "c2")], [["finished"], ["lost"]]);
});
