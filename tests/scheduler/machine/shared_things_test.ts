import { assertEquals } from "@std/assert";
import type { Coordinate, CoordinationRequest } from "../../../actors/protocol/coordination.ts";
import { finished, MachineWorld } from "./machine_world.ts";

function world2(): MachineWorld {
  const world = new MachineWorld();
  world.addClient("c1");
  world.addClient("c2");
  world.addWorker("w1", 2);
  return world;
}

function ask(ackId: number, request: CoordinationRequest, run?: number): Coordinate {
  return { type: "coordinate", ackId, run, request };
}

function put(ackId: number, item: string, keys: readonly string[], run?: number): Coordinate {
  return ask(ackId, { type: "queue-put", name: "q", maxSize: undefined, item, keys }, run);
}

function get(ackId: number, run?: number): Coordinate {
  return ask(ackId, { type: "queue-get", name: "q", maxSize: undefined, count: 1 }, run);
}

function lock(ackId: number, run?: number): Coordinate {
  return ask(ackId, { type: "lock-acquire", names: ["l"], count: 1 }, run);
}

Deno.test("a future in a queue stays alive after its client has ended, until who took it has it", () => {
  const world = world2();
  world.submit("x");
  world.finish(world.run("x"));
  world.client("c1", put(1, "item", ["x"]), { type: "release", keys: ["x"] }, { type: "unregister-client" });
  assertEquals([world.stateOf("x"), world.freed()], ["memory", []]);
  world.client("c2", get(1));
  assertEquals(world.last("c2"), { type: "handed", ackId: 1, items: ["item"], isHeld: true });
  // What its client released meanwhile changes nothing: the queue holds it until it has arrived.
  world.client("c2", { type: "claim", keys: ["x"] }, { type: "release", keys: ["x"] });
  assertEquals(world.stateOf("x"), "memory");
  world.client("c2", { type: "claim", keys: ["x"] }, { type: "took", ackId: 1, count: 1 });
  assertEquals(world.stateOf("x"), "memory");
  world.client("c2", { type: "release", keys: ["x"] });
  assertEquals([world.stateOf("x"), world.freed()], ["unknown", ["x"]]);
});

Deno.test("a future that nobody knows any more is refused", () => {
  const world = world2();
  world.client("c1", put(1, "item", ["gone"]));
  const last = world.last();
  assertEquals(last?.type === "refused" && [last.ackId, last.error.text], [
    1,
    'task/lost: Cannot share future "gone": it is not known any more',
  ]);
  assertEquals(world.state.coordination, undefined);
});

Deno.test("a task that ends while it holds a lock loses it, and its story says so", () => {
  const world = world2();
  world.submit("x");
  const { runId } = world.run("x");
  world.client("c1", lock(1, runId));
  world.client("c2", lock(1));
  assertEquals(world.last("c2")?.type, "workers-changed");
  world.worker("w1", finished(runId));
  assertEquals(world.last("c2"), { type: "done", ackId: 1 });
  const story = world.state.story.read("x", 32, 0).map(({ cause }) => cause);
  assertEquals(story.includes("lock:l freed: its task ended"), true, story.join());
});

Deno.test("what a task took and held comes back when its worker dies", () => {
  const world = world2();
  world.addWorker("w2");
  world.submit("x");
  const { runId } = world.run("x");
  world.client("c1", put(1, "item", []), get(2, runId), { type: "took", ackId: 2, count: 1 }, lock(3, runId));
  world.client("c2", get(1), lock(2));
  world.dropWorker("w1");
  const told = world.toClients.get("c2")!.filter((m) => m.type === "handed" || m.type === "done");
  assertEquals(told.map((m) => "ackId" in m && m.ackId), [1, 2]);
});

Deno.test("what an executor's client held is free as soon as its connection is gone, without a time of grace", () => {
  const world = world2();
  world.addClient("t", 800);
  world.submit("x");
  const { runId } = world.run("x");
  world.client("t", lock(1, runId), lock(2));
  world.client("c2", lock(1));
  world.step({ type: "client-left", atMs: world.nowMs, clientId: "t", reason: "gone" });
  assertEquals(world.last("c2"), { type: "done", ackId: 1 });
});

Deno.test("what is asked for a run that has ended is its session's", () => {
  const world = world2();
  world.submit("x");
  const { runId } = world.run("x");
  world.worker("w1", finished(runId));
  world.client("c1", lock(1, runId));
  assertEquals([world.last()?.type, world.state.coordination?.runs.size], ["done", 0]);
  world.client("c1", { type: "give-up", ackIds: [1] }, { type: "leave-things", things: ["lock:l"] });
  assertEquals(world.state.coordination?.things.size, 0);
});

Deno.test("what a task took is gone when it ends, and when it fails", () => {
  for (const how of ["finished", "failed"] as const) {
    const world = world2();
    world.submit("x");
    const { runId } = world.run("x");
    world.client("c1", put(1, "item", []), get(2, runId), { type: "took", ackId: 2, count: 1 });
    if (how === "finished") world.worker("w1", finished(runId));
    else {
      const error = { text: "Error: boom", value: undefined };
      world.worker("w1", { type: "failed", runId, error, durationMs: 1, retriable: true });
    }
    world.client("c2", ask(1, { type: "queue-size", name: "q", maxSize: undefined }));
    assertEquals(world.last("c2"), { type: "answer", ackId: 1, value: 0 });
  }
});
