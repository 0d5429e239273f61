/**
 * A second client of `image_pipeline.ts`: looks on, and changes what counts as an edge while the pipeline runs. Each
 * line in a terminal of its own:
 *
 * ```sh
 * deno run -A cli/main.ts scheduler
 * deno run -A cli/main.ts worker tcp://127.0.0.1:8786
 * TROUPE_SCHEDULER_ADDRESS=tcp://127.0.0.1:8786 deno run -A examples/image_pipeline.ts FOLDER
 * deno run -A examples/image_pipeline_watch.ts tcp://127.0.0.1:8786 [THRESHOLD]
 * ```
 *
 * The threshold holds for every image that the pipeline takes up from then on. Ctrl-C ends.
 *
 * @module
 */
import { Client, Topic, Variable } from "@troupe/troupe";
import type { Measured } from "./image_pipeline.ts";

const [address, threshold] = Deno.args;
if (address === undefined || Number.isNaN(Number(threshold ?? 0))) {
  console.error("Usage: deno run -A examples/image_pipeline_watch.ts ADDRESS [THRESHOLD]");
  Deno.exit(2);
}

await using _client = await Client.connect(address);
// Who is slow loses news, and does not hold up the pipeline.
await using news = new Topic<Measured>("measured-images").subscribe({ overflow: "drop-oldest" });

const edgeThreshold = new Variable<number>("edge-threshold");
if (threshold !== undefined) await edgeThreshold.set(Number(threshold));
console.log(`An edge is a gradient above ${await edgeThreshold.get()}`);

let count = 0;
for await (const { name, statistics: { width, height, brightness, contrast }, edges, threshold } of news) {
  const light = `brightness ${brightness.toFixed(1)}, contrast ${contrast.toFixed(1)}`;
  console.log(`${++count}. ${name}: ${width} x ${height}, ${light}, ${edges} edges above ${threshold}`);
}
