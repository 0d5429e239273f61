/** What is measured of anything that can be asked: the same loops for Troupe and for those it is compared with. */
import type { Figures, MeasuredFigure } from "../figure.ts";
import { median, sampleMs } from "../measure.ts";
import { type ActorScale, BATCH, IN_FLIGHT } from "./actor_row.ts";

/** One question and its answer. */
export type Ask = () => Promise<unknown>;

/** Rounds of ours and of a raw round trip, taken in turns: whatever else the machine does, it does to both. */
export interface RoundTrips {
  /** Median microseconds of one of ours. */
  readonly us: number;
  /** Median of the quotients of neighbouring rounds; undefined without anything raw. */
  readonly overRaw: number | undefined;
  /** Median microseconds of a raw one. */
  readonly rawUs: number | undefined;
}

/** Asks one after another, and whatever is raw beside them. */
export async function measureRoundTrips(ask: Ask, count: number, repeats: number, raw?: Ask): Promise<RoundTrips> {
  const own: number[] = [];
  const others: number[] = [];
  for (let round = -repeats; round < repeats; round++) {
    const us = await meanUs(ask, count);
    const rawUs = raw === undefined ? NaN : await meanUs(raw, count);
    if (round < 0) continue;
    own.push(us);
    others.push(rawUs);
  }
  if (raw === undefined) return { us: median(own), overRaw: undefined, rawUs: undefined };
  const overRaw = median(own.map((us, round) => us / others[round]!));
  return { us: median(own), overRaw, rawUs: median(others) };
}

/** The rows of asks that need nothing but one who answers. */
export async function measureAsks(
  ask: Ask,
  scale: ActorScale,
  isWanted: (row: string) => boolean,
): Promise<Figures> {
  const figures: Record<string, MeasuredFigure> = {};
  if (isWanted("1_1_actor_calls_async")) {
    figures["1_1_actor_calls_async"] = await rateOf(BATCH, () => askAtOnce(ask, BATCH), scale);
  }
  if (isWanted("asks_100_in_flight")) {
    figures["asks_100_in_flight"] = await rateOf(scale.flights, () => keepInFlight(ask, scale.flights), scale);
  }
  return figures;
}

/** So many asks at once. */
export async function askAtOnce(ask: Ask, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, ask));
}

/** How many per second. */
export async function rateOf(count: number, work: () => Promise<unknown>, scale: ActorScale): Promise<MeasuredFigure> {
  const samples = await sampleMs(work, { warmUps: scale.repeats, repeats: scale.repeats });
  return { value: count / median(samples) * 1000 };
}

async function keepInFlight(ask: Ask, count: number): Promise<void> {
  let left = count;
  await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
    while (left-- > 0) await ask();
  }));
}

async function meanUs(ask: Ask, count: number): Promise<number> {
  const startMs = performance.now();
  for (let trip = 0; trip < count; trip++) await ask();
  return (performance.now() - startMs) * 1000 / count;
}
