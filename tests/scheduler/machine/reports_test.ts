import { assertEquals } from "@std/assert";
import { finished, MachineWorld } from "./machine_world.ts";

function world1x1(): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  return world;
}

Deno.test("printed() shows output to the submitter, or to who else wants the result", () => {
  const world = world1x1();
  world.addClient("c2");
  world.submit("x", {}, "c1");
  world.submit("x", {}, "c2");
  const message = { type: "printed", clientId: "c1", key: "x", stream: "out", text: "hello" } as const;
  world.worker("w1", message);
  assertEquals([world.told("x", "c1"), world.told("x", "c2")], [["printed"], []]);
  world.client("c1", { type: "unregister-client" });
  world.worker("w1", message);
  assertEquals(world.told("x", "c2"), ["printed"]);
});

Deno.test("valuesMissing() recomputes what a client could get from nobody", () => {
  const world = world1x1();
  world.submit("x");
  world.finish(world.run("x"));
  world.client("c1", { type: "report-missing", keys: ["x", "unknown"], workers: ["w1", "w9"] });
  assertEquals([world.stateOf("x"), world.told("x"), world.freed()], ["processing", ["finished", "pending"], ["x"]]);
  world.finish(world.run("x"));
  assertEquals(world.told("x"), ["finished", "pending", "finished"]);
});

Deno.test("valuesMissing() keeps a value that another worker has", () => {
  const world = world1x1();
  world.addWorker("w2");
  world.submit("x", { options: { workers: ["w1"] } });
  world.finish(world.run("x"));
  world.worker("w2", { type: "stored", key: "x", bytes: 10, valueType: "number" });
  world.client("c1", { type: "report-missing", keys: ["x"], workers: ["w1"] });
  world.client("c1", { type: "ask-holders", ackId: 2, keys: ["x"] });
  assertEquals(world.last(), { type: "holders", ackId: 2, workers: [["w2"]] });
});

Deno.test("valueStored() has a copy freed that nobody knows of", () => {
  const world = world1x1();
  world.worker("w1", { type: "stored", key: "nothing", bytes: 10, valueType: "number" });
  assertEquals(world.freed(), ["nothing"]);
});

Deno.test("runReported() counts a run once: what comes after its end changes nothing", () => {
  const world = world1x1();
  world.submit("x");
  const { runId } = world.run("x");
  world.worker("w1", finished(runId), finished(runId), { type: "resumed", runId }, { type: "stopped", runId });
  assertEquals([world.told("x"), world.state.workers.get("w1")!.busy], [["finished"], 0]);
});

Deno.test("runReturned() does not count as an attempt what never began", () => {
  const world = world1x1();
  world.submit("x");
  world.worker("w1", { type: "returned", runIds: [world.run("x").runId] });
  assertEquals(world.run("x").attempt, 1);
});

Deno.test("step() hears nobody under another's id, and nobody who has not registered", () => {
  const world = new MachineWorld();
  world.client("c1", { type: "register-client", clientId: "c2", name: "c2", graceMs: 0 });
  world.submit("x", {}, "stranger");
  world.worker("w9", { type: "stored", key: "x", bytes: 1, valueType: "number" });
  assertEquals([world.state.clients.size, world.state.tasks.size, world.effects[0]?.type], [0, 0, "log"]);
});

Deno.test("resources are free while a run is suspended", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1", 4, { gpu: 1 });
  world.submit("a", { options: { resources: { gpu: 1 } } });
  world.submit("b", { options: { resources: { gpu: 1 } } });
  assertEquals(world.stateOf("b"), "queued");
  world.worker("w1", { type: "suspended", runId: world.run("a").runId });
  assertEquals(world.stateOf("b"), "processing");
});
