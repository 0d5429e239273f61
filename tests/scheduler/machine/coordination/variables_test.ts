import { assertEquals } from "@std/assert";
import type { CoordinationRequest } from "../../../../actors/protocol/coordination.ts";
import { CoordinationWorld } from "./coordination_world.ts";

const GET: CoordinationRequest = { type: "variable-get", name: "v" };

function set(item: string, keys: readonly string[] = []): CoordinationRequest {
  return { type: "variable-set", name: "v", item, keys };
}

Deno.test("readVariable() waits until it is set, and again after it is deleted", () => {
  const world = new CoordinationWorld();
  world.ask("a", GET);
  world.ask("b", GET);
  world.ask("c", set("x"));
  world.ask("a", GET);
  world.ask("c", { type: "variable-delete", name: "v" });
  world.ask("a", GET);
  assertEquals(world.heard(), ["c.3: done", "a.1: [x]", "b.2: [x]", "a.4: [x]", "c.5: done"]);
  world.giveUp("a", 6);
  world.ask("c", set("y"));
  assertEquals(world.heard(), ["c.7: done"]);
});

Deno.test("the old value's futures stay claimed until those who were told it have them", () => {
  const world = new CoordinationWorld();
  world.ask("c", set("x", ["x", "shared"]));
  const [one, two] = [world.ask("a", GET), world.ask("b", GET)];
  world.ask("c", set("y", ["y", "shared"]));
  assertEquals(world.claims("variable:v"), ["shared", "shared", "shared", "x", "x", "y"]);
  world.took("a", one);
  world.endSession("b");
  world.took("b", two);
  assertEquals(world.claims("variable:v"), ["shared", "y"]);
  world.ask("c", { type: "variable-delete", name: "v" });
  assertEquals(world.claims("variable:v"), []);
});

Deno.test("setFlag() ends all waits, in order", () => {
  const world = new CoordinationWorld();
  const flag = (type: "flag-set" | "flag-clear" | "flag-wait" | "flag-is-set"): CoordinationRequest => ({
    type,
    name: "f",
  });
  world.ask("a", flag("flag-is-set"));
  for (const client of ["a", "b", "c"]) world.ask(client, flag("flag-wait"));
  world.giveUp("b", 3);
  world.ask("d", flag("flag-set"));
  world.ask("d", flag("flag-wait"));
  world.ask("d", flag("flag-is-set"));
  assertEquals(world.heard(), ["a.1: false", "d.5: done", "a.2: done", "c.4: done", "d.6: done", "d.7: true"]);
  world.ask("d", flag("flag-clear"));
  world.ask("d", flag("flag-wait"), 7);
  world.endRun(7);
  world.ask("d", flag("flag-set"));
  assertEquals(world.heard(), ["d.8: done", "d.10: done"]);
  for (const id of ["a", "b", "c", "d"]) world.endSession(id);
  assertEquals([...world.state.things.keys()], ["flag:f"]); // it is on: that is something
});

Deno.test("unsetFutures() forgets a value that holds futures, and no other", () => {
  const world = new CoordinationWorld();
  world.ask("a", set("x", ["x"]));
  world.ask("a", { type: "variable-set", name: "plain", item: "y", keys: [] });
  world.step({ type: "restarted" });
  world.ask("b", GET);
  world.ask("b", { type: "variable-get", name: "plain" });
  assertEquals([world.heard(), world.claims("variable:v")], [["a.1: done", "a.2: done", "b.4: [y]"], []]);
  world.ask("a", set("z"));
  assertEquals(world.heard(), ["a.5: done", "b.3: [z]"]);
});
