import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { failed, MachineWorld, submission } from "./machine_world.ts";

function world1x1(): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  return world;
}

Deno.test("scenario 11: submit() waits for a worker, without any", () => {
  const world = new MachineWorld();
  world.addClient();
  world.submit("x");
  assertEquals(world.stateOf("x"), "queued");
  world.addWorker();
  world.finish(world.run("x"));
  assertEquals(world.told("x"), ["finished"]);
});

Deno.test("submit() tells at once that a known key has finished", () => {
  const world = world1x1();
  world.addClient("c2");
  world.submit("x");
  world.finish(world.run("x"));
  world.submit("x", {}, "c2");
  const message = world.last("c2");
  assert(message?.type === "finished");
  assertEquals([message.hasValue, message.holders], [false, ["w1"]]);
  assertEquals(world.runs().length, 1);
});

Deno.test("submit() refuses a key that names a different task, and keeps the first", () => {
  const world = world1x1();
  world.addClient("c2");
  world.submit("x", { args: [1, new Uint8Array([1, 2])] }, "c1");
  world.submit("x", { args: [1, new Uint8Array([1, 2])] }, "c2");
  assertEquals(world.told("x", "c2"), []);
  world.addClient("c3");
  world.submit("x", { args: [1, new Uint8Array([1, 3])] }, "c3");
  const message = world.last("c3");
  assert(message?.type === "failed");
  assertStringIncludes(message.error.text, 'task/key-conflict: Cannot submit task "x"');
  world.finish(world.run("x"));
  assertEquals([world.told("x", "c1"), world.told("x", "c3")], [["finished"], ["failed"]]);
});

Deno.test("submit() fails a task whose input is not known any more", () => {
  const world = world1x1();
  world.submit("y", { deps: ["gone"] });
  const message = world.last();
  assert(message?.type === "failed");
  assertStringIncludes(message.error.text, 'task/lost: Cannot run task "y": its input "gone" is not known any more');
  world.client("c1", { type: "retry", ackId: 1, keys: ["y"] });
  assertEquals(world.stateOf("y"), "erred");
  world.client("c1", { type: "release", keys: ["y"] });
  assertEquals(world.state.tasks.size, 0);
});

Deno.test("submit() fails a task whose function was never told", () => {
  const world = world1x1();
  world.submit("y", { fn: "nowhere" });
  const message = world.last();
  assert(message?.type === "failed");
  assertStringIncludes(message.error.text, 'its function "nowhere" was never told');
});

Deno.test("submitMap() submits many tasks of one function, dependencies named twice included", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1", 8);
  world.submit("x");
  world.finish(world.run("x"));
  world.client("c1", {
    type: "submit-map",
    fn: "f",
    keys: ["a", "b"],
    args: [[[0], [1]], [7]],
    deps: [["x", "x"], []],
    options: undefined,
    parent: undefined,
  });
  assertEquals([world.run("a").deps, world.run("a").holders], [["x", "x"], [["w1"], ["w1"]]]);
  assertEquals(world.run("b").args, [7]);
});

Deno.test("submitGraph() submits tasks of several functions; what is released inside it goes when it is not needed", () => {
  const world = world1x1();
  world.client(
    "c1",
    { type: "define-function", hash: "g", name: "g", code: null },
    {
      type: "submit-graph",
      fns: ["f", "g", "f"],
      keys: ["a", "b", "c"],
      args: [[1], [[0]], [[0], [1], [0]]],
      deps: [[], ["a"], ["a", "b", "a"]],
      options: undefined,
      parent: undefined,
    },
    { type: "release", keys: ["a", "b"] },
  );
  world.finish(world.run("a"));
  assertEquals([world.run("b").fn, world.stateOf("c")], ["g", "waiting"]);
  world.finish(world.run("b"));
  world.finish(world.run("c"));
  assertEquals([world.told("a"), world.told("b"), world.told("c")], [[], [], ["finished"]]);
  assertEquals(world.freed().sort(), ["a", "b"]);
});

Deno.test("submit() settles a chain of 100,000 tasks and its failure without recursion", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  const messages = [submission("k0")];
  for (let i = 1; i < 100_000; i++) messages.push(submission(`k${i}`, { deps: [`k${i - 1}`] }));
  world.client("c1", ...messages);
  const error = { text: "Error: root", value: undefined };
  const { runId } = world.run("k0");
  world.worker("w1", { type: "failed", runId, error, durationMs: 1, retriable: true });
  assertEquals(world.toClients.get("c1")!.filter((m) => m.type === "failed").length, 100_000);
});

Deno.test("functions are kept while a session or a task refers to them", () => {
  const world = world1x1();
  world.addClient("c2");
  world.submit("x", {}, "c2");
  world.client("c1", { type: "unregister-client" });
  assertEquals(world.state.functions.size, 1);
  const publish = { type: "publish", name: "zs", keys: ["x"], value: null, replace: false } as const;
  world.client("c2", { type: "order", ackId: 1, order: publish });
  world.client("c2", { type: "unregister-client" });
  assertEquals(world.state.functions.size, 1);
  world.addClient("c3");
  world.client("c3", { type: "order", ackId: 1, order: { type: "unpublish", name: "zs" } });
  world.client("c3", { type: "unregister-client" });
  assertEquals([world.state.functions.size, world.state.tasks.size], [0, 0]);
});

Deno.test("submit() tries anew what failed without a run, under the new options, with what inherited the failure", () => {
  const world = new MachineWorld();
  world.addClient("c1");
  world.addClient("c2");
  world.addWorker("w1");
  const gpu = { resources: { gpu: 1 }, noWorkerTimeoutMs: 100 };
  world.submit("a", { options: gpu }, "c1");
  world.submit("b", { deps: ["a"] }, "c1");
  world.advance(100);
  assertEquals([world.told("a"), world.told("b"), world.state.rosters.size], [["failed"], ["failed"], 1]);
  // With the same options it waits again.
  world.submit("a", { options: gpu }, "c2");
  assertEquals([world.stateOf("a"), world.told("a", "c1")], ["no-worker", ["failed", "pending"]]);
  world.advance(100);
  assertEquals(world.told("a", "c2"), ["failed"]);
  world.submit("a", { options: { retries: 1 } }, "c2");
  world.submit("b", { deps: ["a"] }, "c2");
  assertEquals([world.stateOf("a"), world.stateOf("b"), world.state.rosters.size], ["processing", "waiting", 0]);
  world.worker("w1", failed(world.run("a").runId));
  assertEquals(world.stateOf("a"), "processing", "its retries are the new ones");
  world.finish(world.run("a"));
  world.finish(world.run("b"));
  assertEquals([world.told("a", "c1").at(-1), world.told("b", "c1").at(-1)], ["finished", "finished"]);
});

Deno.test("submit() of what a run failed at shares the failure, whatever the options", () => {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker("w1");
  world.submit("a");
  world.worker("w1", failed(world.run("a").runId));
  world.submit("a", { options: { retries: 3 } });
  assertEquals([world.stateOf("a"), world.told("a")], ["erred", ["failed", "failed"]]);
});
