/** Where a client may connect to, and how. @module */
import type { TlsOptions } from "../actor/credentials.ts";
import { describe, troupeError } from "../base/errors.ts";
import type { Cluster } from "./cluster_handle.ts";
import { checkWaitOptions, type WaitOptions } from "./waiting.ts";

/** Bytes, or text such as `"512 MiB"`. */
export type ByteSize = number | `${number}${"" | " "}${"kB" | "MB" | "GB" | "KiB" | "MiB" | "GiB"}`;

/** Options of connecting to a running cluster. */
export interface ConnectOptions extends WaitOptions {
  /** Shared secret of the cluster. */
  token?: string;
  /** Keys and certificates, as PEM text. */
  tls?: TlsOptions;
  /** Shown on the dashboard. */
  name?: string;
}

/** Options of a local cluster. */
export interface LocalClusterOptions {
  /** Workers. Default: 1. */
  workers?: number;
  /** Executors per worker: how many tasks it runs at once. Default: one per CPU, shared out. */
  threadsPerWorker?: number;
  /** Whether each worker is a child process under a nanny. Default: false. */
  processes?: boolean;
  /** Where a worker runs task code. Default: `"threads"`. */
  executors?: "threads" | "processes" | "inline";
  /** Memory limit per worker. Default: the machine's, shared out. */
  memoryLimit?: ByteSize;
  /** Abstract resources per worker. */
  resources?: Readonly<Record<string, number>>;
  /** Address to listen on. Default: `"127.0.0.1"`; any other asks for a token or TLS. */
  host?: string;
  /** The scheduler's port. Default: a free one. */
  port?: number;
  /** For the dashboard, which is not there yet: without effect until then. */
  dashboardPort?: number | false;
  /** Shared secret. Default: a random one. */
  token?: string;
  /** Keys and certificates, as PEM text. */
  tls?: TlsOptions;
  /** Default of the task option of the same name: 300,000. */
  noWorkerTimeoutMs?: number;
  /** Shown on the dashboard. */
  name?: string;
}

/** What `Client.connect` was asked for, told apart and checked. */
export type ConnectTarget =
  /** The cluster that the environment names, else a new local one. */
  | { readonly kind: "default" }
  /** A scheduler. */
  | { readonly kind: "address"; readonly address: string; readonly options: ConnectOptions }
  /** A running cluster. */
  | { readonly kind: "cluster"; readonly cluster: Cluster; readonly options: ConnectOptions }
  /** A new local cluster. */
  | { readonly kind: "local"; readonly options: LocalClusterOptions & WaitOptions };

const ACTION = "connect";
const CONNECT_NAMES: ReadonlySet<string> = new Set(["token", "tls", "name", "timeoutMs", "signal"]);
/** The names of all options of a local cluster: a typing error must not be silent. */
export const CLUSTER_OPTION_NAMES: ReadonlySet<string> = new Set([
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
const LOCAL_NAMES: ReadonlySet<string> = new Set([...CLUSTER_OPTION_NAMES, "timeoutMs", "signal"]);
/** `tcp://host:port` and its like, or `host:port`. */
const ADDRESS = /^(?:[a-z][a-z0-9+-]*:\S+|(?:\[[0-9a-fA-F:.]+\]|[^\s:/]+):\d{1,5})$/;

/** Tells the forms of `Client.connect` apart; throws `input/invalid`. */
export function readConnectTarget(target: unknown, options: unknown): ConnectTarget {
  if (target === undefined) {
    if (options !== undefined) throw invalid(`options ${describe(options)} come without an address or a cluster`);
    return { kind: "default" };
  }
  if (typeof target === "string") {
    if (!ADDRESS.test(target)) {
      throw invalid(`${describe(target)} is no address`, 'Write it like "tcp://10.0.0.5:8786" or "10.0.0.5:8786"');
    }
    return { kind: "address", address: target, options: connectOptions(options) };
  }
  if (isCluster(target)) return { kind: "cluster", cluster: target, options: connectOptions(options) };
  if (typeof target !== "object" || target === null || Array.isArray(target)) {
    throw invalid(`${describe(target)} is no address, cluster or options object`);
  }
  if (options !== undefined) throw invalid("there are two options objects", "Put all options into one");
  checkNames(target, LOCAL_NAMES);
  checkWaitOptions(target, ACTION);
  return { kind: "local", options: target };
}

/** Whether a value can be connected to as a cluster: it has an address and can be closed. */
function isCluster(value: unknown): value is Cluster {
  if (typeof value !== "object" || value === null) return false;
  return typeof Reflect.get(value, "address") === "string" && typeof Reflect.get(value, "close") === "function" &&
    typeof Reflect.get(value, "scale") === "function";
}

function connectOptions(options: unknown): ConnectOptions {
  if (options === undefined) return {};
  if (typeof options !== "object" || options === null) throw invalid(`${describe(options)} is no options object`);
  checkNames(options, CONNECT_NAMES);
  checkWaitOptions(options, ACTION);
  return options;
}

function checkNames(options: object, names: ReadonlySet<string>): void {
  for (const name of Object.keys(options)) {
    if (names.has(name)) continue;
    throw invalid(`there is no option ${describe(name)}`, `Options are ${[...names].join(", ")}`);
  }
}

function invalid(what: string, hint?: string): Error {
  return troupeError("input/invalid", `Cannot ${ACTION}: ${what}`, { hint });
}
