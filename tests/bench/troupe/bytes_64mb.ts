/** One large value from the client to a worker and back, over TCP. */
import { Client } from "../../../mod.ts";
import { printFigures } from "../figure.ts";
import { median, perSecond } from "../measure.ts";
import { readScale } from "../scale.ts";
import { startTcpCluster } from "./tcp_cluster.ts";

interface Trip {
  readonly thereMs: number;
  readonly backMs: number;
}

/** Scatters and gathers bytes that no earlier trip has sent. */
async function makeTrip(client: Client, sizeBytes: number, fill: number): Promise<Trip> {
  const value = new Uint8Array(sizeBytes).fill(fill);
  const startMs = performance.now();
  using future = await client.scatter(value);
  const middleMs = performance.now();
  const back = await client.gather(future);
  const endMs = performance.now();
  if (back.length !== sizeBytes || back[sizeBytes - 1] !== fill) {
    throw new Error("Cannot measure bytes: others came back");
  }
  return { thereMs: middleMs - startMs, backMs: endMs - middleMs };
}

const { bulkBytes, repeats } = readScale(Deno.args);
await using cluster = await startTcpCluster(1);
await using client = await Client.connect(cluster.address);
const trips: Trip[] = [];
for (let repeat = 0; repeat <= repeats; repeat++) trips.push(await makeTrip(client, bulkBytes, repeat + 1));
// The first is for warming up.
const thereMs = median(trips.slice(1).map((trip) => trip.thereMs));
const backMs = median(trips.slice(1).map((trip) => trip.backMs));
const megabytes = bulkBytes / 1e6;
printFigures({
  bytes_64mb: {
    value: perSecond(2 * megabytes, thereMs + backMs),
    note: `scatter ${perSecond(megabytes, thereMs).toFixed(0)}, gather ${perSecond(megabytes, backMs).toFixed(0)}`,
  },
});
