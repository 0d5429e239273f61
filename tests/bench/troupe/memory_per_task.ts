/** What a held task costs the scheduler, and whether many held tasks slow it down. */
import { Client, type Future } from "../../../mod.ts";
import { printFigures } from "../figure.ts";
import { medianMs, perSecond } from "../measure.ts";
import { readScale } from "../scale.ts";
import { mapNoops } from "./client_rows.ts";
import { residentBytes } from "./resident_bytes.ts";
import { startTcpCluster } from "./tcp_cluster.ts";

const SHARE_OF_RATE_MIN = 0.7;
const CHUNKS = 20;

function noop(index: number): number {
  return index;
}

/** Submits tasks in chunks, waits for all, and keeps their futures. */
async function holdTasks(client: Client, count: number): Promise<Future<number>[]> {
  const held: Future<number>[] = [];
  const chunk = Math.ceil(count / CHUNKS);
  for (let start = 0; start < count; start += chunk) {
    const length = Math.min(chunk, count - start);
    const futures = client.with({ pure: false }).map(noop, Array.from({ length }, (_, index) => start + index));
    await client.gather(futures);
    for (const future of futures) held.push(future);
  }
  return held;
}

async function tasksPerSecond(client: Client, count: number, repeats: number): Promise<number> {
  return perSecond(count, await medianMs(() => mapNoops(client, count), { warmUps: 3, repeats }));
}

const { heldTasks, tasks, repeats } = readScale(Deno.args);
await using cluster = await startTcpCluster(2);
await using client = await Client.connect(cluster.address);
const rateBefore = await tasksPerSecond(client, tasks, repeats);
const bytesBefore = await residentBytes(cluster.schedulerPid);
const held = await holdTasks(client, heldTasks);
const bytes = (await residentBytes(cluster.schedulerPid) - bytesBefore) / heldTasks;
const rateShare = await tasksPerSecond(client, tasks, repeats) / rateBefore;
printFigures({
  memory_per_task: {
    value: bytes,
    note: `${held.length} tasks held; rate then ${(rateShare * 100).toFixed(0)} % of before`,
    ...(rateShare >= SHARE_OF_RATE_MIN ? {} : { broken: `rate fell to ${(rateShare * 100).toFixed(0)} %` }),
  },
});
