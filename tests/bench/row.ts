/** What Troupe must reach in a row. A demand that is left out is not made. */
export interface Target {
  /** As DESIGN says it. */
  readonly text: string;
  /** The number itself: at least this where higher is better, else at most. */
  readonly limit?: number;
  /** How many times better than Dask. */
  readonly overDask?: number;
  /** How many times better than the best pool. */
  readonly overPool?: number;
  /** How many times better than the raw limit; below 1, as a rule. */
  readonly overRaw?: number;
}

/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly isHigherBetter: boolean;
  readonly target: Target;
  /** The kind of Dask that it is compared with: in this process, over TCP, or none. */
  readonly dask: "local" | "tcp" | "cold" | "none";
  /** Whether worker pools can do it at all. */
  readonly hasPools: boolean;
  /** The program below `pools/` that shows the raw limit. */
  readonly raw?: "raw_message" | "raw_coalesced" | "raw_tcp";
  /** The program that shows it, where that is not the one below `troupe/` with its name. */
  readonly script?: string;
  /** Whether each repeat needs a process of its own. */
  readonly isFresh: boolean;
}

const TASKS = { unit: "tasks/s", isHigherBetter: true, hasPools: false, isFresh: false } as const;
const MILLISECONDS = { unit: "ms", isHigherBetter: false, hasPools: false, isFresh: false } as const;
const MICROSECONDS = { unit: "us", isHigherBetter: false, hasPools: false, isFresh: false } as const;

const CODE = { dask: "none", script: "./code_bench.ts" } as const;

/** All rows, in the order of the table. */
export const ROWS: readonly Row[] = [
  {
    ...TASKS,
    name: "noop_10k",
    target: { text: ">= 100,000; >= 150x Dask; >= 3x best pool", limit: 100_000, overDask: 150, overPool: 3 },
    dask: "local",
    hasPools: true,
    raw: "raw_coalesced",
  },
  {
    ...TASKS,
    name: "noop_10k_tcp",
    target: { text: ">= 60,000", limit: 60_000 },
    dask: "tcp",
    raw: "raw_tcp",
  },
  {
    ...MICROSECONDS,
    name: "submit_result",
    target: { text: "<= 2x raw; >= 40x Dask", overDask: 40, overRaw: 1 / 2 },
    dask: "local",
    hasPools: true,
    raw: "raw_message",
  },
  {
    ...MICROSECONDS,
    name: "submit_result_tcp",
    target: { text: "<= 400; >= 40x Dask", limit: 400, overDask: 40 },
    dask: "tcp",
    raw: "raw_tcp",
  },
  {
    ...MILLISECONDS,
    name: "seed_001",
    target: { text: "<= 25; >= 100x Dask", limit: 25, overDask: 100 },
    dask: "local",
  },
  {
    ...MILLISECONDS,
    name: "fib_1000",
    target: { text: "< 1,000; exact; <= 1,001 runs; < 100 MB more", limit: 1000 },
    dask: "local",
  },
  {
    ...TASKS,
    name: "fib_20_impure",
    target: { text: ">= 40,000", limit: 40_000 },
    dask: "local",
  },
  {
    ...MILLISECONDS,
    name: "cold_inline",
    target: { text: "<= 10", limit: 10 },
    dask: "cold",
    isFresh: true,
  },
  {
    ...MILLISECONDS,
    name: "cold_threads",
    target: { text: "<= 150", limit: 150 },
    dask: "cold",
    hasPools: true,
    raw: "raw_message",
    isFresh: true,
  },
  {
    name: "memory_per_task",
    unit: "bytes",
    isHigherBetter: false,
    target: { text: "<= 1,024; rate at 1 M >= 70 % of that at 10 k", limit: 1024 },
    dask: "none",
    hasPools: false,
    isFresh: false,
  },
  {
    name: "stream_memory",
    unit: "MB",
    isHigherBetter: false,
    target: { text: "<= 16 more at 1 M items than at 100 k", limit: 16 },
    dask: "none",
    hasPools: false,
    isFresh: false,
  },
  {
    name: "bytes_64mb",
    unit: "MB/s",
    isHigherBetter: true,
    target: { text: ">= 50 % of raw", overRaw: 0.5 },
    dask: "tcp",
    hasPools: false,
    raw: "raw_tcp",
    isFresh: false,
  },
  {
    ...TASKS,
    name: "scheduler_machine",
    target: { text: ">= 300,000; cost grows < 2x from 1 to 1,000 workers", limit: 300_000 },
    dask: "none",
    script: "./scheduler_bench.ts",
  },
  {
    ...CODE,
    ...MILLISECONDS,
    name: "capture_first",
    target: { text: "<= 60, once per process", limit: 60 },
    isFresh: true,
  },
  {
    ...CODE,
    ...MILLISECONDS,
    name: "capture_first_of_script",
    target: { text: "<= 60, once per script", limit: 60 },
    isFresh: true,
  },
  { ...CODE, ...MICROSECONDS, name: "capture_new", target: { text: "<= 400", limit: 400 } },
  {
    ...CODE,
    ...MICROSECONDS,
    name: "capture_again",
    target: { text: "<= 5 more than a self-contained one", limit: 5 },
  },
  { ...CODE, ...MICROSECONDS, name: "capture_again_let", target: { text: "<= 300", limit: 300 } },
  { ...CODE, ...MICROSECONDS, name: "capture_hundred", target: { text: "over 100 variables" } },
  { ...CODE, ...MICROSECONDS, name: "closure_revive", target: { text: "per call" } },
  {
    ...CODE,
    name: "closure_bytes",
    unit: "bytes",
    isHigherBetter: false,
    hasPools: false,
    isFresh: false,
    target: {
      text: "per submit",
    },
  },
];
