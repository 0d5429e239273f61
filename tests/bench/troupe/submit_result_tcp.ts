/** Submit and result, one after another, over TCP: scheduler, two workers and client are a process each. */
import { Client } from "../../../mod.ts";
import { printFigures } from "../figure.ts";
import { readScale } from "../scale.ts";
import { measureRoundTrips } from "./client_rows.ts";
import { startTcpCluster } from "./tcp_cluster.ts";

await using cluster = await startTcpCluster(2);
await using client = await Client.connect(cluster.address);
printFigures({ submit_result_tcp: await measureRoundTrips(client, readScale(Deno.args)) });
