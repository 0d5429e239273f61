/** What a local cluster is to look like, out of what its user said. @module */
import { systemRandom } from "../base/random.ts";
import type { TlsOptions } from "../actor/credentials.ts";
import { CLUSTER_OPTION_NAMES, type LocalClusterOptions } from "../client/connect_options.ts";
import { parseByteSize } from "./byte_size.ts";
import {
  checkChoice,
  checkDurationMs,
  checkOptionNames,
  checkResources,
  checkWhole,
  invalidOption,
  machineMemoryBytes,
} from "./option_checks.ts";

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

const ACTION = "start local cluster";

/** Checks the options of a local cluster and fills in what was left open; throws `input/invalid`. */
export function planCluster(options: LocalClusterOptions): ClusterPlan {
  checkOptionNames(ACTION, options, CLUSTER_OPTION_NAMES);
  const { processes = false, host = "127.0.0.1", port = 0, noWorkerTimeoutMs } = options;
  const executors = checkChoice(ACTION, "executors", options.executors ?? "threads", ["threads", "inline"]);
  if (typeof processes !== "boolean") throw invalidOption(ACTION, "processes", processes, "expected true or false");
  if (processes && executors === "inline") {
    const why = "a worker process runs tasks on threads, so that it answers while they compute";
    throw invalidOption(ACTION, "executors", executors, why);
  }
  const workers = checkWhole(ACTION, "workers", options.workers ?? 1, 0);
  return {
    name: options.name ?? "local",
    workers,
    threadsPerWorker: checkWhole(
      ACTION,
      "threadsPerWorker",
      options.threadsPerWorker ?? shareOfCpus(executors, workers),
      1,
    ),
    processes,
    executors,
    memoryLimitBytes: options.memoryLimit === undefined
      ? Math.floor(machineMemoryBytes() / (workers || 1))
      : parseByteSize(options.memoryLimit, "memoryLimit"),
    resources: checkResources(ACTION, options.resources),
    host,
    port: checkWhole(ACTION, "port", port, 0),
    token: options.token ?? systemRandom.text(24),
    tls: options.tls,
    noWorkerTimeoutMs: checkDurationMs(ACTION, "noWorkerTimeoutMs", noWorkerTimeoutMs),
  };
}

function shareOfCpus(executors: "threads" | "inline", workers: number): number {
  return executors === "inline" ? 1 : Math.max(1, Math.floor(navigator.hardwareConcurrency / (workers || 1)));
}
