/** What a local cluster is to look like, out of what its user said. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { LocalClusterOptions, TlsOptions } from "../client/connect_options.ts";
import { systemRandom } from "../base/random.ts";
import { parseByteSize } from "./byte_size.ts";

/** A checked plan, with nothing left open. */
export interface ClusterPlan {
  /** Shown to people. */
  readonly name: string;
  /** Workers at the start. */
  readonly workers: number;
  /** Executors per worker. */
  readonly threadsPerWorker: number;
  /** Whether each worker has a process of its own. */
  readonly processes: boolean;
  /** Where tasks run. */
  readonly executors: "threads" | "inline";
  /** Memory limit per worker, in bytes. */
  readonly memoryLimitBytes: number;
  /** Abstract resources per worker. */
  readonly resources: Readonly<Record<string, number>>;
  /** Address to listen on. */
  readonly host: string;
  /** Port to listen on; 0 for a free one. */
  readonly port: number;
  /** Shared secret. */
  readonly token: string;
  /** Keys and certificates. */
  readonly tls: TlsOptions | undefined;
  /** How long a task may wait for a fitting worker. */
  readonly noWorkerTimeoutMs: number | undefined;
}

/** Names of a plan's options: a typing error must not be silent. */
const NAMES: ReadonlySet<string> = new Set([
  "workers",
  "threadsPerWorker",
  "processes",
  "executors",
  "memoryLimit",
  "resources",
  "host",
  "port",
  "dashboardPort",
  "token",
  "tls",
  "noWorkerTimeoutMs",
  "name",
]);

/** Checks the options of a local cluster and fills in what was left open; throws `input/invalid`. */
export function planCluster(options: LocalClusterOptions): ClusterPlan {
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name)) throw invalid(name, Reflect.get(options, name), `there is no such option`);
  }
  const { processes = false, executors = "threads", host = "127.0.0.1", port = 0 } = options;
  const workers = whole("workers", options.workers ?? 1, 0);
  const cpus = navigator.hardwareConcurrency;
  const threads = options.threadsPerWorker ?? (executors === "inline" ? 1 : Math.max(1, Math.floor(cpus / (workers || 1))));
  if (executors !== "threads" && executors !== "inline") {
    throw invalid("executors", executors, 'expected "threads" or "inline"');
  }
  if (typeof processes !== "boolean") throw invalid("processes", processes, "expected true or false");
  if (processes && executors === "inline") {
    throw invalid("executors", executors, "a worker process runs tasks on threads, so that it answers while they compute");
  }
  return {
    name: options.name ?? "local",
    workers,
    threadsPerWorker: whole("threadsPerWorker", threads, 1),
    processes,
    executors,
    memoryLimitBytes: options.memoryLimit === undefined
      ? Math.floor(machineMemoryBytes() / (workers || 1))
      : parseByteSize(options.memoryLimit, "memoryLimit"),
    resources: checkedResources(options.resources),
    host,
    port: whole("port", port, 0),
    token: options.token ?? systemRandom.text(24),
    tls: options.tls,
    noWorkerTimeoutMs: options.noWorkerTimeoutMs,
  };
}

/** The machine's memory, or a large guess where we may not ask. */
export function machineMemoryBytes(): number {
  if (Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" }).state !== "granted") return 8 * 1024 ** 3;
  return Deno.systemMemoryInfo().total;
}

function whole(name: string, value: unknown, least: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  throw invalid(name, value, `expected a whole number from ${least} up`);
}

function checkedResources(resources: unknown): Readonly<Record<string, number>> {
  if (resources === undefined) return {};
  if (typeof resources !== "object" || resources === null) throw invalid("resources", resources, "expected an object");
  for (const [name, amount] of Object.entries(resources)) {
    if (typeof amount !== "number" || !(amount >= 0)) throw invalid(`resources.${name}`, amount, "expected an amount");
  }
  return { ...resources };
}

function invalid(name: string, value: unknown, why: string): Error {
  return troupeError("input/invalid", `Cannot start local cluster: ${name} is ${describe(value)}, ${why}`, {
    details: { option: name },
  });
}
