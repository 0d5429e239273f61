import { assert, assertEquals } from "@std/assert";
import { MachineWorld, submission } from "./machine_world.ts";

/** A worker with one slot that has taken many tasks for short ones, and turns out slow. */
function slowWorld(): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.submit("tiny");
  world.finish(world.run("tiny"), "w1", 1, 0.05);
  world.client("c1", ...Array.from({ length: 41 }, (_, i) => submission(`k${i}`)));
  assertEquals(world.runs("w1").length, 42);
  return world;
}

Deno.test("balance() asks half of the waiting work back when another worker is idle, once", () => {
  // 1. w1 has 41 runs in hand. 2. w2 comes: nothing is queued for it. 3. After 8 ms half is asked back. 4. w1 gives some
  // back: w2 gets them, as many as it takes; nothing returns to w1, which has not got on.
  const world = slowWorld();
  world.advance(5);
  world.addWorker("w2");
  assertEquals(world.count("w1", "take-back"), 0);
  world.advance(5);
  const request = world.toWorkers.get("w1")!.find((m) => m.type === "take-back");
  assert(request?.type === "take-back");
  assertEquals(request.runIds.length, 20);
  const before = world.runs("w1").length;
  world.worker("w1", { type: "returned", runIds: request.runIds.slice(0, 15) });
  assertEquals(world.runs("w1").length, before);
  assertEquals(world.runs("w2").length, 15);
  world.advance(6);
  assertEquals(world.count("w1", "take-back"), 1);
});

Deno.test("balance() leaves work where it is while nobody is idle, and wakes only while work waits", () => {
  const world = slowWorld();
  world.advance(100);
  assertEquals(world.count("w1", "take-back"), 0);
  for (const run of world.runs("w1").slice(1)) world.finish(run, "w1", 1, 0.05);
  world.advance(100);
  assertEquals(world.wakeAtMs, Infinity);
});

Deno.test("scenario 59: balance() never asks for runs that have begun", () => {
  const world = slowWorld();
  world.worker("w1", { type: "started", runIds: world.runs("w1").slice(1).map((run) => run.runId) });
  world.addWorker("w2");
  world.advance(20);
  assertEquals(world.count("w1", "take-back"), 0);
});

Deno.test("scenario 59: work that is bound to a worker is not moved to others, nor is what is dear to move", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.submit("big");
  world.finish(world.run("big"), "w1", 500_000_000, 0.05);
  const pinned = Array.from({ length: 20 }, (_, i) => submission(`p${i}`, { options: { workers: ["w1"] } }));
  world.client("c1", ...pinned);
  world.client("c1", submission("cheap", { deps: ["big"] }));
  world.addWorker("w2");
  world.advance(50);
  assertEquals([world.count("w1", "take-back"), world.runs("w2")], [0, []]);
  // When it has waited as long as moving takes, waiting was no better.
  world.advance(2_000);
  const asked = world.toWorkers.get("w1")!.filter((m) => m.type === "take-back").flatMap((m) => m.runIds);
  assertEquals(asked, [world.run("cheap").runId]);
});
