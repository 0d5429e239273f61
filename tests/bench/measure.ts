/** How to take a figure. */
export interface MeasureOptions {
  /** Runs before the first that counts. Default: 1. */
  readonly warmUps?: number;
  /** Runs that count. Default: 5. */
  readonly repeats?: number;
  /** Milliseconds since some fixed moment. Default: `performance.now`. */
  readonly nowMs?: () => number;
}

/**
 * How long `work` takes: the median of its repeats, in milliseconds.
 *
 * @throws {RangeError} when nothing would be measured
 */
export async function medianMs(work: () => unknown, options: MeasureOptions = {}): Promise<number> {
  return median(await sampleMs(work, options));
}

/** How long each repeat of `work` takes, in milliseconds and in order. */
export async function sampleMs(work: () => unknown, options: MeasureOptions = {}): Promise<number[]> {
  const { warmUps = 1, repeats = 5, nowMs = () => performance.now() } = options;
  for (let run = 0; run < warmUps; run++) await work();
  const samples: number[] = [];
  for (let run = 0; run < repeats; run++) {
    const startMs = nowMs();
    await work();
    samples.push(nowMs() - startMs);
  }
  return samples;
}

/**
 * The middle one; of an even count, the mean of the two in the middle.
 *
 * @throws {RangeError} when there are none
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half];
  if (upper === undefined) throw new RangeError("Cannot take median: there are no values");
  const lower = sorted[half - 1];
  return sorted.length % 2 === 1 || lower === undefined ? upper : (lower + upper) / 2;
}

/** How many per second, when `count` took `durationMs`. */
export function perSecond(count: number, durationMs: number): number {
  return count / durationMs * 1000;
}
