import { WorkerWorld } from "./worker_world.ts";

const SEED_COUNT = 300;

Deno.test("a worker machine keeps its invariants in a bad world, and ends everything in a good one", () => {
  for (let seed = 1; seed <= SEED_COUNT; seed++) {
    try {
      const world = new WorkerWorld(seed);
      world.disturb(180);
      world.heal();
    } catch (error) {
      throw new Error(`Cannot finish the simulation of the worker machine with seed ${seed}`, { cause: error });
    }
  }
});
