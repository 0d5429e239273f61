import { assertEquals } from "@std/assert";
import { MachineWorld, submission } from "./machine_world.ts";

function world(...workers: string[]): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  for (const worker of workers) world.addWorker(worker, 2);
  return world;
}

const paused = { type: "paused", isPaused: true } as const;
const awake = { type: "paused", isPaused: false } as const;

function keysAt(world: MachineWorld, worker: string): string[] {
  return world.runs(worker).map(({ key }) => key);
}

Deno.test("scenario 62: setPaused() gives a worker nothing while another one fits, however busy that is", () => {
  const two = world("w1", "w2");
  two.worker("w1", paused);
  two.client("c1", ...["a", "b", "c", "d"].map((key) => submission(key)));
  assertEquals([keysAt(two, "w1"), keysAt(two, "w2")], [[], ["a", "b"]]);
  assertEquals([two.stateOf("c"), two.stateOf("d")], ["queued", "queued"]);
  two.worker("w1", awake);
  assertEquals(keysAt(two, "w1"), ["c", "d"]);
});

Deno.test("setPaused() lets work go on where all that fit are short of memory: one run at a time each", () => {
  const two = world("w1", "w2");
  two.worker("w1", paused);
  two.client("c1", ...["a", "b"].map((key) => submission(key, { options: { workers: ["w1"] } })));
  assertEquals(keysAt(two, "w1"), ["a"]);
  two.finish(two.run("a"));
  assertEquals(keysAt(two, "w1"), ["a", "b"]);
  two.finish(two.run("b"));
  two.worker("w2", paused);
  two.client("c1", ...["c", "d", "e"].map((key) => submission(key)));
  assertEquals([keysAt(two, "w1").length, keysAt(two, "w2").length, two.stateOf("e")], [3, 1, "queued"]);
  two.worker("w2", awake);
  assertEquals([keysAt(two, "w2").at(-1), keysAt(two, "w2").length], ["e", 2]);
});

Deno.test("setPaused() changes its mind when the last worker with memory leaves, and when one comes", () => {
  const two = world("w1", "w2");
  two.worker("w1", paused);
  two.dropWorker("w2", false);
  two.client("c1", ...["a", "b"].map((key) => submission(key)));
  assertEquals([keysAt(two, "w1"), two.stateOf("b")], [["a"], "queued"]);
  two.addWorker("w3");
  assertEquals(keysAt(two, "w3"), ["b"]);
});

Deno.test("setPaused() asks runs back that have not begun, when others can run them", () => {
  const alone = world("w1");
  alone.client("c1", ...["a", "b"].map((key) => submission(key)));
  alone.worker("w1", { type: "started", runIds: [alone.run("a").runId] }, paused);
  assertEquals(alone.count("w1", "take-back"), 0);
  alone.worker("w1", awake);
  alone.addWorker("w2", 2);
  alone.worker("w1", paused);
  assertEquals(alone.toWorkers.get("w1")!.at(-1), { type: "take-back", runIds: [alone.run("b").runId] });
  alone.worker("w1", { type: "returned", runIds: [alone.run("b").runId] });
  assertEquals(keysAt(alone, "w2"), ["b"]);
});

Deno.test("setPaused() lets nothing wait for the worker, and puts no value there that may go elsewhere", () => {
  const two = world("w1", "w2");
  two.submit("big", { options: { workers: ["w1"] } });
  two.finish(two.run("big"), "w1", 1e9);
  two.client("c1", ...["a", "b"].map((key) => submission(key, { options: { workers: ["w1"] } })));
  two.submit("near", { deps: ["big"] });
  assertEquals([two.stateOf("near"), keysAt(two, "w2")], ["queued", []]);
  two.worker("w1", paused);
  assertEquals(keysAt(two, "w2"), ["near"]);
  const scatter = { type: "scatter", bytes: [8, 8], copies: 1, workers: undefined } as const;
  two.client("c1", { ...scatter, ackId: 1, keys: ["x", "y"] });
  assertEquals(two.last(), { type: "placed", ackId: 1, workers: [["w2"], ["w2"]] });
  two.client("c1", { ...scatter, ackId: 2, keys: ["z"], bytes: [8], workers: ["w1"] });
  assertEquals(two.last(), { type: "placed", ackId: 2, workers: [["w1"]] });
});
