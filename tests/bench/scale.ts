/** How much work each row does. All contenders of one run use the same. */
export interface Scale {
  /** Independent no-op tasks, and how often they are measured. */
  readonly tasks: number;
  readonly repeats: number;
  /** Round trips one after another. */
  readonly roundTrips: number;
  /** What runs unmeasured first: round trips, tasks. */
  readonly warmUps: number;
  /** Leaves of the tree of seed 001, a power of two: three tasks each, and one less to sum. */
  readonly treeLeaves: number;
  /** `fib(n)`, pure: n + 1 tasks. */
  readonly fibDeep: number;
  /** `fib(n)`, impure: every call is a task. */
  readonly fibWide: number;
  /** The same for Dask, which gives every waiting task a thread. */
  readonly fibWideDask: number;
  /** One large value. */
  readonly bulkBytes: number;
  /** Tasks held at once, to see what one costs the scheduler. */
  readonly heldTasks: number;
  /** Items of one stream. */
  readonly streamItems: number;
  /** Fresh processes per figure of a cold start. */
  readonly freshProcesses: number;
}

/** What DESIGN's targets speak of. */
export const FULL_SCALE: Scale = {
  tasks: 10_000,
  repeats: 9,
  roundTrips: 1_000,
  warmUps: 2_000,
  treeLeaves: 256,
  fibDeep: 1000,
  fibWide: 20,
  fibWideDask: 12,
  bulkBytes: 64 * 2 ** 20,
  heldTasks: 1_000_000,
  streamItems: 1_000_000,
  freshProcesses: 5,
};

/** Small: shows that every part runs; its figures say little. */
export const QUICK_SCALE: Scale = {
  tasks: 500,
  repeats: 1,
  roundTrips: 50,
  warmUps: 20,
  treeLeaves: 16,
  fibDeep: 30,
  fibWide: 8,
  fibWideDask: 6,
  bulkBytes: 4 * 2 ** 20,
  heldTasks: 20_000,
  streamItems: 2_000,
  freshProcesses: 1,
};

/** The scale that a program's arguments ask for. */
export function readScale(args: readonly string[]): Scale {
  return args.includes("--quick") ? QUICK_SCALE : FULL_SCALE;
}
