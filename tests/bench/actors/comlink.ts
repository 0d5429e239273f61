/** Comlink: proxies of objects on Web Workers, as its users write it. */
import { type Figure, printFigures } from "../figure.ts";
import { PACKAGES } from "../pools/package_versions.ts";
import { type Ask, measureAsks, measureRoundTrips, rateOf } from "./actor_measures.ts";
import { ACTOR_ROWS, ACTORS, BATCH, readActorScale } from "./actor_row.ts";

interface Adder {
  add(a: number, b: number): Promise<number>;
}

interface ComlinkModule {
  wrap(worker: Worker): Adder;
}

async function measureAll({ wrap }: ComlinkModule): Promise<Record<string, Figure>> {
  const { scale, isWanted } = readActorScale(Deno.args);
  const script = new URL("../pools/comlink_worker.ts", import.meta.url);
  const threads = Array.from({ length: ACTORS }, () => new Worker(script, { type: "module" }));
  const asks = threads.map((thread): Ask => {
    const adder = wrap(thread);
    return () => adder.add(1, 2);
  });
  for (const ask of asks) if (await ask() !== 3) throw new Error("Cannot measure comlink: 1 + 2 is not 3");
  const [first] = asks;
  const figures: Record<string, Figure> = {};
  if (isWanted("ask_round_trip") || isWanted("1_1_actor_calls_sync")) {
    const { us } = await measureRoundTrips(first!, scale.roundTrips, scale.repeats);
    figures["ask_round_trip"] = { value: us };
    figures["1_1_actor_calls_sync"] = { value: 1e6 / us };
  }
  Object.assign(figures, await measureAsks(first!, scale, isWanted));
  if (isWanted("1_n_actor_calls_async")) {
    const askAll = () => Promise.all(asks.flatMap((ask) => Array.from({ length: BATCH }, ask)));
    figures["1_n_actor_calls_async"] = await rateOf(ACTORS * BATCH, askAll, scale);
  }
  for (const thread of threads) thread.terminate();
  return figures;
}

async function load(): Promise<ComlinkModule | string> {
  try {
    return await import(PACKAGES.comlink);
  } catch (error) {
    return `cannot be imported: ${(error instanceof Error ? error.message : String(error)).split("\n")[0]}`;
  }
}

const loaded = await load();
printFigures(
  typeof loaded === "string"
    ? Object.fromEntries(ACTOR_ROWS.map(({ name }) => [name, { missing: loaded }]))
    : await measureAll(loaded),
);
