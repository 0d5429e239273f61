/** 10,000 independent no-op tasks over TCP: scheduler, two workers and client are a process each. */
import { Client } from "../../../mod.ts";
import { printFigures } from "../figure.ts";
import { readScale } from "../scale.ts";
import { measureNoops } from "./client_rows.ts";
import { startTcpCluster } from "./tcp_cluster.ts";

await using cluster = await startTcpCluster(2);
await using client = await Client.connect(cluster.address);
printFigures({ noop_10k_tcp: await measureNoops(client, readScale(Deno.args)) });
