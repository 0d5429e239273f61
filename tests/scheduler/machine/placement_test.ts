import { assert, assertEquals } from "@std/assert";
import type { RunMessage } from "../../../actors/protocol/worker_scheduler.ts";
import { MachineWorld, submission } from "./machine_world.ts";

function many(world: MachineWorld, count: number, prefix = "k"): void {
  world.client("c1", ...Array.from({ length: count }, (_, i) => submission(`${prefix}${i}`)));
}

function keys(runs: RunMessage[]): string[] {
  return runs.map((run) => run.key);
}

Deno.test("scenario 52: choosePlacement() runs a task where its bigger input is", () => {
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

Deno.test("scenario 53: dispatch() spreads unknown tasks over free slots only, in proportion", () => {
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

Deno.test("scenario 55: dispatch() keeps resource limits and lets others pass", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1", 8, { A: 2 });
  for (let i = 0; i < 5; i++) world.submit(`a${i}`, { options: { resources: { A: 1 } } });
  many(world, 3, "free");
  assertEquals(keys(world.runs()), ["a0", "a1", "free0", "free1", "free2"]);
  world.finish(world.run("a0"));
  assertEquals(keys(world.runs()).at(-1), "a2");
});

Deno.test("scenario 56: dispatch() sends higher priority first, then the deeper nested, then the earlier", () => {
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

Deno.test("scenario 62: queued tasks survive that all workers go and others come", () => {
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

/** Runs all to the end, each worker one round after the other; gives the keys in the order in which they began. */
function runAll(world: MachineWorld, workers: readonly string[], look: () => void = () => {}): string[] {
  const begun: string[] = [];
  const done = new Map(workers.map((worker) => [worker, 0]));
  for (let isBusy = true; isBusy;) {
    isBusy = false;
    for (const worker of workers) {
      const runs = world.runs(worker);
      const run = runs[done.get(worker)!];
      if (run === undefined) continue;
      isBusy = true;
      begun.push(run.key);
      done.set(worker, done.get(worker)! + 1);
      world.finish(run, worker);
      look();
    }
  }
  return begun;
}

Deno.test("scenario 56: dispatch() goes depth first inside a graph, first come first served across graphs", () => {
  const world = new MachineWorld();
  world.addClient();
  const graph = (name: string): void => {
    const leaves = [0, 1, 2, 3].map((i) => `${name}${i}`);
    const messages = leaves.map((key) => submission(key));
    messages.push(submission(`${name}01`, { deps: [`${name}0`, `${name}1`] }));
    messages.push(submission(`${name}23`, { deps: [`${name}2`, `${name}3`] }));
    messages.push(submission(`${name}all`, { deps: [`${name}01`, `${name}23`] }));
    world.client("c1", ...messages);
  };
  graph("a");
  graph("b");
  world.addWorker("w1");
  const inGraph = (name: string) => ["0", "1", "01", "2", "3", "23", "all"].map((key) => name + key);
  assertEquals(runAll(world, ["w1"]), [...inGraph("a"), ...inGraph("b")]);
});

Deno.test("dispatch() keeps the order of many tasks that wait for one input, and of those behind finished ones", () => {
  const world = new MachineWorld();
  world.addClient();
  world.client(
    "c1",
    submission("root"),
    ...Array.from({ length: 50 }, (_, i) => submission(`k${i}`, { deps: ["root"] })),
  );
  world.client("c1", submission("later"));
  world.addWorker("w1");
  const ordered = Array.from({ length: 50 }, (_, i) => `k${i}`);
  assertEquals(runAll(world, ["w1"]), ["root", ...ordered, "later"]);
  world.client("c1", submission("plain"), submission("behind", { deps: ["root"] }));
  assertEquals(keys(world.runs()).slice(-1), ["plain"]);
});

Deno.test("scenario 61: roots are not made faster than what they are for uses them up", () => {
  const world = new MachineWorld();
  world.addClient();
  const roots = Array.from({ length: 100 }, (_, i) => submission(`root${i}`));
  const reducers = Array.from({ length: 100 }, (_, i) => submission(`reduce${i}`, { deps: [`root${i}`] }));
  const release = { type: "release", keys: Array.from({ length: 100 }, (_, i) => `root${i}`) } as const;
  world.client("c1", ...roots, ...reducers, release);
  world.addWorker("w1", 2);
  world.addWorker("w2", 2);
  let alive = 0;
  let most = 0;
  const look = () => {
    alive =
      [...world.state.tasks.values()].filter(({ key }) => key.startsWith("root") && world.stateOf(key) === "memory")
        .length;
    most = Math.max(most, alive);
  };
  assertEquals(runAll(world, ["w1", "w2"], look).length, 200);
  assert(most <= 4, `${most} results of roots were alive at once`);
  assertEquals(alive, 0);
});

Deno.test("scenario 58: work spreads over workers that join later", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w0");
  many(world, 120);
  const workers = ["w0"];
  const done = new Map<string, number>();
  const TASK_MS = 200;
  for (let atMs = 0; [...done.values()].reduce((a, b) => a + b, 0) < 120; atMs += TASK_MS) {
    if (atMs === TASK_MS) workers.push("w1");
    if (atMs === 2 * TASK_MS) workers.push(...Array.from({ length: 10 }, (_, i) => `w${i + 2}`));
    for (const worker of workers) if (!world.state.workers.has(worker)) world.addWorker(worker);
    world.advance(TASK_MS);
    for (const worker of workers) {
      const count = done.get(worker) ?? 0;
      const run = world.runs(worker)[count];
      if (run === undefined) continue;
      world.finish(run, worker, 10, TASK_MS);
      done.set(worker, count + 1);
    }
  }
  assertEquals(done.size, 12);
  assert([...done.values()].every((count) => count >= 3 && count <= 22), `${[...done.values()]}`);
});

Deno.test("scenario 14: a task whose inputs exceed every worker's memory fails at once, and says by how much", () => {
  const world = new MachineWorld();
  world.addClient();
  const registration = { threads: 1, resources: {}, hasNanny: false };
  for (const [workerId, memoryLimitBytes] of [["w1", 1_000], ["w2", 2_000]] as const) {
    world.worker(workerId, { type: "register-worker", workerId, name: workerId, memoryLimitBytes, ...registration });
  }
  for (const key of ["a", "b", "c"]) {
    world.submit(key, { options: { workers: ["w2"] } });
    world.finish(world.run(key, "w2"), "w2", 900);
  }
  world.submit("fits", { deps: ["a", "b"] });
  world.submit("huge", { deps: ["a", "b", "c"] });
  world.submit("dependent", { deps: ["huge"] });
  assertEquals([world.stateOf("fits"), world.told("dependent")], ["processing", ["failed"]]);
  const failure = world.toClients.get("c1")!.find((m) => m.type === "failed" && m.key === "huge");
  assertEquals(
    failure?.type === "failed" && failure.error.text,
    'task/too-large: Cannot run task "huge": its inputs take 2700 bytes, ' +
      "and the largest memory limit of a worker is 2000 bytes",
  );
  world.addWorker("w3");
  world.client("c1", { type: "retry", ackId: 1, keys: ["huge"] });
  assertEquals(world.stateOf("huge"), "processing");
});

Deno.test("choosePlacement() sends what runs aside to a full worker at once, and it takes no slot", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  many(world, 3);
  world.submit("aside", { options: { workers: ["w1"], isAside: true } });
  assertEquals(keys(world.runs()), ["k0", "aside"]);
  assertEquals([world.run("aside").isAside, world.state.workers.get("w1")!.busy], [true, 1]);
  world.finish(world.run("aside"));
  assertEquals(keys(world.runs()), ["k0", "aside"]);
  world.finish(world.run("k0"));
  assertEquals(keys(world.runs()), ["k0", "aside", "k1"]);
});
