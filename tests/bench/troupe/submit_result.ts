/** Submit and result, one after another, on two threads of this process. */
import { Client } from "../../../mod.ts";
import { printFigures } from "../figure.ts";
import { readScale } from "../scale.ts";
import { measureRoundTrips } from "./client_rows.ts";

await using client = await Client.connect({ workers: 1, threadsPerWorker: 2, dashboardPort: false });
printFigures({ submit_result: await measureRoundTrips(client, readScale(Deno.args)) });
