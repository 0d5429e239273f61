/** The raw limit of one round trip to a thread: one `postMessage` there, one back. */
import { type MeasuredFigure, printFigures } from "../figure.ts";
import { median, sampleMs } from "../measure.ts";
import { readScale } from "../scale.ts";
import { openNodeThread, type RawThread, THREAD_KINDS } from "./raw_thread.ts";

function roundTrip(thread: RawThread): Promise<void> {
  return new Promise((resolve, reject) => {
    thread.onAnswer = (answer) => {
      if (answer[1] === 3) resolve();
      else reject(new Error(`Cannot measure raw messages: 1 + 2 gave ${answer[1]}`));
    };
    thread.send([0, 1, 2]);
  });
}

async function startAndStop(open: () => RawThread): Promise<void> {
  const thread = open();
  await roundTrip(thread);
  await thread.close();
}

/** The quicker kind of thread: the limit is what the machine can do. */
function best(kindsUs: Readonly<Record<string, number>>): MeasuredFigure {
  const kinds = Object.entries(kindsUs).toSorted(([, a], [, b]) => a - b);
  return { value: kinds[0]?.[1] ?? NaN, note: kinds.map(([kind, us]) => `${kind} ${us.toFixed(1)}`).join(", ") };
}

async function main(): Promise<void> {
  const scale = readScale(Deno.args);
  // First, and of one kind only: whatever starts later finds the runtime warm.
  const coldMs = median(await sampleMs(() => startAndStop(openNodeThread), { warmUps: 0, repeats: 1 }));
  const roundTripUs: Record<string, number> = {};
  for (const [kind, open] of Object.entries(THREAD_KINDS)) {
    const thread = open();
    const samplesMs = await sampleMs(() => roundTrip(thread), { warmUps: scale.warmUps, repeats: scale.roundTrips });
    roundTripUs[kind] = median(samplesMs) * 1000;
    await thread.close();
  }
  printFigures({
    submit_result: best(roundTripUs),
    cold_threads: { value: coldMs, note: "one node:worker_threads thread" },
  });
  Deno.exit(0);
}

await main();
