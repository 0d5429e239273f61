import { assert, assertEquals } from "@std/assert";
import { answerQuery } from "../../../actors/scheduler/machine/query.ts";
import { isLegal, transitionDiagram, TRANSITIONS } from "../../../actors/scheduler/machine/transitions.ts";
import { MachineWorld } from "./machine_world.ts";

function busyWorld(): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  world.submit("x");
  world.finish(world.run("x"));
  world.submit("y");
  return world;
}

Deno.test("answerQuery() tells workers, holders, sizes and what runs", () => {
  const { state } = busyWorld();
  const worker = { address: "w1", name: "name-w1", threads: 1, memoryLimit: undefined, resources: {} };
  assertEquals(answerQuery(state, "info", []), { address: "tcp://127.0.0.1:8786", workers: { w1: worker } });
  assertEquals(answerQuery(state, "processing", []), { w1: ["y"] });
  assertEquals(answerQuery(state, "has-what", ["w1"]), { w1: ["x"] });
  assertEquals(answerQuery(state, "who-has", ["x", "unknown"]), { x: ["w1"] });
  assertEquals(answerQuery(state, "nbytes", []), { x: 10 });
  assertEquals(answerQuery(state, "states", []), { x: "memory", y: "processing" });
  assertEquals(answerQuery(state, "weather", []), undefined);
});

Deno.test("answerQuery() tells a story, also of a forgotten task", () => {
  const world = busyWorld();
  world.client("c1", { type: "release", keys: ["x"] });
  const story = answerQuery(world.state, "story", ["x"]);
  assert(Array.isArray(story));
  assertEquals(story.map((line) => [line.from, line.to, line.cause]), [
    ["released", "queued", "submit"],
    ["queued", "processing", "submit"],
    ["processing", "memory", "finished"],
    ["memory", "released", "release"],
    ["released", "forgotten", "release"],
  ]);
  assertEquals([story[0].timeMs, story[1].worker], [1_001_000, "w1"]);
});

Deno.test("query() refuses an unknown question", () => {
  const world = busyWorld();
  world.client("c1", { type: "query", ackId: 4, what: "weather", about: [] });
  assertEquals(world.last()?.type, "refused");
});

Deno.test("scatter() goes round the workers and waits for the first", () => {
  const world = new MachineWorld();
  world.addClient();
  const request = { type: "scatter", bytes: [1, 1, 1], workers: undefined } as const;
  world.client("c1", { ...request, ackId: 1, keys: ["a", "b", "c"], copies: 0 });
  assertEquals(world.last()?.type, "workers-changed");
  world.addWorker("w1");
  assertEquals(world.toClients.get("c1")!.find((m) => m.type === "placed")?.workers, [["w1"], ["w1"], ["w1"]]);
  world.addWorker("w2");
  world.client("c1", { ...request, ackId: 2, keys: ["d", "e", "f"], copies: 0 });
  const placed = world.last();
  assertEquals(placed?.type === "placed" ? placed.workers : [], [["w1"], ["w2"], ["w1"]]);
  world.client("c1", { ...request, ackId: 3, keys: ["g"], bytes: [1], copies: 99 });
  const everywhere = world.last();
  assertEquals(everywhere?.type === "placed" ? everywhere.workers[0]!.toSorted() : [], ["w1", "w2"]);
});

Deno.test("scatter() refuses workers that are not there", () => {
  const world = busyWorld();
  world.client("c1", { type: "scatter", ackId: 5, keys: ["s"], bytes: [1], copies: 0, workers: ["nowhere"] });
  assertEquals([world.last()?.type, world.stateOf("s")], ["refused", "unknown"]);
});

Deno.test("isLegal() allows what the table has, and the diagram shows it", () => {
  for (const { from, to } of TRANSITIONS) assert(isLegal(from, to));
  assertEquals(isLegal(10, 0), false);
  assertEquals(isLegal(2, 5), false);
  const lines = transitionDiagram().trimEnd().split("\n");
  assertEquals(lines.length, TRANSITIONS.length + 3);
  assert(lines.includes("  no_worker --> erred: it waited too long"));
});

Deno.test("answerQuery() counts the unfinished tasks that others need, by name", () => {
  const world = busyWorld();
  for (const key of ["inc-1", "inc-2"]) world.submit(key);
  world.submit("double-1", { deps: ["inc-1"] });
  world.submit("add-1", { deps: ["inc-2", "double-1", "x"] });
  const { state } = world;
  assertEquals(answerQuery(state, "unfinished-inputs", ["add-1"]), { inc: 2, double: 1 });
  assertEquals(answerQuery(state, "unfinished-inputs", ["add-1", "inc-2"]), { inc: 1, double: 1 });
  assertEquals(answerQuery(state, "unfinished-inputs", ["x", "unknown"]), {});
});
