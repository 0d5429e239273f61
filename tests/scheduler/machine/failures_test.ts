import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { death, failed, finished, MachineWorld } from "./machine_world.ts";

function twoWorkers(): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.addWorker("w2");
  return world;
}

Deno.test("scenario 17: runFailed() tells all dependants of the first cause and never runs them", () => {
  const world = twoWorkers();
  world.submit("x");
  world.submit("y", { deps: ["x"] });
  world.submit("z", { deps: ["y"] });
  world.submit("other");
  const at = world.runs("w1").some((run) => run.key === "x") ? "w1" : "w2";
  world.worker(at, failed(world.run("x", at).runId, "Error: first"));
  for (const key of ["x", "y", "z"]) assertEquals([world.stateOf(key), world.told(key)], ["erred", ["failed"]]);
  const told = world.toClients.get("c1")!.filter((m) => m.type === "failed");
  assertEquals(new Set(told.map((m) => m.error)).size, 1);
  assertEquals(world.stateOf("other"), "processing");
  assertEquals([...world.runs("w1"), ...world.runs("w2")].length, 2);
});

Deno.test("runFailed() starts a task again while it has retries, unless that is no use", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  world.submit("x", { options: { retries: 2 } });
  world.worker("w1", failed(world.run("x").runId));
  assertEquals(world.run("x").attempt, 2);
  world.worker("w1", failed(world.run("x").runId, "Error: cannot travel", false));
  assertEquals(world.told("x"), ["failed"]);
});

Deno.test("scenario 23: submit() fails at once when a dependency has failed", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  world.submit("x");
  world.worker("w1", failed(world.run("x").runId));
  world.submit("y", { deps: ["x"] });
  assertEquals(world.told("y"), ["failed"]);
  assertEquals(world.runs().length, 1);
});

Deno.test("scenario 26: runDied() blames started runs only and fails a task after three deaths with the death record", () => {
  // 1. The killer has begun on w1, a bystander waits behind it (prefetched).
  // 2. The executor dies; the killer is blamed, the bystander is not.
  // 3. After the third death the killer fails; the bystander finishes.
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.submit("warm");
  world.finish(world.run("warm"), "w1", 1, 0.1);
  world.submit("killer");
  world.submit("bystander");
  for (let deaths = 1; deaths <= 3; deaths++) {
    const killer = world.run("killer");
    assertEquals([killer.attempt, killer.announce], [deaths, deaths > 1]);
    world.worker(
      "w1",
      { type: "started", runIds: [killer.runId] },
      { type: "died", runId: killer.runId, started: true, death: death("w1", "ran out of memory") },
      { type: "died", runId: world.run("bystander").runId, started: false, death: death("w1", "ran out of memory") },
    );
  }
  const message = world.toClients.get("c1")!.find((m) => m.type === "failed");
  assert(message?.type === "failed");
  assertStringIncludes(message.error.text, 'task/killed-worker: Cannot finish task "killer": it was running on 3');
  assertStringIncludes(message.error.text, "w1 ran out of memory; its last lines: bye");
  assertEquals(world.state.tasks.get("bystander")!.deaths, 0);
  world.finish(world.run("bystander"));
  assertEquals(world.told("bystander"), ["finished"]);
});

Deno.test("workerLeft() blames nobody when a worker left by itself", () => {
  const world = new MachineWorld();
  world.addClient();
  for (let i = 0; i < 5; i++) {
    world.addWorker(`w${i}`);
    if (i === 0) world.submit("x");
    world.worker(`w${i}`, { type: "started", runIds: [world.run("x", `w${i}`).runId] });
    world.dropWorker(`w${i}`, false);
  }
  assertEquals([world.stateOf("x"), world.state.tasks.get("x")!.deaths], ["queued", 0]);
});

Deno.test("workerLeft() recomputes lost results recursively, but not what has finished elsewhere", () => {
  // 1. x and y = f(x) are on w1 only, z = f(y) is on w2.
  // 2. w1 dies: y is claimed, so x and y are computed again; z stays finished.
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.submit("x");
  world.finish(world.run("x"));
  world.submit("y", { deps: ["x"] });
  world.finish(world.run("y"));
  world.client("c1", { type: "release", keys: ["x"] });
  assertEquals(world.freed(), ["x"]);
  world.addWorker("w2");
  world.submit("z", { deps: ["y"], options: { workers: ["w2"] } });
  world.finish(world.run("z", "w2"), "w2");
  world.dropWorker("w1");
  assertEquals(["x", "y", "z"].map((key) => world.stateOf(key)), ["processing", "waiting", "memory"]);
  world.finish(world.run("x", "w2"), "w2");
  world.finish(world.run("y", "w2"), "w2");
  assertEquals(world.told("y"), ["finished", "pending", "finished"]);
  assertEquals(world.told("z"), ["finished"]);
});

Deno.test("workerLeft() survives a long chain of lost results", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  const length = 1_000;
  world.submit("k0");
  world.finish(world.run("k0"));
  for (let i = 1; i < length; i++) {
    world.submit(`k${i}`, { deps: [`k${i - 1}`] });
    world.finish(world.run(`k${i}`));
    world.client("c1", { type: "release", keys: [`k${i - 1}`] });
  }
  world.dropWorker("w1");
  world.addWorker("w2");
  for (let i = 0; i < length; i++) world.finish(world.run(`k${i}`, "w2"), "w2");
  assertEquals(world.told(`k${length - 1}`), ["finished", "pending", "finished"]);
});

Deno.test("scenario 65: workerLeft() loses a scattered value with its dependants, but not finished ones", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.client("c1", { type: "scatter", ackId: 1, keys: ["s"], bytes: [8], copies: 0, workers: undefined });
  assertEquals(world.last(), { type: "placed", ackId: 1, workers: [["w1"]] });
  world.worker("w1", { type: "stored", key: "s", bytes: 8, valueType: "string" });
  world.addWorker("w2");
  world.submit("done", { deps: ["s"], options: { workers: ["w2"] } });
  world.finish(world.run("done", "w2"), "w2");
  world.submit("open", { deps: ["s"], options: { workers: ["w3"] } });
  world.dropWorker("w1");
  const lost = world.toClients.get("c1")!.find((m) => m.type === "lost" && m.key === "open");
  assert(lost?.type === "lost");
  assertEquals(lost.reason, "it was only on w1, which exited with code 7");
  assertEquals([world.stateOf("s"), world.stateOf("open"), world.stateOf("done")], ["lost", "lost", "memory"]);
});

Deno.test("scenario 67: inputsMissing() drops the holders that said no, recomputes and runs elsewhere", () => {
  const world = twoWorkers();
  world.submit("x", { options: { workers: ["w1"] } });
  world.finish(world.run("x", "w1"), "w1");
  world.submit("y", { deps: ["x"], options: { workers: ["w2"] } });
  const run = world.run("y", "w2");
  world.worker("w2", { type: "missing-inputs", runId: run.runId, keys: ["x"], from: ["w1"] });
  assertEquals([world.stateOf("x"), world.stateOf("y")], ["processing", "waiting"]);
  assertEquals(world.freed("w1"), ["x"]);
  world.finish(world.run("x", "w1"), "w1");
  world.finish(world.run("y", "w2"), "w2");
  assertEquals(world.told("y"), ["finished"]);
});

Deno.test("scenario 67: inputsMissing() has an input that nobody reaches made elsewhere, and the task run elsewhere", () => {
  const world = twoWorkers();
  world.submit("a");
  const [first, other] = world.runs("w1").some(({ key }) => key === "a") ? ["w1", "w2"] : ["w2", "w1"];
  world.finish(world.run("a", first), first);
  world.submit("b", { deps: ["a"], options: { workers: [other] } });
  world.worker(other, { type: "missing-inputs", runId: world.run("b", other).runId, keys: ["a"], from: [first] });
  world.finish(world.run("a", other), other);
  world.finish(world.run("b", other), other);
  assertEquals(world.told("b"), ["finished"]);
});

Deno.test("scenario 67: inputsMissing() gives a task up that its workers cannot be brought its inputs for", () => {
  const world = twoWorkers();
  world.submit("x", { options: { workers: ["w1"] } });
  world.submit("y", { deps: ["x"], options: { workers: ["w2"] } });
  for (let round = 0; round < 5; round++) {
    assertEquals([round, world.told("y")], [round, []]);
    world.finish(world.run("x", "w1"), "w1");
    const { runId } = world.run("y", "w2");
    world.worker("w2", { type: "missing-inputs", runId, keys: ["x"], from: ["w1"] });
  }
  const failure = world.toClients.get("c1")!.find((m) => m.type === "failed" && m.key === "y");
  assertEquals(
    failure?.type === "failed" && failure.error.text,
    'task/lost: Cannot run task "y": w2 could not get its input "x" from w1, the 5th time in vain',
  );
  // Who has left could not be reached either, but that comes to an end by itself.
  world.client("c1", { type: "retry", ackId: 1, keys: ["y"] });
  for (let round = 0; round < 7; round++) {
    if (world.stateOf("x") !== "memory") world.finish(world.run("x", "w1"), "w1");
    const { runId } = world.run("y", "w2");
    world.worker("w2", { type: "missing-inputs", runId, keys: ["x"], from: ["w9"] });
  }
  assertEquals(world.stateOf("y"), "processing");
});

Deno.test("runReported() changes nothing for a run that was given up", () => {
  const world = twoWorkers();
  world.submit("x", { options: { workers: ["w1"] } });
  const stale = world.run("x", "w1");
  world.dropWorker("w1");
  world.addWorker("w1");
  const run = world.run("x", "w1");
  world.worker("w1", finished(stale.runId), failed(stale.runId));
  assertEquals([world.stateOf("x"), run.runId !== stale.runId], ["processing", true]);
});

Deno.test("heartbeat() finds a run that its worker has forgotten", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  world.submit("x");
  const first = world.run("x");
  const beat = { type: "heartbeat", runIds: [], rssBytes: 1, storedBytes: 1 } as const;
  world.worker("w1", beat, beat, beat);
  assertEquals(world.run("x").runId, first.runId);
  world.nowMs += 6_000;
  world.worker("w1", beat);
  assertEquals(world.run("x").runId, first.runId);
  world.worker("w1", beat);
  assertEquals(world.run("x").runId !== first.runId, true);
  world.worker("w1", { ...beat, runIds: [first.runId] });
  assertEquals(world.toWorkers.get("w1")!.at(-1)?.type, "cancel-run");
});
