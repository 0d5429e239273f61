/**
 * A program of several files, on workers that have none of them: its modules travel with its functions.
 *
 * ```sh
 * deno run -A examples/remote_code/main.ts                      # on threads of this process
 *
 * deno run -A cli/main.ts scheduler                             # or, in three terminals,
 * cd "$(mktemp -d)" && deno run -A ~/troupe/cli/main.ts worker tcp://127.0.0.1:8786
 * deno run -A examples/remote_code/main.ts tcp://127.0.0.1:8786 # on a worker in an empty folder, or on another machine
 * ```
 *
 * Edit `lib/tally.ts` and run it again, without restarting the worker: that file and those that import it travel anew.
 *
 * @module
 */
import { Client } from "@troupe/troupe";
import { analyse, documentCount } from "./analyse.ts";
import { LengthTally } from "./lib/tally.ts";
import texts from "./texts.json" with { type: "json" };

const [address] = Deno.args;
await using client = await (address === undefined ? Client.connect({ threadsPerWorker: 1 }) : Client.connect(address));

// An export of another module: the module, and what it imports, is loaded where the task runs.
const tallies = client.map(analyse, texts);
for (const tally of await client.gather(tallies)) console.log(tally.join("  "));

// A function of this module, with what it captures and the class that it imports.
const longest = 4;
const lengths = client.submit((all: string[]) => new LengthTally(longest).addAll(all).top(3), texts);
console.log((await lengths.result()).join("  "));

// The state of a module is that of the module where it was loaded: one per executor.
const counted = await client.with({ pure: false }).submit(documentCount).result();
console.log(counted >= texts.length ? "all texts were counted" : `${counted} texts were counted`);
