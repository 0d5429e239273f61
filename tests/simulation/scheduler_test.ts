import { assertEquals } from "@std/assert";
import { SchedulerWorld } from "./scheduler_world.ts";

const SEEDS = 300;
const FIRST = Number(Deno.env.get("SCHEDULER_SEED") ?? 0);

Deno.test("scheduler machine keeps its promises in random worlds", () => {
  for (let seed = FIRST || 1; seed <= (FIRST || SEEDS); seed++) {
    try {
      simulate(seed);
    } catch (error) {
      throw new Error(
        `Broken by seed ${seed}: SCHEDULER_SEED=${seed} deno test -A tests/simulation/scheduler_test.ts`,
        {
          cause: error,
        },
      );
    }
  }
});

/** First safety while everything goes wrong, then liveness: the world heals, and everything claimed must end. */
function simulate(seed: number): void {
  const world = new SchedulerWorld(seed);
  const turns = 200 + world.below(600);
  for (let i = 0; i < turns; i++) world.turn();
  world.drain();
  checkStores(world);
  for (const client of world.clients) {
    for (const [key, status] of client.futures) assertEquals([key, status], [key, statusOf(world, key)]);
  }
  for (const client of world.clients) {
    client.unshare();
    for (const key of [...client.futures.keys()]) client.release(key);
  }
  world.clients[0]!.unpublishAll();
  world.pass(10_000);
  world.drain();
  assertEquals(world.state.tasks.size, 0, "what nobody wants is forgotten");
  checkStores(world);
  for (const client of [...world.clients]) world.endClient(client);
  world.pass(10_000);
  const { coordination } = world.state;
  const shared = [coordination?.sessions.size ?? 0, coordination?.runs.size ?? 0, coordination?.things.size ?? 0];
  assertEquals(shared, [0, 0, 0], "what is shared is forgotten");
  assertEquals([world.state.clients.size, world.state.functions.size, world.state.rosters.size], [0, 0, 0]);
}

/** The scheduler knows exactly what the workers store. */
function checkStores(world: SchedulerWorld): void {
  for (const worker of world.workers.values()) {
    const holds = world.state.workers.get(worker.id)?.holds ?? [];
    const known = Array.from(holds, (task) => task.key).sort();
    assertEquals([...worker.store.keys()].sort(), known, `the store of ${worker.id} is what the scheduler thinks`);
  }
}

function statusOf(world: SchedulerWorld, key: string): string {
  const task = world.state.tasks.get(key);
  if (task === undefined) return "unknown";
  return task.fate === undefined
    ? task.run === undefined && task.holders.length > 0 ? "finished" : "pending"
    : "failed";
}
