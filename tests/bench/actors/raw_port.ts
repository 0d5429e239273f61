/** The raw limit of threads: message ports without anything around them. One message per question. */
import { type Figure, printFigures } from "../figure.ts";
import { measureAsks, measureRoundTrips } from "./actor_measures.ts";
import { readActorScale } from "./actor_row.ts";
import { openRawThread } from "./raw_trips.ts";

const { scale, isWanted } = readActorScale(Deno.args);
await using node = openRawThread("node:worker_threads");
await using web = openRawThread("Web Worker");
const figures: Record<string, Figure> = {};
if (isWanted("ask_round_trip") || isWanted("1_1_actor_calls_sync")) {
  const { us, rawUs } = await measureRoundTrips(node.ask, scale.roundTrips, scale.repeats, web.ask);
  const best = Math.min(us, rawUs!);
  const note = `node:worker_threads ${us.toFixed(1)} us, Web Worker ${rawUs!.toFixed(1)} us`;
  figures["ask_round_trip"] = { value: best, note };
  figures["1_1_actor_calls_sync"] = { value: 1e6 / best };
}
Object.assign(figures, await measureAsks(node.ask, scale, isWanted));
printFigures(figures);
