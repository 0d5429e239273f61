/**
 * Troupe: tasks, futures and actors over Deno threads, processes and TCP.
 *
 * ```ts
 * import { Client } from "@troupe/troupe";
 * import { assertEquals } from "@std/assert";
 *
 * await using client = await Client.connect({ threadsPerWorker: 1 });
 * const x = client.submit((n: number) => n + 1, 1);
 * const y = client.submit((a: number, b: number) => a * b, x, 21);
 * assertEquals(await y.result(), 42);
 * ```
 *
 * @module
 */
export { TroupeError } from "./actors/base/errors.ts";
export { Client, getClient } from "./actors/client/client.ts";
export { LocalCluster } from "./actors/cluster/local_cluster.ts";
export { Scheduler } from "./actors/cluster/scheduler.ts";
