import { ClusterWorker, Nanny, type WorkerOptions } from "../mod.ts";
import { ACCESS_FLAGS, readAccess } from "./cluster_access.ts";
import { asksForHelp, type Command, type FlagValues, misuse, quote, readCommandLine } from "./command.ts";
import { EXIT } from "./exit_code.ts";
import {
  choiceFlag,
  countFlag,
  durationFlag,
  portFlag,
  resourcesFlag,
  sizeFlag,
  switchFlag,
  textFlag,
} from "./flag.ts";
import { commandHelp } from "./help.ts";
import { Interrupt } from "./interrupt.ts";
import { findAddress } from "./scheduler_address.ts";

const FLAGS = {
  nthreads: countFlag("Run this many tasks at once (default: one per CPU, shared out among --nworkers)"),
  nworkers: countFlag("Start this many workers, each a process of its own (default: 1)"),
  name: textFlag("NAME", "Name for the dashboard and for restrictions; with --nworkers NAME-0, NAME-1, ..."),
  "memory-limit": sizeFlag("Memory per worker: bytes, with a unit, or a fraction of the machine's up to 1"),
  resources: resourcesFlag("Abstract resources that tasks may ask for"),
  executors: choiceFlag(["threads", "processes"], "Where task code runs (default: threads)"),
  "no-nanny": switchFlag("Run the worker in this process, restarted by nobody"),
  host: textFlag("HOST", "Listen on this address, for other workers and clients to reach"),
  port: portFlag("Listen on this port (default: any free one)"),
  "local-directory": textFlag("FOLDER", "Work in this folder, made when missing: relative paths in tasks begin here"),
  lifetime: durationFlag("End after this time"),
  "scheduler-file": textFlag("FILE", "Read the scheduler's address from this file; waits until it is there"),
  ...ACCESS_FLAGS,
};

/** `troupe worker`. */
export const WORKER_COMMAND: Command<typeof FLAGS> = {
  name: "worker",
  summary: "Start a worker, and a nanny that restarts it when it dies",
  synopsis: "[ADDRESS] [FLAGS]",
  flags: FLAGS,
  argumentsMax: 1,
  notes: [
    "ADDRESS is the scheduler's, such as tcp://127.0.0.1:8786 (default: $TROUPE_SCHEDULER_ADDRESS).",
    "Ctrl-C closes it, with exit code 0; a second one ends it at once.",
  ],
};

/** After this time without a scheduler we say what we are waiting for. */
const PATIENCE_MS = 1_000;

/** What both forms of a worker have. */
interface RunningWorker {
  readonly address: string;
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Runs workers until Ctrl-C, or until all have ended; gives the exit code. */
export async function runWorker(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    console.log(commandHelp(WORKER_COMMAND));
    return EXIT.ok;
  }
  const { values, rest } = readCommandLine(WORKER_COMMAND, args);
  checkValues(values);
  const access = await readAccess(values);
  using interrupt = new Interrupt();
  const sources = { address: rest[0], file: values["scheduler-file"] };
  const address = await interrupt.orInterrupted(findAddress(WORKER_COMMAND, sources, interrupt.signal));
  if (address === undefined) return EXIT.ok;
  await enterFolder(values["local-directory"]);
  const plans = Array.from({ length: values.nworkers ?? 1 }, (_, index) => ({
    ...readOptions(values, address, index),
    ...access,
  }));
  await using workers = new AsyncDisposableStack();
  const started = await interrupt.orInterrupted(
    startAll(address, plans, interrupt.signal, values["no-nanny"], workers),
  );
  if (started !== undefined) await interrupt.orInterrupted(Promise.all(started.map(({ closed }) => closed)));
  return EXIT.ok;
}

/** Starts all workers, or none: when one fails, the others give up. */
async function startAll(
  scheduler: string,
  plans: readonly WorkerOptions[],
  interrupted: AbortSignal,
  isAlone: boolean,
  workers: AsyncDisposableStack,
): Promise<RunningWorker[]> {
  const failed = new AbortController();
  const signal = AbortSignal.any([interrupted, failed.signal]);
  const timer = setTimeout(() => console.log(`Waiting to connect to: ${scheduler}`), PATIENCE_MS);
  const starts = plans.map((plan) => start(scheduler, { ...plan, signal }, isAlone));
  // Whatever happens: who has been started is closed, and nobody is forgotten who is still being started.
  workers.defer(async () => {
    failed.abort();
    const settled = await Promise.allSettled(starts);
    await Promise.all(settled.map((start) => start.status === "fulfilled" ? start.value.close() : undefined));
  });
  try {
    return await Promise.all(starts);
  } finally {
    clearTimeout(timer);
  }
}

/** Starts one worker and tells its address. */
async function start(scheduler: string, options: WorkerOptions, isAlone: boolean): Promise<RunningWorker> {
  const worker = isAlone ? await ClusterWorker.start(scheduler, options) : await startNanny(scheduler, options);
  console.log(`Start worker at: ${worker.address}`);
  console.log(`Waiting to connect to: ${scheduler}`);
  console.log(`Registered to: ${scheduler}`);
  return worker;
}

async function startNanny(scheduler: string, options: WorkerOptions): Promise<RunningWorker> {
  const nanny = await Nanny.start(scheduler, options);
  return { address: nanny.workerAddress, closed: nanny.closed, close: () => nanny.close() };
}

function checkValues(values: FlagValues<typeof FLAGS>): void {
  if (values.executors === "processes") {
    throw misuse(WORKER_COMMAND, "--executors processes is not supported yet", "Leave it out, or give threads");
  }
  const count = values.nworkers ?? 1;
  if (count > 1 && values["no-nanny"]) {
    // They would share one heap, and each would be blamed for the memory of all.
    throw misuse(WORKER_COMMAND, "--nworkers with --no-nanny", "Leave one out: each worker needs a process of its own");
  }
  if (count > 1 && (values.port ?? 0) !== 0) {
    throw misuse(WORKER_COMMAND, "--nworkers with --port", "Leave one out: workers cannot share a port");
  }
}

function readOptions(values: FlagValues<typeof FLAGS>, scheduler: string, index: number): WorkerOptions {
  const count = values.nworkers ?? 1;
  const { name, port = 0, host } = values;
  const scheme = values["tls-cert"] !== undefined && scheduler.startsWith("tls:") ? "tls" : "tcp";
  return {
    name: name !== undefined && count > 1 ? `${name}-${index}` : name,
    threads: values.nthreads ?? Math.max(1, Math.floor(navigator.hardwareConcurrency / count)),
    memoryLimit: memoryBytes(values["memory-limit"], count),
    resources: values.resources,
    executors: values.executors === "threads" ? values.executors : undefined,
    listen: host === undefined && port === 0 ? undefined : `${scheme}://${host ?? "127.0.0.1"}:${port}`,
    lifetimeMs: values.lifetime,
    onEvent: (line) => console.log(line),
  };
}

/** Per worker; the machine's memory is shared out among several. */
function memoryBytes(limit: number | undefined, workers: number): number | undefined {
  const share = limit ?? (workers > 1 ? 1 / workers : undefined);
  return share !== undefined && share <= 1 ? Math.floor(share * Deno.systemMemoryInfo().total) : share;
}

/** Worker processes inherit our folder, and tasks see that of their worker. */
async function enterFolder(path: string | undefined): Promise<void> {
  if (path === undefined) return;
  try {
    await Deno.mkdir(path, { recursive: true });
    Deno.chdir(path);
  } catch (error) {
    throw misuse(WORKER_COMMAND, `--local-directory ${quote(path)} is no place to work: ${String(error)}`);
  }
}
