/** The raw limit of loopback: one write there, one back, between two processes. */
import { printFigures } from "../figure.ts";
import { measureRoundTrips } from "./actor_measures.ts";
import { readActorScale } from "./actor_row.ts";
import { openRawSocket } from "./raw_trips.ts";

const { scale } = readActorScale(Deno.args);
await using raw = await openRawSocket();
const { us } = await measureRoundTrips(raw.ask, scale.roundTrips, scale.repeats);
printFigures({ ask_round_trip: { value: us }, "1_1_actor_calls_sync": { value: 1e6 / us } });
