import { assertEquals } from "@std/assert";
import { acquire, CoordinationWorld } from "./coordination_world.ts";

Deno.test("acquireLocks() gives a lock to one after the other, in order", () => {
  const world = new CoordinationWorld();
  const [a, b, c] = ["a", "b", "c"].map((client) => world.ask(client, acquire("l")));
  assertEquals(world.heard(), ["a.1: done"]);
  world.giveUp("b", b!);
  world.giveUp("a", a!);
  assertEquals(world.heard(), ["c.3: done"]);
  world.giveUp("a", a!); // twice is fine
  world.giveUp("c", c!);
  for (const id of ["a", "b", "c"]) world.endSession(id);
  assertEquals(world.state.things.size, 0);
});

Deno.test("acquireLocks() gives several together or not at all; requests that cross do not block each other", () => {
  const world = new CoordinationWorld();
  const one = world.ask("a", acquire("x"));
  const both = world.ask("b", acquire("x", "y"));
  const crossing = world.ask("c", acquire("y", "x"));
  const single = world.ask("d", acquire("y"));
  assertEquals(world.heard(), ["a.1: done"]); // y is free, but those who came first want it
  world.giveUp("a", one);
  assertEquals(world.heard(), [`b.${both}: done`]);
  world.giveUp("b", both);
  assertEquals(world.heard(), [`c.${crossing}: done`]);
  world.giveUp("c", crossing);
  assertEquals(world.heard(), [`d.${single}: done`]);
});

Deno.test("acquireLocks() gives any `count` of the locks, those that are free first", () => {
  const world = new CoordinationWorld();
  world.ask("a", acquire("x"));
  const two = world.ask("b", { type: "lock-acquire", names: ["x", "y", "z", "y"], count: 2 });
  const x = world.ask("c", acquire("x"));
  const y = world.ask("d", acquire("y"));
  assertEquals(world.heard(), ["a.1: done", "b.2: done"]);
  world.giveUp("a", 1);
  assertEquals(world.heard(), [`c.${x}: done`]); // b left that line when it had enough
  world.giveUp("b", two);
  assertEquals(world.heard(), [`d.${y}: done`]);
});

Deno.test("acquireLocks() refuses a count that can never be", () => {
  const world = new CoordinationWorld();
  for (const count of [0, 2]) world.ask("a", { type: "lock-acquire", names: ["x", "x"], count });
  assertEquals([world.heard(), world.state.things.size], [["a.1: input/invalid", "a.2: input/invalid"], 0]);
});

for (
  const [how, end] of [
    ["session", (world: CoordinationWorld) => world.endSession("a")],
    ["run by its death", (world: CoordinationWorld) => world.endRun(7, true)],
    ["run by its end", (world: CoordinationWorld) => world.endRun(7, false)],
  ] as const
) {
  Deno.test(`what a holder held is free at once when it ends: ${how}`, () => {
    const world = new CoordinationWorld();
    const semaphore = { type: "semaphore-acquire", name: "s", leases: 1 } as const;
    world.ask("a", acquire("x", "y"), 7);
    world.ask("a", semaphore, 7);
    world.ask("a", acquire("x"), 7); // it waits for itself
    world.ask("b", acquire("y"));
    world.ask("b", semaphore);
    world.heard();
    end(world);
    assertEquals(world.heard(), ["b.4: done", "b.5: done"]);
    assertEquals(world.freed, how === "session" ? [] : ["7: lock:x, lock:y", "7: semaphore:s"]);
  });
}

Deno.test("acquireLease() gives as many leases as there are, and refuses another number", () => {
  const world = new CoordinationWorld();
  const semaphore = { type: "semaphore-acquire", name: "s", leases: 2 } as const;
  const asks = ["a", "b", "c", "d"].map((client) => world.ask(client, semaphore));
  world.ask("e", { ...semaphore, leases: 3 });
  assertEquals(world.heard(), ["a.1: done", "b.2: done", "e.5: input/invalid"]);
  world.giveUp("c", asks[2]!);
  world.giveUp("a", asks[0]!);
  assertEquals(world.heard(), ["d.4: done"]);
});
