import { assertEquals } from "@std/assert";
import type { ClientToScheduler } from "../../../actors/protocol/client_scheduler.ts";
import { finished, MachineWorld } from "./machine_world.ts";

function define(hash: string, ...requires: string[]): ClientToScheduler {
  return { type: "define-function", hash, name: hash, code: null, ...requires.length > 0 && { requires } };
}

/** A client whose functions `p` and `q` require the circle `a` and `b`, `q` also `c`; and a worker. */
function linkedWorld(): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.client("c1", define("a", "b"), define("b", "a"), define("c"), define("p", "a"), define("q", "a", "c"));
  world.addWorker();
  return world;
}

/** Hashes that a worker was told, in order. */
function told(world: MachineWorld, workerId = "w1"): string {
  return (world.toWorkers.get(workerId) ?? []).flatMap((m) => m.type === "define-function" ? m.hash : []).join("");
}

Deno.test("tellFunction() tells what a function requires before it, each once per worker", () => {
  const world = linkedWorld();
  world.submit("k1", { fn: "p" });
  assertEquals(told(world), "bap");
  world.finish(world.run("k1"));
  world.submit("k2", { fn: "q" });
  assertEquals(told(world), "bapcq");
  world.finish(world.run("k2"));
  world.submit("k3", { fn: "p" });
  assertEquals(told(world), "bapcq");
  const [definition] = world.toWorkers.get("w1")!.filter((m) => m.type === "define-function" && m.hash === "q");
  assertEquals(definition, { type: "define-function", hash: "q", name: "q", code: null, requires: ["a", "c"] });
});

Deno.test("functionsMissing() tells again what a worker lacks, and runs the task again without blame", () => {
  const world = linkedWorld();
  world.submit("k1", { fn: "q" });
  const first = world.run("k1");
  world.worker("w1", { type: "missing-functions", runId: first.runId, hashes: ["b", "c"] });
  assertEquals(told(world), "bacqbcq");
  const second = world.run("k1");
  assertEquals([second.runId === first.runId, second.attempt, world.told("k1")], [false, 1, []]);
  world.finish(second);
  assertEquals(world.stateOf("k1"), "memory");
});

Deno.test("functionsMissing() of a run that was given up ends it, and is heeded at the next", () => {
  const world = linkedWorld();
  world.submit("k1", { fn: "p" });
  const run = world.run("k1");
  world.client("c1", { type: "release", keys: ["k1"] });
  world.worker("w1", { type: "missing-functions", runId: run.runId, hashes: ["a", "b"] });
  assertEquals(world.state.runs.size, 0);
  world.submit("k2", { fn: "p" });
  assertEquals(told(world), "bapbap");
});

Deno.test("submit() fails a task whose function requires what nobody has told", () => {
  const world = linkedWorld();
  world.client("c1", define("r", "s"), define("s", "t"));
  world.submit("k1", { fn: "r" });
  const { fate } = world.state.tasks.get("k1")!;
  assertEquals(
    fate?.type === "failed" && fate.error.text,
    'input/invalid: Cannot run task "k1": its function "t" was never told',
  );
  world.client("c1", define("t", "s"));
  world.submit("k2", { fn: "r" });
  assertEquals(told(world), "tsr");
});

Deno.test("sweepFunctions() keeps what tasks require when their client is gone, and nothing when they are", () => {
  const world = linkedWorld();
  world.addClient("c2");
  world.submit("k1", { fn: "p" });
  world.client("c2", { type: "claim", keys: ["k1"] });
  world.client("c1", { type: "unregister-client" });
  assertEquals([...world.state.functions.keys()].join(""), "fabp");
  world.worker("w1", { type: "missing-functions", runId: world.run("k1").runId, hashes: ["a"] });
  world.worker("w1", finished(world.run("k1").runId));
  world.client("c2", { type: "release", keys: ["k1"] });
  world.client("c2", { type: "unregister-client" });
  assertEquals([world.state.functions.size, world.state.awaitedFunctions.size], [0, 0]);
});

Deno.test("forgetFunctions() lets go of what this client told, unless a task or another client has it", () => {
  const world = linkedWorld();
  world.addClient("c2");
  world.client("c2", define("c"));
  world.submit("k1", { fn: "p" });
  world.client("c1", { type: "forget-functions", hashes: ["f", "a", "b", "c", "p", "q", "never told"] });
  assertEquals([...world.state.functions.keys()].join(""), "fabcp");
  world.finish(world.run("k1"));
  world.client("c1", { type: "release", keys: ["k1"] });
  world.client("c1", define("p", "a"), define("a", "b"), define("b", "a"));
  world.submit("k2", { fn: "p" });
  assertEquals([world.told("k2"), told(world)], [[], "bap"]);
});
