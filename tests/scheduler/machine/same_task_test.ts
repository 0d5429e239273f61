import { assertEquals } from "@std/assert";
import type { PackedArg } from "../../../actors/protocol/packed.ts";
import { MachineWorld, submission } from "./machine_world.ts";

const big = (fill: number) => new Uint8Array(2_000).fill(fill);

/** A world in which two calls share a value, by a task that gives it. */
function shared(): MachineWorld {
  const world = new MachineWorld();
  world.addClient("c1");
  world.addClient("c2");
  const define = { type: "define-function", hash: "constant", name: "value", code: null } as const;
  world.client("c1", define, submission("value", { fn: "constant", args: [big(1)] }));
  world.client("c1", submission("x"), submission("call", { args: [5, [0], [1]], deps: ["x", "value"] }));
  return world;
}

function told(args: readonly PackedArg[], deps: readonly string[]): string[] {
  const world = shared();
  world.client("c2", submission("x"), submission("call", { args, deps }));
  return world.told("call", "c2");
}

Deno.test("isSameTask() takes a value within the arguments for a task that only gives that value", () => {
  assertEquals(told([5, [0], [1]], ["x", "value"]), []);
  assertEquals(told([5, [0], big(1)], ["x"]), []);
});

Deno.test("isSameTask() tells other values, other inputs and other places apart", () => {
  assertEquals(told([5, [0], big(2)], ["x"]), ["failed"]);
  assertEquals(told([6, [0], big(1)], ["x"]), ["failed"]);
  assertEquals(told([5, big(1), [0]], ["x"]), ["failed"]);
  assertEquals(told([5, [0], [0]], ["x"]), ["failed"]);
  assertEquals(told([5, 1, big(1)], []), ["failed"]);
});

Deno.test("isSameTask() works both ways: first within the arguments, then by a task", () => {
  const world = new MachineWorld();
  world.addClient("c1");
  world.client("c1", submission("call", { args: [5, big(1)] }));
  const define = { type: "define-function", hash: "constant", name: "value", code: null } as const;
  world.client("c1", define, submission("value", { fn: "constant", args: [big(1)] }));
  world.client("c1", submission("call", { args: [5, [0]], deps: ["value"] }));
  assertEquals(world.told("call"), []);
});
