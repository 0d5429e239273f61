import { assertEquals } from "@std/assert";
import { forgetDatasets } from "../../../actors/scheduler/machine/datasets.ts";
import { answerQuery } from "../../../actors/scheduler/machine/query.ts";
import { settle } from "../../../actors/scheduler/machine/settle.ts";
import type { ClusterOrder } from "../../../actors/protocol/cluster_order.ts";
import { MachineWorld } from "./machine_world.ts";

function world1x1(...keys: string[]): MachineWorld {
  const world = new MachineWorld();
  world.addClient();
  world.addWorker();
  for (const key of keys) {
    world.submit(key);
    world.finish(world.run(key));
  }
  return world;
}

function order(order: ClusterOrder) {
  return { type: "order", ackId: 5, order } as const;
}

function publishing(keys: string[], replace = false) {
  return order({ type: "publish", name: "zs", keys, value: Uint8Array.of(7), replace });
}

Deno.test("publish() keeps futures for clients that come later, until unpublish()", () => {
  const world = world1x1("x");
  world.client("c1", publishing(["x"]));
  assertEquals(world.last(), { type: "done", ackId: 5 });
  world.client("c1", { type: "unregister-client" });
  world.addClient("c2");
  assertEquals(answerQuery(world.state, "datasets", []), ["zs"]);
  world.client("c2", order({ type: "give-dataset", name: "zs" }));
  assertEquals(world.told("x", "c2"), ["finished"]);
  assertEquals(world.last("c2"), { type: "answer", ackId: 5, value: [Uint8Array.of(7)] });
  world.client("c2", order({ type: "unpublish", name: "zs" }), order({ type: "unpublish", name: "zs" }));
  assertEquals([world.stateOf("x"), world.state.datasets.size], ["memory", 0]);
  world.client("c2", { type: "release", keys: ["x"] });
  assertEquals(world.freed(), ["x"]);
});

Deno.test("publish() refuses a taken name, unless it replaces: what is in both is kept, the rest freed", () => {
  const world = world1x1("x", "y", "z");
  world.client("c1", publishing(["x", "y"]), publishing(["z"]));
  const refusal = world.last();
  assertEquals(
    refusal?.type === "refused" && refusal.error.text,
    'dataset/exists: Cannot publish "zs": the name is taken',
  );
  world.client("c1", publishing(["y", "z"], true), { type: "unregister-client" });
  assertEquals([world.freed(), world.stateOf("y"), world.stateOf("z")], [["x"], "memory", "memory"]);
});

Deno.test("publish() refuses futures that nobody knows, and keeps nothing of them", () => {
  const world = world1x1("x");
  world.client("c1", publishing(["x", "nothing"]));
  const refusal = world.last();
  assertEquals(
    refusal?.type === "refused" && refusal.error.text,
    'task/lost: Cannot publish "zs": future "nothing" is not known any more',
  );
  assertEquals([world.state.datasets.size, world.state.claimants.size], [0, 0]);
});

Deno.test("giveDataset() refuses a name that is not there", () => {
  const world = world1x1();
  world.client("c1", order({ type: "give-dataset", name: "zs" }));
  const refusal = world.last();
  assertEquals(
    refusal?.type === "refused" && refusal.error.text,
    'dataset/not-found: Cannot get dataset "zs": nothing is published under this name',
  );
});

Deno.test("forgetDatasets() forgets all names", () => {
  const world = world1x1("x");
  world.client("c1", publishing(["x"]), { type: "unregister-client" });
  forgetDatasets(world.state);
  settle(world.state);
  assertEquals([world.state.tasks.size, world.state.claimants.size, world.state.datasets.size], [0, 0, 0]);
});
