import { assertEquals } from "@std/assert";
import { CoordinationWorld, get, put } from "./coordination_world.ts";

Deno.test("getItems() serves items and waiters first in, first out", () => {
  const world = new CoordinationWorld();
  world.ask("a", get()); // 1
  world.ask("b", get()); // 2
  for (const item of ["x", "y", "z"]) world.ask("c", put(item)); // 3 to 5
  assertEquals(world.heard(), ["c.3: done", "a.1: [x]", "c.4: done", "b.2: [y]", "c.5: done"]);
  world.ask("a", get());
  assertEquals(world.heard(), ["a.6: [z]"]);
});

Deno.test("putItem() waits while the queue is full, in order; what waits has its claims", () => {
  const world = new CoordinationWorld();
  for (const item of ["x", "y", "z"]) world.ask("a", put(item, [item], 1)); // 1 to 3
  assertEquals([world.heard(), world.claims("queue:q")], [["a.1: done"], ["x", "y", "z"]]);
  const first = world.ask("b", get());
  assertEquals(world.heard(), ["b.4: [x]", "a.2: done"]);
  world.took("b", first);
  assertEquals(world.claims("queue:q"), ["y", "z"]);
  world.giveUp("a", 3);
  assertEquals(world.claims("queue:q"), ["y"]);
});

Deno.test("getItems() waits until as many are there as were asked for, others behind it", () => {
  const world = new CoordinationWorld();
  world.ask("a", get(3)); // 1
  world.ask("b", get()); // 2
  for (const item of ["x", "y", "z"]) world.ask("c", put(item)); // 3 to 5
  assertEquals(world.heard(), ["c.3: done", "c.4: done", "c.5: done", "a.1: [x y z]"]);
  world.ask("c", put("last"));
  assertEquals(world.heard(), ["c.6: done", "b.2: [last]"]);
});

Deno.test("getItems() that is given up lets those behind it go on", () => {
  const world = new CoordinationWorld();
  world.ask("a", get(3));
  world.ask("b", get());
  world.ask("c", put("x"));
  assertEquals(world.heard(), ["c.3: done"]);
  world.giveUp("a", 1);
  assertEquals(world.heard(), ["b.2: [x]"]);
});

Deno.test("getItems() of all takes what is there at once, but nothing that somebody else waits for", () => {
  const world = new CoordinationWorld();
  world.ask("a", get(0));
  for (const item of ["x", "y"]) world.ask("c", put(item));
  world.ask("a", get(0));
  assertEquals(world.heard(), ["a.1: []", "c.2: done", "c.3: done", "a.4: [x y]"]);
  world.ask("b", get(2));
  world.ask("c", put("z"));
  world.ask("a", get(0));
  assertEquals(world.heard(), ["c.6: done", "a.7: []"]);
});

Deno.test("getItems() hands over once: what was not taken comes back to its place when it is given up", () => {
  const world = new CoordinationWorld();
  for (const item of ["x", "y", "z"]) world.ask("c", put(item, [item]));
  const [one, two] = [world.ask("a", get()), world.ask("b", get())];
  world.heard();
  world.giveUp("b", two);
  world.giveUp("a", one);
  world.ask("a", get(3));
  assertEquals([world.heard(), world.claims("queue:q")], [["a.6: [x y z]"], ["x", "y", "z"]]);
});

Deno.test("what was handed to a session that ends before it arrives comes back", () => {
  const world = new CoordinationWorld();
  world.ask("c", put("x"));
  world.ask("a", get());
  world.ask("b", get());
  world.heard();
  world.endSession("a");
  assertEquals(world.heard(), ["b.3: [x]"]);
  world.took("b", 3);
  world.endSession("b");
  world.ask("c", { type: "queue-size", name: "q", maxSize: undefined });
  assertEquals(world.heard(), ["c.4: 0"]);
});

Deno.test("what a task took comes back when it dies, until its next request on that queue", () => {
  const world = new CoordinationWorld();
  for (const item of ["x", "y"]) world.ask("c", put(item, [item]));
  world.took("a", world.ask("a", get(), 7));
  world.endRun(7, true);
  world.took("a", world.ask("a", get(), 8));
  world.took("a", world.ask("a", get(), 8));
  assertEquals(world.claims("queue:q"), ["y"]); // x is used up
  world.heard();
  world.endSession("a"); // its worker, too, is gone
  world.ask("b", get(0));
  assertEquals(world.heard(), ["b.6: [y]"]);
});

Deno.test("what a task took is used up at its end; what did not arrive before comes back", () => {
  const world = new CoordinationWorld();
  for (const item of ["x", "y"]) world.ask("c", put(item));
  world.took("a", world.ask("a", get(), 7));
  world.ask("a", get(), 7);
  world.heard();
  world.endRun(7);
  world.ask("b", get(0));
  assertEquals(world.heard(), ["b.5: [y]"]);
});

Deno.test("a request on another queue does not use up what a task took", () => {
  const world = new CoordinationWorld();
  world.ask("c", put("x"));
  world.took("a", world.ask("a", get(), 7));
  world.ask("a", { type: "queue-get", name: "other", maxSize: undefined, count: 1 }, 7);
  world.endRun(7, true);
  world.heard();
  world.ask("b", get(0));
  assertEquals(world.heard(), ["b.4: [x]"]);
});

Deno.test("what a task puts is put although it has ended, not when it has died", () => {
  const world = new CoordinationWorld();
  for (const [runId, item] of [[undefined, "x"], [7, "y"], [8, "z"]] as const) world.ask("a", put(item, [], 1), runId);
  world.endRun(7, true);
  world.endRun(8);
  world.heard();
  world.ask("b", get());
  world.ask("b", get());
  assertEquals(world.heard(), ["b.4: [x]", "a.3: done", "b.5: [z]"]);
});

Deno.test("closeQueue() refuses what waits for room, drains, then refuses readers", () => {
  const world = new CoordinationWorld();
  world.ask("a", put("x", ["x"], 1));
  world.ask("a", put("y", ["y"]));
  world.ask("c", { type: "queue-close", name: "q", maxSize: undefined });
  assertEquals(world.heard(), ["a.1: done", "a.2: queue/closed", "c.3: done"]);
  world.ask("a", put("z"));
  world.ask("b", get());
  world.ask("b", get());
  world.ask("b", get(0));
  assertEquals(world.heard(), ["a.4: queue/closed", "b.5: [x]", "b.6: queue/closed", "b.7: queue/closed"]);
});

Deno.test("closeQueue() gives those who wait for many what is left", () => {
  const world = new CoordinationWorld();
  world.ask("a", get(3));
  world.ask("b", get(1));
  world.ask("c", put("x"));
  world.ask("c", { type: "queue-close", name: "q", maxSize: undefined });
  assertEquals(world.heard(), ["c.3: done", "a.1: [x]", "b.2: queue/closed", "c.4: done"]);
  world.giveUp("a", 1); // it comes back to the closed queue
  world.ask("b", get(1));
  assertEquals(world.heard(), ["b.5: [x]"]);
});

Deno.test("another maxSize under a taken name is refused; leaving it out is fine", () => {
  const world = new CoordinationWorld();
  world.ask("a", get(0, 3));
  world.ask("b", get(0, 3));
  world.ask("b", get(0, 4));
  world.ask("b", get(0, 0));
  world.ask("b", get(4));
  assertEquals(world.heard(), ["a.1: []", "b.2: []", "b.3: input/invalid", "b.4: input/invalid", "b.5: input/invalid"]);
  world.endSession("a");
  world.step({ type: "thing-left", clientId: "b", id: "queue:q" });
  assertEquals(world.state.things.size, 0);
  world.ask("b", get(0, 4)); // nobody had it any more
  assertEquals(world.heard(), ["b.6: []"]);
});

Deno.test("a queue with something inside outlives all who knew it", () => {
  const world = new CoordinationWorld();
  world.ask("a", put("x", ["x"], 5));
  world.endSession("a");
  assertEquals([world.state.things.size, world.state.sessions.size, world.claims("queue:q")], [1, 0, ["x"]]);
  world.heard();
  world.took("b", world.ask("b", get()));
  world.endSession("b");
  assertEquals([world.heard(), world.state.things.size, world.claims("queue:q")], [["b.2: [x]"], 0, []]);
});

Deno.test("dropFutures() takes items with futures out of a queue, also those that wait or would come back", () => {
  const world = new CoordinationWorld();
  world.ask("a", put("handed", ["x"], 3)); // 1
  world.ask("a", put("plain handed", [], 3)); // 2
  const both = world.ask("b", get(2), 7); // 3
  world.took("b", both, 2);
  for (const item of ["x", "plain", "y"]) world.ask("a", put(item, item === "plain" ? [] : [item])); // 4 to 6
  world.ask("a", put("z", ["z"])); // 7: waits for room
  world.ask("a", put("late")); // 8: waits behind it
  world.heard();
  world.step({ type: "restarted" });
  assertEquals([world.heard(), world.claims("queue:q")], [["a.7: done", "a.8: done"], ["x"]]);
  // What a dead task had in hand comes back without the cancelled future.
  world.endRun(7, true);
  assertEquals(world.claims("queue:q"), []);
  world.ask("c", get(0));
  assertEquals(world.heard(), ["c.9: [plain handed plain late]"]);
});
