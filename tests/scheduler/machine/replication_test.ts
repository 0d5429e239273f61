import { assertEquals } from "@std/assert";
import { MachineWorld } from "./machine_world.ts";

/** `x` is on w0; there are this many workers. */
function worldOf(count: number): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w0");
  world.submit("x");
  world.finish(world.run("x", "w0"), "w0", 1_000);
  for (let i = 1; i < count; i++) world.addWorker(`w${i}`);
  return world;
}

function replicate(world: MachineWorld, copies: number, keys = ["x"]): void {
  world.client("c1", { type: "order", ackId: 5, order: { type: "replicate", keys, copies } });
}

/** The workers asked to copy `x` since the last look, with the holders that they were told. */
function asked(world: MachineWorld): Record<string, readonly string[]> {
  const found: Record<string, readonly string[]> = {};
  for (const [worker, messages] of world.toWorkers) {
    for (const m of messages.splice(0)) if (m.type === "replicate") found[worker] = m.holders[0]!;
  }
  return found;
}

function arrived(world: MachineWorld, ...workers: string[]): void {
  for (const worker of workers) world.worker(worker, { type: "stored", key: "x", bytes: 1_000, valueType: "string" });
}

Deno.test("scenario 38: replicate() doubles the copies round by round, and answers when all are there", () => {
  const world = worldOf(8);
  replicate(world, 8);
  assertEquals(asked(world), { w1: ["w0"], w2: ["w0"] });
  arrived(world, "w1");
  assertEquals(asked(world), {});
  arrived(world, "w2");
  const holders = ["w0", "w1", "w2"];
  assertEquals(asked(world), { w3: holders, w4: holders, w5: holders, w6: holders, w7: holders });
  arrived(world, "w3", "w4", "w5", "w6");
  assertEquals(world.last()?.type, "workers-changed");
  arrived(world, "w7");
  assertEquals(world.last(), { type: "done", ackId: 5 });
  assertEquals(world.state.tasks.get("x")!.holders.length, 8);
});

Deno.test("replicate() wants no more than there are workers, and frees surplus copies", () => {
  const world = worldOf(2);
  replicate(world, 9);
  arrived(world, "w1");
  assertEquals(world.last(), { type: "done", ackId: 5 });
  replicate(world, 1);
  assertEquals(world.last(), { type: "done", ackId: 5 });
  assertEquals([world.state.tasks.get("x")!.holders.length, world.stateOf("x")], [1, "memory"]);
  assertEquals([...world.freed("w0"), ...world.freed("w1")], ["x"]);
});

Deno.test("replicate() goes on elsewhere when a worker dies, and is over when a value goes or is unknown", () => {
  const world = worldOf(3);
  replicate(world, 2, ["x", "nothing"]);
  assertEquals(Object.keys(asked(world)), ["w1"]);
  world.dropWorker("w1");
  assertEquals(Object.keys(asked(world)), ["w2"]);
  world.client("c1", { type: "release", keys: ["x"] });
  assertEquals(world.last(), { type: "done", ackId: 5 });
});

Deno.test("replicate() is refused when copies cannot be made: no endless loop", () => {
  const world = worldOf(2);
  replicate(world, 2);
  for (let round = 0; round < 3; round++) world.worker("w1", { type: "copy-failed", keys: ["x"], from: [] });
  const refusal = world.last();
  assertEquals(
    refusal?.type === "refused" && refusal.error.text,
    "task/lost: Cannot replicate 1 results on 2 workers: they cannot be copied",
  );
});

Deno.test("copyFailed() has a value computed again that its holder does not have", () => {
  const world = worldOf(2);
  replicate(world, 2);
  world.worker("w1", { type: "copy-failed", keys: ["x"], from: ["w0"] });
  assertEquals([world.stateOf("x"), world.last()], ["processing", { type: "done", ackId: 5 }]);
});
