import { assertEquals } from "@std/assert";
import { MachineWorld } from "./machine_world.ts";

const RESTART = { type: "order", ackId: 5, order: { type: "restart" } } as const;

Deno.test("scenario 70: restart() cancels all futures of all clients, and answers when the workers are back", () => {
  const world = new MachineWorld();
  world.addClient("c1");
  world.addClient("c2");
  world.addWorker("w1");
  world.submit("done", {}, "c1");
  world.finish(world.run("done"));
  world.submit("running", {}, "c2");
  world.submit("waiting", { deps: ["running"] }, "c2");
  world.submit("bad", { fn: "nothing" }, "c2");
  const publish = { type: "publish", name: "zs", keys: ["done"], value: null, replace: false } as const;
  world.client("c1", { type: "order", ackId: 1, order: publish });
  world.client("c1", RESTART);
  assertEquals([world.told("done", "c1").at(-1), world.told("running", "c2").at(-1)], ["cancelled", "cancelled"]);
  assertEquals([world.told("waiting", "c2"), world.told("bad", "c2")], [["cancelled"], ["failed", "cancelled"]]);
  const cancelled = world.toClients.get("c2")!.filter((m) => m.type === "cancelled");
  assertEquals(new Set(cancelled.map((m) => m.reason)), new Set(["the cluster was restarted"]));
  assertEquals([world.freed(), world.state.datasets.size, world.state.claimants.size], [["done"], 0, 0]);
  // What is submitted meanwhile waits for the worker's new beginning.
  world.client("c1", { type: "release", keys: ["done"] });
  world.submit("done", {}, "c1");
  assertEquals([world.stateOf("done"), world.count("w1", "restart-worker")], ["queued", 1]);
  world.worker("w1", { type: "stopped", runId: world.run("running").runId }, { type: "restarted" });
  assertEquals(world.toClients.get("c1")!.some((m) => m.type === "done" && m.ackId === 5), true);
  assertEquals(world.stateOf("done"), "processing");
  // The old futures' end does not disturb the new ones.
  world.client("c2", { type: "release", keys: ["running", "waiting", "bad", "done"] });
  assertEquals([world.state.tasks.size, world.stateOf("done")], [1, "processing"]);
  world.finish(world.run("done"));
  assertEquals(world.told("done", "c1"), ["finished", "cancelled", "finished"]);
});

Deno.test("restart() waits until a worker with a nanny is back under another id; others that die are done with", () => {
  const world = new MachineWorld();
  world.addClient();
  const registration = { name: "alice", threads: 1, memoryLimitBytes: undefined, resources: {}, hasNanny: true };
  world.worker("w1", { type: "register-worker", workerId: "w1", ...registration });
  world.addWorker("w2");
  world.client("c1", RESTART);
  world.dropWorker("w2");
  world.dropWorker("w1");
  assertEquals(world.last()?.type, "workers-changed");
  world.worker("w3", { type: "register-worker", workerId: "w3", ...registration });
  assertEquals(world.last(), { type: "done", ackId: 5 });
  assertEquals(world.state.errands.count, 0);
});

Deno.test("restart() twice tells the workers once and answers both", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.client("c1", RESTART, { ...RESTART, ackId: 6 });
  world.worker("w1", { type: "restarted" });
  const answers = world.toClients.get("c1")!.filter((m) => m.type === "done").map((m) => m.ackId);
  assertEquals([answers, world.count("w1", "restart-worker")], [[5, 6], 1]);
});

Deno.test("restart() without workers answers at once; scattered values in between wait for a worker", () => {
  const world = new MachineWorld();
  world.addClient();
  world.client("c1", RESTART);
  assertEquals(world.last(), { type: "done", ackId: 5 });
  world.addWorker("w1");
  world.client("c1", RESTART);
  world.client("c1", { type: "scatter", ackId: 7, keys: ["s"], bytes: [8], copies: 0, workers: undefined });
  assertEquals(world.last()?.type, "workers-changed");
  world.worker("w1", { type: "restarted" });
  assertEquals(world.toClients.get("c1")!.find((m) => m.type === "placed"), {
    type: "placed",
    ackId: 7,
    workers: [["w1"]],
  });
});

Deno.test("restart() takes futures out of queues, also those that were just handed over", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  for (const key of ["a", "b"]) world.submit(key);
  const put = (key: string) => ({ type: "queue-put", name: "q", maxSize: undefined, item: key, keys: [key] }) as const;
  const get = { type: "queue-get", name: "q", maxSize: undefined, count: 1 } as const;
  [put("a"), put("b"), get].forEach((request, i) => {
    world.client("c1", { type: "coordinate", ackId: 10 + i, run: undefined, request });
  });
  world.client("c1", RESTART);
  world.client("c1", { type: "release", keys: ["a", "b"] });
  assertEquals([world.stateOf("a"), world.stateOf("b")], ["cancelled", "unknown"]);
  world.client("c1", { type: "took", ackId: 12, count: 1 });
  assertEquals([world.stateOf("a"), world.state.claimants.size], ["unknown", 0]);
});
