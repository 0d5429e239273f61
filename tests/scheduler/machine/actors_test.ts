import { assert, assertEquals } from "@std/assert";
import type { RunMessage } from "../../../actors/protocol/worker_scheduler.ts";
import type { SubmitOptions } from "../../../actors/protocol/task.ts";
import { death, failed, finished, MachineWorld, submission } from "./machine_world.ts";

interface MakeOptions extends Partial<SubmitOptions> {
  readonly name?: string;
  readonly isReentrant?: boolean;
}

/** A world with one client and one worker. */
function world(): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  return world;
}

function make(world: MachineWorld, key: string, options: MakeOptions = {}, clientId = "c1"): void {
  const { name, isReentrant = false, ...others } = options;
  world.submit(key, { options: { ...others, actor: { name, isReentrant } } }, clientId);
}

/** Makes an actor, and has it begin. */
function start(world: MachineWorld, key: string, options: MakeOptions = {}, workerId = "w1"): RunMessage {
  make(world, key, options);
  const run = world.run(key, workerId);
  world.worker(workerId, finished(run.runId, 0));
  return run;
}

interface CallOptions {
  readonly deps?: readonly string[];
  readonly caller?: string;
  readonly parent?: number;
  readonly timeoutMs?: number;
  readonly isTell?: boolean;
}

function call(world: MachineWorld, key: string, actor: string, options: CallOptions = {}, clientId = "c1"): void {
  const { deps = [], caller = "", parent, timeoutMs, isTell = false } = options;
  const args = ["method", ...deps.map((_, index) => [index] as const)];
  world.client(clientId, { type: "call-actor", key, actor, args, deps, caller, parent, timeoutMs, isTell });
}

/** What a client was told of a key last, as text. */
function outcome(world: MachineWorld, key: string, clientId = "c1"): string {
  const last = world.toClients.get(clientId)?.findLast((m) => "key" in m && m.key === key);
  return last?.type === "failed" ? last.error.text : last?.type ?? "nothing";
}

Deno.test("an actor is made by a run that takes no slot, beside what runs", () => {
  const w = world();
  w.submit("long");
  make(w, "a");
  assertEquals(w.run("a").actor, { type: "make", isReentrant: false });
  w.finish(w.run("a"));
  assertEquals(w.stateOf("a"), "memory");
});

Deno.test("actors are spread over workers, those with the fewest first", () => {
  const w = world();
  w.addWorker("w2", 1);
  for (const key of ["a", "b", "c", "d"]) make(w, key);
  assertEquals([w.runs("w1").length, w.runs("w2").length], [2, 2]);
});

Deno.test("an actor occupies its resources as long as it lives", () => {
  const w = new MachineWorld();
  w.addClient();
  w.addWorker("w1", 2, { gpu: 1 });
  start(w, "a", { resources: { gpu: 1 } });
  make(w, "b", { resources: { gpu: 1 } });
  w.submit("t", { options: { resources: { gpu: 1 } } });
  assertEquals([w.stateOf("b"), w.stateOf("t")], ["queued", "queued"]);
  w.client("c1", { type: "release", keys: ["a"] });
  assertEquals(w.freed(), ["a"]);
  assertEquals(w.stateOf("b"), "queued"); // until it is gone
  w.worker("w1", { type: "actor-ended", key: "a", death: undefined });
  assertEquals(w.stateOf("b"), "processing");
});

Deno.test("calls go where the actor is, in the order of their caller, also behind one that waits for an input", () => {
  const w = world();
  w.addWorker("w2", 1);
  make(w, "a", { workers: ["w2"] });
  w.submit("input", { options: { workers: ["w1"] } });
  call(w, "c1", "a", { deps: ["input"] });
  call(w, "c2", "a");
  call(w, "other", "a", { caller: "task" });
  w.finish(w.run("a", "w2"), "w2", 0);
  assertEquals(w.runs("w2").map((run) => run.key), ["a", "other"]); // another caller does not wait
  w.finish(w.run("input"));
  assertEquals(w.runs("w2").map((run) => run.key), ["a", "other", "c1", "c2"]);
  assertEquals(w.run("c1", "w2").deps, ["input"]); // not the actor: it is there
  assertEquals(w.run("c2", "w2").actor, { type: "call", actor: "a", caller: "c1 ", name: undefined });
});

Deno.test("a call whose input failed fails, and those behind it go on", () => {
  const w = world();
  start(w, "a");
  w.submit("input");
  call(w, "c1", "a", { deps: ["input"] });
  call(w, "c2", "a");
  w.worker("w1", failed(w.run("input").runId));
  assertEquals(outcome(w, "c1"), "Error: boom");
  assertEquals(w.run("c2").key, "c2");
});

Deno.test("a call goes on though nobody wants its reply, and an actor lives until it has", () => {
  const w = world();
  start(w, "a");
  call(w, "c1", "a");
  w.client("c1", { type: "release", keys: ["c1", "a"] });
  assertEquals([w.stateOf("c1"), w.stateOf("a"), w.freed()], ["processing", "memory", []]);
  w.finish(w.run("c1"));
  assertEquals([w.stateOf("c1"), w.stateOf("a")], ["unknown", "unknown"]);
  assert(w.freed().includes("a"));
});

Deno.test("a cancelled call that was not sent is dropped, those behind it go on", () => {
  const w = world();
  start(w, "a");
  w.submit("input");
  call(w, "c1", "a", { deps: ["input"] });
  call(w, "c2", "a");
  w.client("c1", { type: "cancel", ackId: 1, keys: ["c1"], force: false, reason: "" });
  assertEquals([outcome(w, "c1"), w.run("c2").key], ["cancelled", "c2"]);
});

Deno.test("a window of calls is in hand; callers take turns", () => {
  const w = world();
  start(w, "a");
  for (let i = 0; i < 300; i++) call(w, `many-${i}`, "a");
  assertEquals(w.runs().length, 1 + 128);
  call(w, "one", "a", { caller: "task" });
  w.finish(w.run("many-0"));
  w.finish(w.run("many-1"));
  assert(w.runs().some((run) => run.key === "one"));
});

Deno.test("a reply is lost with its worker, and never asked for again", () => {
  const w = world();
  start(w, "a", { retries: 1 });
  call(w, "c1", "a");
  w.finish(w.run("c1"));
  w.addWorker("w2");
  w.dropWorker("w1");
  assertEquals(outcome(w, "c1"), "lost");
  assertEquals(w.runs("w2").map((run) => run.key), ["a"]);
});

Deno.test("an actor is made again elsewhere while it has retries; what was in hand fails, what waits goes there", () => {
  const w = world();
  start(w, "a", { retries: 1 });
  w.addWorker("w2");
  w.submit("input", { options: { workers: ["w2"] } });
  call(w, "begun", "a");
  call(w, "waits", "a", { deps: ["input"] });
  w.dropWorker("w1");
  const how = "w1 exited with code 7 while it had the call in hand, which may have been carried out";
  assertEquals(outcome(w, "begun"), `actor/terminated: Cannot ask actor "a": ${how}`);
  assertEquals(outcome(w, "a"), "pending");
  w.finish(w.run("input", "w2"), "w2");
  w.finish(w.run("a", "w2"), "w2", 0);
  w.finish(w.run("waits", "w2"), "w2");
  assertEquals(outcome(w, "waits"), "finished");
  w.addWorker("w3");
  w.dropWorker("w2");
  call(w, "late", "a");
  const told = outcome(w, "late");
  assert(told.startsWith("actor/terminated") && told.includes("w2, which exited with code 7"), told);
});

Deno.test("an actor whose executor died is made again; unbegun calls go to it in their order", () => {
  const w = world();
  start(w, "a", { retries: 1 });
  for (const key of ["c1", "c2", "c3"]) call(w, key, "a");
  const ids = ["c1", "c2", "c3"].map((key) => w.run(key).runId);
  w.worker(
    "w1",
    { type: "actor-ended", key: "a", death: death("w1", "ran out of memory") },
    { type: "died", runId: ids[0]!, started: true, death: death("w1", "ran out of memory") },
    { type: "returned", runIds: [ids[2]!, ids[1]!] },
  );
  assert(outcome(w, "c1").includes("ran out of memory while it had the call in hand"));
  w.finish(w.run("a"), "w1", 0);
  assertEquals(w.runs().slice(-2).map((run) => run.key), ["c2", "c3"]);
});

Deno.test("an actor that cannot be made fails its calls with its own error", () => {
  const w = world();
  make(w, "a");
  call(w, "c1", "a");
  w.worker("w1", failed(w.run("a").runId, "RangeError: no"));
  call(w, "c2", "a");
  assertEquals([outcome(w, "c1"), outcome(w, "c2")], ["RangeError: no", "RangeError: no"]);
});

Deno.test("a name is one actor's, from the first word on until its end", () => {
  const w = world();
  w.addClient("c2");
  make(w, "a", { name: "n" });
  make(w, "b", { name: "n" }, "c2");
  assertEquals(
    outcome(w, "b", "c2"),
    'actor/name-taken: Cannot start actor "n": another actor of the cluster has this name',
  );
  w.finish(w.run("a"), "w1", 0);
  w.client("c1", { type: "unregister-client" });
  assertEquals(w.stateOf("a"), "memory"); // its name claims it
  w.client("c2", { type: "find-actor", ackId: 5, name: "n", waits: false });
  assertEquals(w.last("c2"), { type: "answer", ackId: 5, value: ["a", "a"] });
  w.client("c2", { type: "end-actor", ackId: 6, key: "a", isKill: false });
  assertEquals(w.freed(), ["a"]);
  assert(w.last("c2")?.type !== "done", "it is not gone");
  make(w, "c", { name: "n" }, "c2"); // the name is free at once
  w.worker("w1", { type: "actor-ended", key: "a", death: undefined });
  assertEquals(w.toClients.get("c2")!.filter((m) => m.type === "done"), [{ type: "done", ackId: 6 }]);
  assertEquals(w.stateOf("c"), "processing");
});

Deno.test("who looks for a name is refused, or waits for it until it gives up", () => {
  const w = world();
  w.addClient("c2");
  w.client("c2", { type: "find-actor", ackId: 1, name: "n", waits: false });
  assertEquals(w.last("c2")?.type, "refused");
  w.client("c2", { type: "find-actor", ackId: 2, name: "n", waits: true });
  w.client("c2", { type: "find-actor", ackId: 3, name: "n", waits: true });
  w.client("c2", { type: "give-up", ackIds: [2] });
  make(w, "a", { name: "n" });
  assertEquals(w.last("c2"), { type: "answer", ackId: 3, value: ["a", "a"] });
  assertEquals(w.toClients.get("c2")!.filter((m) => m.type === "answer").length, 1);
  assertEquals(w.state.actors.seekers, []);
});

Deno.test("a stopped actor: who waits is told when it is gone, calls that were not sent fail, sent ones end there", () => {
  const w = world();
  start(w, "a");
  w.submit("input");
  call(w, "sent", "a");
  call(w, "waits", "a", { deps: ["input"] });
  w.client("c1", { type: "end-actor", ackId: 1, key: "a", isKill: false });
  assert(outcome(w, "waits").endsWith("it has ended, it was stopped"));
  w.finish(w.run("sent"));
  assertEquals(outcome(w, "sent"), "finished");
  call(w, "late", "a");
  assert(outcome(w, "late").startsWith("actor/terminated"));
  w.worker("w1", { type: "actor-ended", key: "a", death: undefined });
  w.client("c1", { type: "end-actor", ackId: 2, key: "a", isKill: false }); // twice is fine
  assertEquals(w.toClients.get("c1")!.flatMap((m) => m.type === "done" ? [m.ackId] : []), [1, 2]);
});

Deno.test("a killed actor fails what it has in hand", () => {
  const w = world();
  start(w, "a");
  call(w, "sent", "a");
  w.client("c1", { type: "end-actor", ackId: 1, key: "a", isKill: true });
  assert(outcome(w, "sent").endsWith("it was killed"));
  assertEquals(w.count("w1", "cancel-run"), 1);
  w.worker("w1", { type: "stopped", runId: w.run("sent").runId }, { type: "actor-ended", key: "a", death: undefined });
  assertEquals(w.last(), { type: "done", ackId: 1 });
});

Deno.test("an actor that is stopped while it is being made ends once that is over", () => {
  const w = world();
  make(w, "a");
  w.client("c1", { type: "end-actor", ackId: 1, key: "a", isKill: false });
  assert(w.last()?.type !== "done");
  w.worker("w1", { type: "stopped", runId: w.run("a").runId });
  assertEquals(w.last(), { type: "done", ackId: 1 });
});

Deno.test("who waits for the end of an actor hears of it when its worker goes", () => {
  const w = world();
  start(w, "a");
  w.client("c1", { type: "end-actor", ackId: 1, key: "a", isKill: false });
  w.dropWorker("w1");
  assert(w.toClients.get("c1")!.some((m) => m.type === "done" && m.ackId === 1));
});

Deno.test("a call that is not answered in time fails with actor/timeout, wherever it is", () => {
  const w = world();
  start(w, "a");
  w.submit("input");
  call(w, "sent", "a", { timeoutMs: 50 });
  call(w, "waits", "a", { deps: ["input"], timeoutMs: 60 });
  call(w, "answered", "a", { caller: "task", timeoutMs: 70 });
  w.finish(w.run("answered"));
  w.advance(100);
  assert(outcome(w, "sent").startsWith("actor/timeout") && outcome(w, "waits").startsWith("actor/timeout"));
  assertEquals(outcome(w, "answered"), "finished");
  assertEquals(w.state.actors.deadlines.size, 0);
});

Deno.test("a chain of calls that leads back to a waiting actor is refused, naming the cycle", () => {
  const w = world();
  start(w, "a", { name: "alice" });
  start(w, "b");
  call(w, "c1", "a");
  call(w, "c2", "b", { parent: w.run("c1").runId, caller: "a" });
  call(w, "c3", "a", { parent: w.run("c2").runId, caller: "b" });
  assertEquals(
    outcome(w, "c3"),
    'actor/cycle: Cannot ask actor "alice": it waits for the reply itself: alice -> b -> alice',
  );
  call(w, "self", "b", { parent: w.run("c2").runId, caller: "b" });
  assert(outcome(w, "self").endsWith("b -> b"));
});

Deno.test("no cycle: a tell, a reentrant actor, and a chain whose first link has ended", () => {
  const w = world();
  start(w, "a");
  start(w, "b", { isReentrant: true });
  call(w, "c1", "a");
  call(w, "self", "a", { parent: w.run("c1").runId, isTell: true });
  call(w, "told", "b", { parent: w.run("c1").runId, isTell: true });
  call(w, "c2", "b", { parent: w.run("c1").runId });
  call(w, "c3", "b", { parent: w.run("c2").runId });
  call(w, "c4", "a", { parent: w.run("told").runId });
  for (const key of ["self", "c3", "c4"]) assertEquals(w.stateOf(key), "processing", key);
  w.finish(w.run("c1"));
  call(w, "c5", "a", { parent: w.run("c2").runId });
  assertEquals(w.stateOf("c5"), "processing");
});

Deno.test("a worker with actors is not retired", () => {
  const w = world();
  w.addWorker("w2");
  start(w, "a");
  w.client("c1", { type: "order", ackId: 1, order: { type: "retire-workers", count: 1, workers: ["w1"] } });
  assertEquals(w.last(), { type: "answer", ackId: 1, value: [] });
  assertEquals([w.state.workers.get("w1")!.isOpen, w.count("w1", "stop-worker")], [true, 0]);
});

Deno.test("a call of an actor that is not known fails", () => {
  const w = world();
  call(w, "c1", "nobody");
  w.submit("t");
  call(w, "c2", "t");
  assert(outcome(w, "c1").startsWith("actor/terminated") && outcome(w, "c2").startsWith("actor/terminated"));
});

Deno.test("an actor takes futures for its arguments, and is claimed by what names it", () => {
  const w = world();
  w.client("c1", submission("input"));
  w.client("c1", submission("a", { deps: ["input"], options: { actor: { name: undefined, isReentrant: false } } }));
  assertEquals(w.stateOf("a"), "waiting");
  w.finish(w.run("input"));
  w.finish(w.run("a"), "w1", 0);
  w.submit("t");
  w.client("c1", { type: "keep", key: "t", keys: ["a"] }, { type: "release", keys: ["a"] });
  assertEquals(w.stateOf("a"), "memory");
  w.client("c1", { type: "release", keys: ["t"] });
  assertEquals(w.stateOf("a"), "unknown");
});
