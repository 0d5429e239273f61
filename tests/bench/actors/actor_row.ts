/** Where an actor of Troupe can be: one word of `spawn`. */
export const PLACES = ["here", "thread", "process", "tcp"] as const;

/** One of {@linkcode PLACES}. */
export type Place = typeof PLACES[number];

/** One line of the table of actors. */
export interface ActorRow {
  /** Ray's name where Ray has such a row. */
  readonly name: string;
  readonly unit: string;
  readonly isHigherBetter: boolean;
  /** What it does, in half a sentence. */
  readonly what: string;
  /** What it must reach, by place; judged in full runs. */
  readonly targets: Readonly<Partial<Record<Place, number>>>;
  /** What Ray publishes. */
  readonly ray?: number;
}

/** Where Ray's figures are from. Measured on Ray's own machines: they say little about ours. */
export const RAY_SOURCE =
  "ray-project/ray, release/perf_metrics/microbenchmark.json (script: python/ray/_private/ray_perf.py)";

/** Actors on either side of the `n` rows. */
export const ACTORS = 2;
/** Asks of one batch, as in Ray's script. */
export const BATCH = 1_000;
/** Asks under way at a time in the row that has its number in its name. */
export const IN_FLIGHT = 100;

const CALLS = { unit: "calls/s", isHigherBetter: true, targets: {} } as const;

/** All rows, in the order of the table. */
export const ACTOR_ROWS: readonly ActorRow[] = [
  {
    name: "ask_round_trip",
    unit: "us",
    isHigherBetter: false,
    what: "one ask after another",
    targets: { here: 3 },
  },
  {
    name: "ask_over_raw",
    unit: "x raw",
    isHigherBetter: false,
    what:
      "the same, beside the raw round trip taken in turns with it: postMessage for threads, a socket for the others",
    targets: { thread: 2.5, tcp: 3 },
  },
  { ...CALLS, name: "1_1_actor_calls_sync", what: "one ask after another", ray: 2_012 },
  { ...CALLS, name: "1_1_actor_calls_async", what: `${BATCH} asks at once`, ray: 8_664 },
  {
    ...CALLS,
    name: "1_1_actor_calls_concurrent",
    what: `${BATCH} asks at once of an async method, interleaving`,
    ray: 5_775,
  },
  {
    ...CALLS,
    name: "asks_100_in_flight",
    what: `${IN_FLIGHT} asks under way at any time`,
    targets: { tcp: 20_000 },
  },
  {
    ...CALLS,
    name: "tells_batched",
    unit: "tells/s",
    what: "tells, waiting for room at every 500th, until the last is handled",
    targets: { tcp: 200_000 },
  },
  { ...CALLS, name: "1_n_actor_calls_async", what: `an actor asks ${ACTORS} others, ${BATCH} each`, ray: 8_038 },
  { ...CALLS, name: "n_n_actor_calls_async", what: `${ACTORS} actors ask ${ACTORS} others in turns`, ray: 27_376 },
  {
    ...CALLS,
    name: "n_n_actor_calls_with_arg_async",
    what: `${ACTORS} actors ask one other each, with an object`,
    ray: 2_759,
  },
];

/** How much work each row does. */
export interface ActorScale {
  /** Measurements, of which the median counts; as many before them do not. */
  readonly repeats: number;
  /** Asks one after another, per measurement. */
  readonly roundTrips: number;
  /** The same within a system, where one takes a microsecond. */
  readonly roundTripsHere: number;
  /** Asks of {@linkcode ActorRow} "asks_100_in_flight", per measurement. */
  readonly flights: number;
  /** Tells per measurement. */
  readonly tells: number;
}

/** What the arguments of a program ask for: the scale, and the rows. */
export function readActorScale(args: readonly string[]): { scale: ActorScale; isWanted: (row: string) => boolean } {
  const scale = args.includes("--quick")
    ? { repeats: 1, roundTrips: 20, roundTripsHere: 200, flights: 200, tells: 1_000 }
    : { repeats: 9, roundTrips: 500, roundTripsHere: 20_000, flights: 10_000, tells: 50_000 };
  const rows = args.filter((arg) => arg.startsWith("--row=")).map((arg) => arg.slice("--row=".length));
  return { scale, isWanted: (row) => rows.length === 0 || rows.includes(row) };
}
