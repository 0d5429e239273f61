/**
 * A thread that hosts actors: a `node:worker_threads` worker behind a `data:` module that imports the entry's URL, so
 * that it also starts when Troupe itself was loaded from https. It holds a Web Lock (inside the thread only): without
 * one, Deno's `terminate()` does not stop a thread that spins.
 *
 * @module
 */
import { MessageChannel, type ResourceLimits, Worker } from "node:worker_threads";
import { troupeError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import { threadConnection } from "../transport/thread_port.ts";
import { type Host, type HostedSpec, type HostExit, spawnInHost } from "./host.ts";
import type { Ref } from "./ref.ts";
import type { SystemCore } from "./system_core.ts";

/** Options of a thread host. */
export interface ThreadHostOptions {
  /** For messages about it. */
  readonly name: string;
  /** Bounds of its JavaScript heap; without them its out-of-memory would end the whole process. */
  readonly heapBytesMax: number;
  /** Modules to load at once, while the link is made. */
  readonly preload?: readonly string[];
}

/** What a thread gets at its start. */
export interface ThreadBirth {
  /** The link to the parent. */
  readonly port: unknown;
  /** Its own system id. */
  readonly id: string;
  /** For messages about it. */
  readonly name: string;
  /** The parent's system id. */
  readonly parent: string;
  /** Where the parent listens. */
  readonly parentContact: string;
  /** Modules to load at once. */
  readonly preload: readonly string[];
  /** Limits, the parent's. */
  readonly limits: Limits;
}

/** A thread host, with what only threads have. */
export interface ThreadHost extends Host {
  /** CPU time that the thread has used, in microseconds; readable while it spins. */
  cpuMicros(): Promise<number>;
}

/** Starts a thread. Resolves at once: what is asked of it waits until it is up. */
export function startThreadHost(core: SystemCore, options: ThreadHostOptions): ThreadHost {
  const id = core.world.random.text(12);
  const { port1, port2 } = new MessageChannel();
  const entry = new URL("./thread_entry.ts", import.meta.url).href;
  const birth: ThreadBirth = {
    port: port2,
    id,
    name: options.name,
    parent: core.id,
    parentContact: core.contact,
    preload: options.preload ?? [],
    limits: core.world.limits,
  };
  // Not a static import: Deno prints an error of its own when a thread is ended while its first module is evaluated.
  const source = `import(${JSON.stringify(entry)})`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: birth,
    transferList: [port2],
    resourceLimits: resourceLimits(options.heapBytesMax),
  });
  worker.unref();
  const connection = threadConnection(port1, `thread ${options.name}`, core.world);
  core.attach(connection, { system: id, contact: "", isGateway: false, isHost: true });
  const exited = watchThread(worker);
  exited.then((exit) =>
    connection.closedBy(troupeError("link/down", `Thread ${options.name} ${exit.reason}`, { details: { ...exit } }))
  );
  return {
    system: id,
    exited,
    spawn: <M, R>(spec: HostedSpec<M, R>): Promise<Ref<M, R>> => spawnInHost(core, id, spec),
    async terminate() {
      await worker.terminate();
      return await exited;
    },
    cpuMicros: () => cpuMicros(worker),
  };
}

function resourceLimits(heapBytesMax: number): ResourceLimits {
  return { maxOldGenerationSizeMb: Math.max(16, Math.floor(heapBytesMax / 1024 ** 2)) };
}

/** The end of a thread, from its events: they came within milliseconds for every kind of end. */
function watchThread(worker: Worker): Promise<HostExit> {
  let failure: string | undefined;
  worker.on("error", (error: Error & { code?: string }) => {
    failure = error.code === "ERR_WORKER_OUT_OF_MEMORY"
      ? "ran out of memory"
      : `failed with ${error.name}: ${error.message}`;
  });
  return new Promise((resolve) => {
    worker.on("exit", (exitCode: number) => {
      resolve({ reason: failure ?? `exited with code ${exitCode}`, exitCode, signal: undefined, lastLines: [] });
    });
  });
}

async function cpuMicros(worker: Worker): Promise<number> {
  const usage = await (worker as Worker & { cpuUsage(): Promise<{ user: number; system: number }> }).cpuUsage();
  return usage.user + usage.system;
}
