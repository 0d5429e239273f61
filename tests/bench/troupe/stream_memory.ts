/** A stream of many items through `map` and `gather`: whether client, scheduler and worker stay as big as they are. */
import { Session } from "node:inspector";
import { Client } from "../../../mod.ts";
import { printFigures } from "../figure.ts";
import { perSecond } from "../measure.ts";
import { readScale } from "../scale.ts";
import { residentBytes } from "./resident_bytes.ts";
import { startTcpCluster } from "./tcp_cluster.ts";

const BYTES_PER_MB = 1e6;
/** Far more than by default: many items share a frame, so that a million take a minute. */
const CONCURRENCY = 1_000;

function increment(value: number): number {
  return value + 1;
}

async function* count(to: number): AsyncGenerator<number> {
  for (let value = 0; value < to; value++) yield await Promise.resolve(value);
}

const { streamItems } = readScale(Deno.args);
await using cluster = await startTcpCluster(1);
await using client = await Client.connect(cluster.address);
const view = client.with({ concurrency: CONCURRENCY });
const [workerPid] = cluster.workerPids;
const pids = { client: Deno.pid, scheduler: cluster.schedulerPid, worker: workerPid! };
/** Memory in use after so many items, by process; of the client also what a collection leaves of its heap. */
const marks: {
  readonly items: number;
  readonly megabytes: Readonly<Record<string, number>>;
  readonly heapMegabytes: number;
}[] = [];

/** What this program really holds: resident memory is also what V8 and malloc keep for later. */
async function liveHeapMegabytes(): Promise<number> {
  const session = new Session();
  session.connect();
  await new Promise<void>((resolve) => session.post("HeapProfiler.collectGarbage", () => resolve()));
  session.disconnect();
  return Math.round(Deno.memoryUsage().heapUsed / BYTES_PER_MB);
}

async function mark(items: number): Promise<void> {
  const sizes = await Promise.all(
    Object.entries(pids).map(async ([name, pid]) =>
      [name, Math.round(await residentBytes(pid) / BYTES_PER_MB)] as const
    ),
  );
  marks.push({ items, megabytes: Object.fromEntries(sizes), heapMegabytes: await liveHeapMegabytes() });
}

const startMs = performance.now();
let taken = 0;
for await (const value of view.gather(view.map(increment, count(streamItems)))) {
  if (value !== ++taken) throw new Error(`Cannot measure stream: item ${taken} is ${value}`);
  if (taken * 100 === streamItems || taken * 10 === streamItems || taken === streamItems) await mark(taken);
}
const rate = perSecond(taken, performance.now() - startMs);
const [, before, after] = marks;
const growth = Object.keys(pids).map((name) => (after?.megabytes[name] ?? Infinity) - (before?.megabytes[name] ?? 0));
const sizes = marks.map(({ items, megabytes }) => `${items}: ${Object.values(megabytes).join(" / ")}`);
printFigures({
  stream_memory: {
    value: Math.max(...growth),
    note: `live heap of the client ${marks.map(({ heapMegabytes }) => heapMegabytes).join(", ")} MB; MB of ${
      Object.keys(pids).join(" / ")
    } after items: ${sizes.join(", ")}; ${rate.toFixed(0)} items/s`,
  },
});
