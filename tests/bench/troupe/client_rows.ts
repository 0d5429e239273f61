/**
 * What the rows for a local cluster and the rows for one over TCP have in common: only the client differs.
 *
 * @module
 */
import type { Client } from "../../../mod.ts";
import type { MeasuredFigure } from "../figure.ts";
import { median, medianMs, perSecond, sampleMs } from "../measure.ts";
import type { Scale } from "../scale.ts";

/** Rounds before those that count: V8 compiles what is hot within the first ten. */
const WARM_UPS = 12;

function noop(index: number): number {
  return index;
}

function increment(value: number): number {
  return value + 1;
}

/** Maps independent no-op tasks, waits for all their values, and lets go of them. */
export async function mapNoops(client: Client, count: number): Promise<void> {
  const futures = client.with({ pure: false }).map(noop, range(count));
  const values = await client.gather(futures);
  for (const future of futures) future.release();
  if (values.length !== count || values[count - 1] !== count - 1) {
    throw new Error(`Cannot measure tasks: the last of ${count} values is ${values.at(-1)}`);
  }
}

/** Independent no-op tasks: per second. */
export async function measureNoops(client: Client, scale: Scale): Promise<MeasuredFigure> {
  const ms = await medianMs(() => mapNoops(client, scale.tasks), { warmUps: WARM_UPS, repeats: scale.repeats });
  return { value: perSecond(scale.tasks, ms) };
}

/** One task after another, each with an argument of its own: microseconds from submit to result. */
export async function measureRoundTrips(client: Client, scale: Scale): Promise<MeasuredFigure> {
  let value = 0;
  const samplesMs = await sampleMs(async () => {
    using future = client.submit(increment, value);
    const next = await future.result();
    if (next !== value + 1) throw new Error(`Cannot measure round trips: ${value} + 1 gave ${next}`);
    value = next;
  }, { warmUps: scale.warmUps, repeats: scale.roundTrips });
  return { value: median(samplesMs) * 1000 };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
