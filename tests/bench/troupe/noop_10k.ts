/** 10,000 independent no-op tasks on two threads of this process, and where their time goes. */
import { Client } from "../../../mod.ts";
import { printFigures } from "../figure.ts";
import { profiled } from "../profile.ts";
import { readScale } from "../scale.ts";
import { mapNoops, measureNoops } from "./client_rows.ts";

/** Rounds under the profiler: it slows the program down, so they are not those that count. */
const PROFILED_ROUNDS = 5;

await using client = await Client.connect({ workers: 1, threadsPerWorker: 2, dashboardPort: false });
const scale = readScale(Deno.args);
const figure = await measureNoops(client, scale);
const partsUs = await profiled(PROFILED_ROUNDS * scale.tasks, async () => {
  for (let round = 0; round < PROFILED_ROUNDS; round++) await mapNoops(client, scale.tasks);
});
printFigures({ noop_10k: { ...figure, partsUs } });
