/** Kills 50 executors one after the other, by cancelling tasks that ignore it, and prints what is left. @module */
import { Client } from "../../mod.ts";
import { assertNothingLeft, takeHoldings } from "../support/leaks.ts";

const MEGABYTE = 1e6;
/** Kills after which caches are warm. */
const WARM = 10;
const KILLS = 50;

await using client = await Client.connect({ workers: 1, threadsPerWorker: 4 });
const impure = client.with({ pure: false });
let warm = { holdings: takeHoldings(), bytes: 0 };

/** Kills as many executors as the worker has, at once. */
async function killFour(): Promise<void> {
  const loops = Array.from({ length: 4 }, () =>
    impure.submit(() => {
      for (;;);
    }));
  // Each of them has begun when no executor is left for another task.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await client.cancel(loops);
  await client.gather(impure.map((x: number) => x, [1, 2, 3, 4]));
}

for (let kills = 0; kills < WARM + KILLS; kills += 4) {
  if (kills <= WARM) warm = { holdings: takeHoldings(), bytes: Deno.memoryUsage().rss };
  await killFour();
}
await assertNothingLeft(warm.holdings);
const grown = Deno.memoryUsage().rss - warm.bytes;
const threads = takeHoldings().threads - warm.holdings.threads;
if (grown > 100 * MEGABYTE) throw new Error(`Memory has grown by ${grown} bytes`);
console.log(`${KILLS} kills: threads +${threads}, memory +${Math.max(0, Math.round(grown / MEGABYTE))} MB`);
