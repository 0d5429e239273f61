import { assertEquals } from "@std/assert";
import { CoordinationWorld, publish, subscribe } from "./coordination_world.ts";

Deno.test("publishItem() reaches all who have subscribed before, and nobody else", () => {
  const world = new CoordinationWorld();
  world.ask("p", publish("early"));
  world.ask("a", subscribe(10));
  world.ask("p", publish("x"));
  world.ask("b", subscribe(10));
  world.ask("p", publish("y"));
  assertEquals(world.heard(), ["p.1: done", "a.2: x", "p.3: done", "a.2: y", "b.4: y", "p.5: done"]);
});

Deno.test("publishItem() waits while a subscriber that wants that is full; publishers keep their order", () => {
  const world = new CoordinationWorld();
  world.ask("a", subscribe(1));
  world.ask("b", subscribe(9));
  for (const item of ["x", "y", "z"]) world.ask("p", publish(item, [item]));
  assertEquals(world.heard(), ["a.1: x", "b.2: x", "p.3: done"]);
  assertEquals(world.claims("topic:t"), ["x", "x", "y", "z"]);
  world.took("a", 1);
  assertEquals(world.heard(), ["a.1: y", "b.2: y", "p.4: done"]);
  world.giveUp("a", 1); // it leaves
  assertEquals(world.heard(), ["b.2: z", "p.5: done"]);
  world.took("b", 2, 3);
  assertEquals(world.claims("topic:t"), []);
});

Deno.test("publishItem() is refused when a subscriber that rejects is full: nobody gets the item", () => {
  const world = new CoordinationWorld();
  world.ask("a", subscribe(1, "reject"));
  world.ask("b", subscribe(9));
  for (const item of ["x", "y"]) world.ask("p", publish(item, [item]));
  assertEquals(world.heard(), ["a.1: x", "b.2: x", "p.3: done", "p.4: topic/full"]);
  assertEquals(world.claims("topic:t"), ["x", "x"]);
});

Deno.test("a subscriber that drops the oldest gets the newest when it has room", () => {
  const world = new CoordinationWorld();
  world.ask("a", subscribe(2, "drop-oldest"));
  for (const item of ["1", "2", "3", "4", "5"]) world.ask("p", publish(item, [item]));
  assertEquals(world.heard(), ["a.1: 1", "p.2: done", "a.1: 2", "p.3: done", "p.4: done", "p.5: done", "p.6: done"]);
  assertEquals(world.claims("topic:t"), ["1", "2", "4", "5"]);
  world.took("a", 1, 2);
  assertEquals(world.heard(), ["a.1: 4", "a.1: 5"]);
});

Deno.test("a subscriber may be full by bytes", () => {
  const world = new CoordinationWorld();
  world.ask("a", subscribe(10, "wait", 20));
  for (const item of ["x", "y", "z"]) world.ask("p", publish(item));
  assertEquals(world.heard(), ["a.1: x", "p.2: done", "a.1: y", "p.3: done"]); // 18 bytes each
  world.took("a", 1);
  assertEquals(world.heard(), ["a.1: z", "p.4: done"]);
});

Deno.test("a subscription of a task ends with it; what it publishes is published", () => {
  const world = new CoordinationWorld();
  world.ask("a", subscribe(1), 7);
  for (const item of ["x", "y"]) world.ask("p", publish(item, [item]), 8);
  world.endRun(8);
  world.heard();
  world.endRun(7);
  assertEquals([world.heard(), world.claims("topic:t")], [["p.3: done"], []]);
  for (const id of ["a", "p"]) world.endSession(id);
  assertEquals(world.state.things.size, 0);
});
