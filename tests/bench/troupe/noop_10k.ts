/** 10,000 independent no-op tasks on two threads of this process. */
import { Client } from "../../../mod.ts";
import { printFigures } from "../figure.ts";
import { readScale } from "../scale.ts";
import { measureNoops } from "./client_rows.ts";

await using client = await Client.connect({ workers: 1, threadsPerWorker: 2, dashboardPort: false });
printFigures({ noop_10k: await measureNoops(client, readScale(Deno.args)) });
