/** What a single worker is to look like, out of what its user said. @module */
import type { TlsOptions } from "../actor/credentials.ts";
import { checkThreadPermission } from "../actor/thread_permission.ts";
import type { ByteSize } from "../client/connect_options.ts";
import type { WaitOptions } from "../client/waiting.ts";
import { checkWaitOptions } from "../client/waiting.ts";
import { parseByteSize } from "./byte_size.ts";
import {
  checkChoice,
  checkDurationMs,
  checkOptionNames,
  checkResources,
  checkWhole,
  freshName,
  invalidOption,
  machineMemoryBytes,
} from "./option_checks.ts";

/** Options of a worker. `timeoutMs` and `signal` concern the wait for a scheduler that is not there yet. */
export interface WorkerOptions extends WaitOptions {
  /** Its alias in restrictions and on the dashboard. Default: a random one. */
  readonly name?: string | undefined;
  /** How many tasks it runs at once. Default: one per CPU. */
  readonly threads?: number | undefined;
  /** What it may use of memory. Default: the machine's. */
  readonly memoryLimit?: ByteSize | undefined;
  /** Abstract resources that tasks may ask for. */
  readonly resources?: Readonly<Record<string, number>> | undefined;
  /** Where it runs task code. Default: `"threads"`. */
  readonly executors?: "threads" | "inline" | undefined;
  /** Where it listens, for other workers and clients. Default: `"tcp://127.0.0.1:0"`, or `tls:` with a certificate. */
  readonly listen?: string | undefined;
  /** Shared secret of the cluster. Default: none. */
  readonly token?: string | undefined;
  /** Keys and certificates, as PEM text. */
  readonly tls?: TlsOptions | undefined;
  /** Ends it after this time, in milliseconds. Default: never. */
  readonly lifetimeMs?: number | undefined;
  /** Hears one line about each thing that happens to it. */
  readonly onEvent?: ((line: string) => void) | undefined;
}

/** Checked options, with nothing left open. */
export interface WorkerPlan {
  /** Its alias. */
  readonly name: string;
  /** How many tasks it runs at once. */
  readonly threads: number;
  /** Its memory limit, in bytes. */
  readonly memoryLimitBytes: number;
  /** Abstract resources. */
  readonly resources: Readonly<Record<string, number>>;
  /** Where it runs task code. */
  readonly executors: "threads" | "inline";
  /** Where it listens. */
  readonly listen: string;
  /** Shared secret; "" for none. */
  readonly token: string;
  /** Keys and certificates. */
  readonly tls: TlsOptions | undefined;
  /** Its longest life, in milliseconds. */
  readonly lifetimeMs: number | undefined;
  /** Hears of what happens. */
  readonly onEvent: (line: string) => void;
}

const ACTION = "start worker";
const NAMES: ReadonlySet<string> = new Set([
  "name",
  "threads",
  "memoryLimit",
  "resources",
  "executors",
  "listen",
  "token",
  "tls",
  "lifetimeMs",
  "onEvent",
  "timeoutMs",
  "signal",
]);
/** What may not stand in the name of an actor. */
const RESERVED = /[/#]/;

/** Checks the options of a worker and fills in what was left open; throws `input/invalid`. */
export function planWorker(options: WorkerOptions): WorkerPlan {
  checkOptionNames(ACTION, options, NAMES);
  checkWaitOptions({ timeoutMs: options.timeoutMs, signal: options.signal }, ACTION);
  const { memoryLimit, tls, token = "", onEvent = () => {} } = options;
  const executors = checkChoice(ACTION, "executors", options.executors ?? "threads", ["threads", "inline"]);
  if (executors === "threads") checkThreadPermission(ACTION);
  return {
    name: checkName(options.name ?? freshName("worker")),
    threads: checkWhole(
      ACTION,
      "threads",
      options.threads ?? (executors === "inline" ? 1 : navigator.hardwareConcurrency),
      1,
    ),
    memoryLimitBytes: memoryLimit === undefined ? machineMemoryBytes() : parseByteSize(memoryLimit, "memoryLimit"),
    resources: checkResources(ACTION, options.resources),
    executors,
    listen: options.listen ?? `${tls?.cert === undefined ? "tcp" : "tls"}://127.0.0.1:0`,
    token,
    tls,
    lifetimeMs: checkDurationMs(ACTION, "lifetimeMs", options.lifetimeMs),
    onEvent,
  };
}

function checkName(name: unknown): string {
  if (typeof name === "string" && name !== "" && !RESERVED.test(name)) return name;
  throw invalidOption(ACTION, "name", name, 'expected text without "/" and "#"');
}
