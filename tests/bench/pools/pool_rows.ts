import { type Figures, printFigures } from "../figure.ts";
import { median, medianMs, perSecond, sampleMs } from "../measure.ts";
import { readScale } from "../scale.ts";

/** A worker pool with two threads that can add. */
export interface AddingPool {
  /** Adds two numbers on one of its threads. */
  add(a: number, b: number): Promise<number>;
  /** Ends its threads. */
  close(): Promise<void>;
}

/** How many threads every pool has: as many as the Troupe it is compared with. */
export const POOL_THREADS = 2;

const POOL_ROWS = ["cold_threads", "noop_10k", "submit_result"] as const;

/**
 * The whole program of a pool: measures its rows and prints them. `load` imports the package; when it cannot, the pool
 * is reported as missing. `open` makes the pool.
 */
export async function reportPool<M>(load: () => Promise<M>, open: (module: M) => Promise<AddingPool>): Promise<void> {
  const scale = readScale(Deno.args);
  let module: M;
  try {
    module = await load();
  } catch (error) {
    const missing = `cannot be imported: ${firstLine(error)}`;
    return printFigures(Object.fromEntries(POOL_ROWS.map((row) => [row, { missing }])));
  }
  const figures: Figures = {
    // First: nothing is warm yet.
    cold_threads: { value: (await sampleMs(() => openAndClose(module, open), { warmUps: 0, repeats: 1 }))[0] ?? NaN },
    ...await measurePool(await open(module), scale),
  };
  printFigures(figures);
  // Some pools leave timers behind.
  Deno.exit(0);
}

async function openAndClose<M>(module: M, open: (module: M) => Promise<AddingPool>): Promise<void> {
  const pool = await open(module);
  await checkedAdd(pool, 1, 2);
  await pool.close();
}

async function measurePool(pool: AddingPool, scale: ReturnType<typeof readScale>): Promise<Figures> {
  const roundTripsMs = await sampleMs(() => checkedAdd(pool, 1, 2), {
    warmUps: scale.warmUps,
    repeats: scale.roundTrips,
  });
  const batchMs = await medianMs(() => addMany(pool, scale.tasks), { repeats: scale.repeats });
  await pool.close();
  return {
    submit_result: { value: median(roundTripsMs) * 1000 },
    noop_10k: { value: perSecond(scale.tasks, batchMs) },
  };
}

async function addMany(pool: AddingPool, count: number): Promise<void> {
  const sums = await Promise.all(Array.from({ length: count }, (_, index) => pool.add(index, 1)));
  if (sums[count - 1] !== count) throw new Error(`Cannot measure pool: the last sum is ${sums[count - 1]}`);
}

async function checkedAdd(pool: AddingPool, a: number, b: number): Promise<void> {
  const sum = await pool.add(a, b);
  if (sum !== a + b) throw new Error(`Cannot measure pool: ${a} + ${b} gave ${sum}`);
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n")[0] ?? "";
}
