import { assert, assertEquals } from "@std/assert";
import { MachineWorld } from "./machine_world.ts";

const BYTES = 100;

/** The first worker holds this many values, the others nothing. */
function worldOf(values: number, workers: number): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w0");
  for (let i = 0; i < values; i++) {
    world.submit(`k${i}`);
    world.finish(world.run(`k${i}`, "w0"), "w0", BYTES);
  }
  for (let i = 1; i < workers; i++) world.addWorker(`w${i}`);
  return world;
}

function rebalance(world: MachineWorld, keys?: string[]): void {
  world.client("c1", { type: "order", ackId: 5, order: { type: "rebalance", keys } });
}

/** Carries out what was asked of the workers, until nothing more is. */
function copyAll(world: MachineWorld): number {
  let count = 0;
  for (const [worker, messages] of [...world.toWorkers]) {
    const keys = messages.splice(0).flatMap((m) => m.type === "replicate" ? m.keys : []);
    count += keys.length;
    for (const key of keys) world.worker(worker, { type: "stored", key, bytes: BYTES, valueType: "string" });
  }
  return count === 0 ? 0 : count + copyAll(world);
}

function held(world: MachineWorld): number[] {
  return [...world.state.workers.values()].map((worker) => worker.holds.size);
}

Deno.test("scenario 38: rebalance() evens out what one worker holds, and loses no key", () => {
  const world = worldOf(100, 4);
  rebalance(world);
  copyAll(world);
  assertEquals(world.last(), { type: "done", ackId: 5 });
  assert(held(world).every((count) => count >= 23 && count <= 27), `${held(world)}`);
  assertEquals(held(world).reduce((a, b) => a + b), 100);
  for (let i = 0; i < 100; i++) assertEquals(world.stateOf(`k${i}`), "memory");
  rebalance(world);
  assertEquals(copyAll(world), 0);
});

Deno.test("rebalance() moves only what it is told to", () => {
  const world = worldOf(10, 2);
  rebalance(world, ["k3", "k4"]);
  copyAll(world);
  const moved = [...world.state.workers.get("w1")!.holds].map(({ key }) => key).sort();
  assertEquals(moved, ["k3", "k4"]);
});

Deno.test("rebalance() has nothing to do for one worker, or none, or one value", () => {
  for (const [values, workers] of [[3, 1], [1, 2], [0, 3]] as const) {
    const world = worldOf(values, workers);
    rebalance(world);
    assertEquals([copyAll(world), world.last()], [0, { type: "done", ackId: 5 }]);
  }
});

Deno.test("rebalance() leaves a value where it was when its copy fails", () => {
  const world = worldOf(2, 2);
  rebalance(world);
  world.worker("w1", { type: "copy-failed", keys: ["k0", "k1"], from: [] });
  assertEquals([world.last(), held(world)], [{ type: "done", ackId: 5 }, [2, 0]]);
});
