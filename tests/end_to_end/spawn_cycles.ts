/**
 * Spawns, asks and stops an actor again and again in each place, and looks for what that leaves behind.
 *
 * Usage: `deno run -A --v8-flags=--expose-gc spawn_cycles.ts CYCLES [PLACE...]`
 *
 * @module
 */
import { ActorSystem } from "../../mod.ts";
import { Counter } from "../actor/actor_cast.ts";
import { Diary, Tree } from "../actor/tree_cast.ts";
import { assertNothingLeft, takeHoldings } from "../support/leaks.ts";
import { testCertificates } from "../support/links.ts";

const MEGABYTE = 1e6;
/** Cycles after which caches are warm, unless that is more than is asked for. */
const WARM_MAX = 20;
/** What may be left of one cycle, and of all together, whatever their number: compiled code, and pages of the allocator. */
const HEAP_BYTES_PER_CYCLE = 1_000;
const HEAP_BYTES_MAX = 2 * MEGABYTE;
const RESIDENT_BYTES_MAX = 100 * MEGABYTE;

const { authority, cert, key } = testCertificates();
const tls = { caCerts: [authority], cert, key };
const folder = await Deno.makeTempDir();
await using system = await ActorSystem.start({ listen: "tcp://127.0.0.1:0", tls });

/** An actor of another system, which comes and goes with it, and a child in that system. */
async function callElsewhere(listen: string): Promise<void> {
  await using home = await ActorSystem.start({ listen, tls });
  const on = home.address as "tcp://";
  await callOnce(on);
  const diary = await system.spawn(Diary);
  const tree = await system.spawn(Tree, { args: [diary, [{ name: "leaf", on }]] });
  await (await tree.ask.leaf("leaf")).ask.pid();
  await tree.stop();
  await diary.stop();
}

async function callOnce(on: "here" | "thread" | "process" | "tcp://"): Promise<void> {
  const counter = await system.spawn(Counter, { on, name: "counter" });
  if (await counter.ask.increment() !== 1) throw new Error("It was not new");
  const down = new Promise((resolve) => counter.watch(resolve));
  await counter.stop();
  await down;
}

const PLACES: Readonly<Record<string, () => Promise<void>>> = {
  here: () => callOnce("here"),
  thread: () => callOnce("thread"),
  process: () => callOnce("process"),
  tcp: () => callElsewhere("tcp://127.0.0.1:0"),
  unix: () => callElsewhere(`unix:${folder}/socket`),
  tls: () => callElsewhere("tls://127.0.0.1:0"),
};

async function memory(): Promise<{ readonly heapBytes: number; readonly residentBytes: number }> {
  // What one collection finalizes the next one frees.
  for (let round = 0; round < 3; round++) {
    Reflect.get(globalThis, "gc")();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, external, rss } = Deno.memoryUsage();
  return { heapBytes: heapUsed + external, residentBytes: rss };
}

const [cyclesText = "100", ...wanted] = Deno.args;
const cycles = Number(cyclesText);
for (const [place, cycle] of Object.entries(PLACES)) {
  if (wanted.length > 0 && !wanted.includes(place)) continue;
  for (let i = 0; i < Math.min(cycles, WARM_MAX); i++) await cycle();
  const before = { holdings: takeHoldings(), ...await memory() };
  for (let i = 0; i < cycles; i++) await cycle();
  await assertNothingLeft(before.holdings);
  const after = await memory();
  const heapBytes = after.heapBytes - before.heapBytes;
  const residentBytes = after.residentBytes - before.residentBytes;
  const figures = `heap ${(heapBytes / MEGABYTE).toFixed(2)} MB, resident ${(residentBytes / MEGABYTE).toFixed(0)} MB`;
  if (heapBytes > HEAP_BYTES_MAX + cycles * HEAP_BYTES_PER_CYCLE || residentBytes > RESIDENT_BYTES_MAX) {
    throw new Error(`${place}: memory has grown: ${figures}`);
  }
  console.log(`clean after ${cycles} cycles in ${place}: ${figures}`);
}
await Deno.remove(folder, { recursive: true });
