import { assertEquals } from "@std/assert";
import type { ClusterOrder } from "../../../actors/protocol/cluster_order.ts";
import { finished, MachineWorld, submission } from "./machine_world.ts";

function order(order: ClusterOrder, ackId = 5) {
  return { type: "order", ackId, order } as const;
}

function retiring(workers: readonly string[] | number, ackId = 5) {
  const names = typeof workers === "number" ? undefined : workers;
  return order({ type: "retire-workers", workers: names, count: typeof workers === "number" ? workers : 0 }, ackId);
}

/** A world with these workers of one thread, and these results on the first. */
function worldWith(workers: readonly string[], ...keys: string[]): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker(workers[0]);
  for (const key of keys) {
    world.submit(key);
    world.finish(world.run(key), workers[0], 10, 0.1);
  }
  for (const worker of workers.slice(1)) world.addWorker(worker);
  return world;
}

/** Which keys a worker was asked to copy. */
function copied(world: MachineWorld, worker: string): string[] {
  return (world.toWorkers.get(worker) ?? []).flatMap((m) => m.type === "replicate" ? m.keys : []);
}

function stored(key: string) {
  return { type: "stored", key, bytes: 10, valueType: "number" } as const;
}

Deno.test("scenario 71: retireWorkers() copies the only copies, lets runs finish, recomputes and blames nothing", () => {
  // 1. w1 holds x and y alone, and runs "long"; "next" was sent to it, too, but has not begun.
  const world = worldWith(["w1"], "x", "y");
  world.submit("long");
  world.worker("w1", { type: "started", runIds: [world.run("long").runId] });
  world.submit("next");
  world.addWorker("w2");
  const long = world.run("long");
  const next = world.run("next");
  // 2. It is to leave: copies go to w2, what has not begun is asked back.
  world.client("c1", retiring(["w1"]));
  assertEquals(copied(world, "w2").sort(), ["x", "y"]);
  assertEquals(world.count("w1", "take-back"), 1);
  world.worker("w1", { type: "returned", runIds: [next.runId] });
  world.finish(world.run("next", "w2"), "w2");
  world.worker("w2", stored("x"), stored("y"));
  assertEquals([world.count("w1", "stop-worker"), world.last()?.type], [0, "finished"]);
  // 3. The run finishes: its result is copied, too, and only then the worker stops.
  world.worker("w1", finished(long.runId));
  assertEquals([world.told("long"), world.count("w1", "stop-worker")], [["finished"], 0]);
  assertEquals(copied(world, "w2").at(-1), "long");
  world.worker("w2", stored("long"));
  assertEquals(world.count("w1", "stop-worker"), 1);
  world.dropWorker("w1", false);
  assertEquals(world.last(), { type: "answer", ackId: 5, value: ["w1"] });
  // 4. Nothing is pending again, nothing was run twice, nobody is suspected.
  for (const key of ["x", "y", "long", "next"]) assertEquals([key, world.told(key)], [key, ["finished"]]);
  assertEquals(world.runs("w2").map(({ key }) => key), ["next"]);
  assertEquals([...world.state.tasks.values()].some((task) => task.deaths > 0 || task.isSuspect), false);
  assertEquals(world.state.errands.count, 0);
});

Deno.test("retireWorkers() gives a worker that is to leave no new run, and copies to none that leaves, too", () => {
  const world = worldWith(["w1", "w2", "w3"], "x");
  world.client("c1", retiring(["w1", "name-w2", "nobody"]));
  assertEquals([copied(world, "w2"), copied(world, "w3")], [[], ["x"]]);
  world.submit("a");
  assertEquals(world.runs("w3").map(({ key }) => key), ["a"]);
  assertEquals(world.count("w2", "stop-worker"), 1);
  world.dropWorker("w2", false);
  assertEquals(world.last()?.type === "answer", false);
  world.worker("w3", stored("x"));
  world.dropWorker("w1", false);
  assertEquals(world.last(), { type: "answer", ackId: 5, value: ["w1", "w2"] });
});

Deno.test("retireWorkers() keeps a worker whose values nobody can take; it works on", () => {
  const world = worldWith(["w1"], "x");
  world.client("c1", retiring(1));
  assertEquals(world.last(), { type: "answer", ackId: 5, value: [] });
  world.submit("y");
  assertEquals(world.stateOf("y"), "processing");
});

Deno.test("retireWorkers() lets all go that hold nothing, and answers at once when there is none", () => {
  const world = worldWith(["w1", "w2"]);
  world.client("c1", retiring(9));
  assertEquals([world.count("w1", "stop-worker"), world.count("w2", "stop-worker")], [1, 1]);
  world.dropWorker("w1", false);
  world.dropWorker("w2", false);
  assertEquals(world.last(), { type: "answer", ackId: 5, value: ["w1", "w2"] });
  world.client("c1", retiring(1, 6));
  assertEquals(world.last(), { type: "answer", ackId: 6, value: [] });
});

Deno.test("retireWorkers() by number chooses those that run least, then those that hold least", () => {
  const world = worldWith(["w1", "w2", "w3"], "x");
  world.client("c1", submission("a", { options: { workers: ["w2"] } }));
  world.client("c1", retiring(1));
  assertEquals(world.count("w3", "stop-worker"), 1);
  world.client("c1", retiring(1, 6));
  assertEquals(copied(world, "w2"), ["x"]);
});

Deno.test("retireWorkers() tries others when a copy fails, and gives up after three rounds in vain", () => {
  const world = worldWith(["w1", "w2"], "x");
  world.client("c1", retiring(["w1"]));
  for (let round = 1; round <= 3; round++) {
    assertEquals(copied(world, "w2"), Array.from({ length: round }, () => "x"));
    world.worker("w2", { type: "copy-failed", keys: ["x"], from: [] });
  }
  assertEquals(world.last(), { type: "answer", ackId: 5, value: [] });
  assertEquals([world.stateOf("x"), world.count("w1", "stop-worker")], ["memory", 0]);
});

Deno.test("retireWorkers() does not wait for a copy on a worker that dies: another one takes it", () => {
  const world = worldWith(["w1", "w2", "w3"], "x");
  world.client("c1", retiring(["w1"]));
  const first = copied(world, "w2").length > 0 ? "w2" : "w3";
  const second = first === "w2" ? "w3" : "w2";
  world.dropWorker(first);
  assertEquals(copied(world, second), ["x"]);
  world.worker(second, stored("x"));
  assertEquals(world.count("w1", "stop-worker"), 1);
});

Deno.test("retireWorkers() is not held up by values that are released meanwhile", () => {
  const world = worldWith(["w1", "w2"], "x");
  world.client("c1", retiring(["w1"]), { type: "release", keys: ["x"] });
  assertEquals(world.count("w1", "stop-worker"), 1);
});

Deno.test("retireWorkers() of all ends runs that wait for tasks which nobody is left to run", () => {
  const world = worldWith(["w1"]);
  world.submit("parent");
  const parent = world.run("parent").runId;
  world.submit("child", { parent, options: { workers: ["elsewhere"] } });
  world.worker("w1", { type: "suspended", runId: parent });
  world.client("c1", retiring(["w1"]));
  assertEquals(world.count("w1", "stop-worker"), 1);
  world.dropWorker("w1", false);
  assertEquals([world.stateOf("parent"), world.state.tasks.get("parent")!.deaths], ["queued", 0]);
});

Deno.test("retireWorkers() twice for one worker answers both, and stops it once", () => {
  const world = worldWith(["w1", "w2"], "x");
  world.client("c1", retiring(["w1"], 5), retiring(["w1"], 6));
  world.worker("w2", stored("x"));
  assertEquals([world.count("w1", "stop-worker"), copied(world, "w2")], [1, ["x"]]);
  world.dropWorker("w1", false);
  const answers = world.toClients.get("c1")!.filter((m) => m.type === "answer");
  assertEquals(answers, [5, 6].map((ackId) => ({ type: "answer", ackId, value: ["w1"] })));
});
