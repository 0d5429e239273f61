import { assert, assertEquals } from "@std/assert";
import type { RunMessage } from "../../../actors/protocol/worker_scheduler.ts";
import { MachineWorld, submission } from "./machine_world.ts";

function many(world: MachineWorld, count: number, prefix = "k"): void {
  world.client("c1", ...Array.from({ length: count }, (_, i) => submission(`${prefix}${i}`)));
}

function keys(runs: RunMessage[]): string[] {
  return runs.map((run) => run.key);
}

Deno.test("choosePlacement() runs a task where its bigger input is", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.addWorker("w2");
  world.submit("big", { options: { workers: ["w1"] } });
  world.submit("small", { options: { workers: ["w2"] } });
  world.finish(world.run("big", "w1"), "w1", 100_000_000);
  world.finish(world.run("small", "w2"), "w2", 10);
  world.submit("sum", { deps: ["big", "small"] });
  assertEquals(world.run("sum", "w1").holders, [["w1"], ["w2"]]);
});

Deno.test("choosePlacement() parks a task at a busy holder while moving its input costs more, then lets it go", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.submit("big");
  world.finish(world.run("big"), "w1", 100_000_000);
  world.submit("busy");
  world.addWorker("w2");
  world.submit("user", { deps: ["big"] });
  assertEquals([world.stateOf("user"), keys(world.runs("w2"))], ["queued", []]);
  world.advance(150);
  assertEquals(keys(world.runs("w2")), []);
  world.advance(100);
  assertEquals(keys(world.runs("w2")), ["user"]);
});

Deno.test("a parked task goes to its worker as soon as that has room", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.submit("big");
  world.finish(world.run("big"), "w1", 100_000_000);
  world.submit("busy");
  world.addWorker("w2");
  world.submit("user", { deps: ["big"] });
  world.finish(world.run("busy"));
  assertEquals(keys(world.runs("w1")), ["big", "busy", "user"]);
});

Deno.test("dispatch() spreads unknown tasks over free slots only, in proportion", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1", 1);
  world.addWorker("w3", 3);
  many(world, 40);
  assertEquals([world.runs("w1").length, world.runs("w3").length], [1, 3]);
  for (let round = 0; round < 4; round++) {
    for (const worker of ["w1", "w3"]) {
      const ends = world.runs(worker).slice(-(worker === "w1" ? 1 : 3));
      for (const run of ends) world.finish(run, worker);
    }
  }
  assertEquals([world.runs("w1").length, world.runs("w3").length], [5, 15]);
});

Deno.test("dispatch() never queues long tasks behind each other, and prefetches short ones evenly", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.addWorker("w2");
  world.submit("long");
  world.finish(world.run("long", "w2"), "w2", 1, 50);
  many(world, 10, "long");
  assertEquals([world.runs("w1").length, world.runs("w2").length], [1, 2]);
  const tiny = new MachineWorld();
  tiny.addClient();
  tiny.addWorker("w1");
  tiny.addWorker("w2");
  tiny.submit("tiny");
  tiny.finish(tiny.run("tiny", "w2"), "w2", 1, 0.02);
  many(tiny, 500, "tiny");
  const counts = [tiny.runs("w1").length, tiny.runs("w2").length];
  assert(counts.every((count) => count > 150 && count < 250), `${counts}`);
});

Deno.test("dispatch() keeps resource limits and lets others pass", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1", 8, { A: 2 });
  for (let i = 0; i < 5; i++) world.submit(`a${i}`, { options: { resources: { A: 1 } } });
  many(world, 3, "free");
  assertEquals(keys(world.runs()), ["a0", "a1", "free0", "free1", "free2"]);
  world.finish(world.run("a0"));
  assertEquals(keys(world.runs()).at(-1), "a2");
});

Deno.test("dispatch() sends higher priority first, then the deeper nested, then the earlier", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  world.submit("parent", { options: { priority: 1 } });
  const parent = world.run("parent").runId;
  world.submit("a");
  world.submit("b");
  world.submit("high", { options: { priority: 5 } });
  world.submit("child", { parent });
  world.submit("second", { options: { priority: 1 } });
  world.worker("w1", { type: "suspended", runId: parent });
  for (const key of ["high", "child", "second", "a", "b"]) world.finish(world.run(key));
  assertEquals(keys(world.runs()), ["parent", "high", "child", "second", "a", "b"]);
  assertEquals([world.run("child").user, world.run("child").depth], [1, 1]);
});

Deno.test("a suspended run frees its slot, so nested tasks cannot deadlock", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  world.submit("f0");
  for (let depth = 1; depth < 200; depth++) {
    const parent = world.run(`f${depth - 1}`).runId;
    world.submit(`f${depth}`, { parent });
    world.worker("w1", { type: "suspended", runId: parent });
  }
  for (let depth = 199; depth >= 0; depth--) {
    const run = world.run(`f${depth}`);
    if (depth < 199) world.worker("w1", { type: "resumed", runId: run.runId });
    world.finish(run);
  }
  assertEquals([world.told("f0"), world.state.runs.size], [["finished"], 0]);
});

Deno.test("rescheduled runs go elsewhere if possible", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.submit("x");
  world.addWorker("w2");
  world.worker("w1", { type: "rescheduled", runId: world.run("x", "w1").runId });
  assertEquals(keys(world.runs("w2")), ["x"]);
});

Deno.test("tasks wait without end for any worker, but only so long for a fitting one", () => {
  const world = new MachineWorld();
  world.addClient();
  world.submit("any");
  world.submit("gpu", { options: { resources: { gpu: 1 }, noWorkerTimeoutMs: 1_000 } });
  world.submit("wish", { options: { workers: ["w9"], allowOtherWorkers: true } });
  assertEquals(["any", "gpu", "wish"].map((key) => world.stateOf(key)), ["queued", "no-worker", "no-worker"]);
  world.advance(900);
  world.addWorker("w1", 4);
  assertEquals(keys(world.runs()), ["any", "wish"]);
  world.advance(200);
  const message = world.last();
  assertEquals(
    message?.type === "failed" ? message.error.text : "",
    [
      'task/no-worker: Cannot run task "gpu": no worker fits resources {"gpu":1} for 1000 ms',
    ][0],
  );
});

Deno.test("queued tasks survive that all workers go and others come", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  many(world, 3);
  world.submit("pinned", { options: { workers: ["name-w1"] } });
  world.dropWorker("w1");
  assertEquals(world.stateOf("pinned"), "no-worker");
  world.addWorker("w2", 4);
  assertEquals(keys(world.runs("w2")), ["k0", "k1", "k2"]);
  world.addWorker("w1");
  assertEquals(keys(world.runs("w1")).at(-1), "pinned");
});

Deno.test("a worker that is leaving gets no new runs", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.worker("w1", { type: "leaving", reason: "lifetime" });
  many(world, 1);
  assertEquals([world.runs("w1").length, world.stateOf("k0")], [0, "queued"]);
});

Deno.test("a function is told to a worker once, before its first run", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1", 4);
  many(world, 3);
  assertEquals(world.toWorkers.get("w1")!.map((m) => m.type), [
    "welcome-worker",
    "define-function",
    "run",
    "run",
    "run",
  ]);
});
