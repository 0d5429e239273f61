/** A scheduler with a port of its own. @module */
import { formatActorAddress } from "../actor/actor_address.ts";
import { processCore } from "../actor/process_core.ts";
import type { SystemCore } from "../actor/system_core.ts";
import { keepingAlive } from "../base/keep_alive.ts";
import type { TlsOptions } from "../actor/credentials.ts";
import { credentialsOf } from "../actor/credentials.ts";
import { SCHEDULER_ACTOR } from "../protocol/inboxes.ts";
import { startScheduler } from "../scheduler/start_scheduler.ts";
import { refuseAtImport } from "../client/defaults.ts";
import { Ending } from "./ending.ts";
import { IdleWatch } from "./idle_watch.ts";
import { LoadProbe } from "./load.ts";
import { checkDurationMs, checkOptionNames } from "./option_checks.ts";

/** Options of {@linkcode Scheduler.start}. */
export interface SchedulerOptions {
  /** Address to listen on. Default: `"127.0.0.1"`; any other asks for a token or TLS. */
  readonly host?: string | undefined;
  /** Port to listen on; 0 for a free one. Default: 8786. */
  readonly port?: number | undefined;
  /** Shared secret of the cluster. Default: none. */
  readonly token?: string | undefined;
  /** Keys and certificates, as PEM text. With them it listens on `tls://`. */
  readonly tls?: TlsOptions | undefined;
  /** How long a task may wait while no worker fits its restrictions, in milliseconds. Default: 300,000. */
  readonly noWorkerTimeoutMs?: number | undefined;
  /** Ends the scheduler when nothing was to do for this long, in milliseconds. Default: never. */
  readonly idleTimeoutMs?: number | undefined;
  /** Hears one line about each worker and client that comes, leaves or is refused. */
  readonly onEvent?: ((line: string) => void) | undefined;
}

const ACTION = "start scheduler";
/** `dashboardPort` is what the command line passes on: there is no dashboard to open yet. */
const NAMES: ReadonlySet<string> = new Set([
  "host",
  "port",
  "token",
  "tls",
  "noWorkerTimeoutMs",
  "idleTimeoutMs",
  "dashboardPort",
  "onEvent",
]);
/** The port of a scheduler unless told otherwise: Dask's. */
export const SCHEDULER_PORT = 8786;

/**
 * A scheduler in this thread, for clusters made of parts. It runs no task.
 *
 * @example
 * ```ts
 * import { Client, ClusterWorker, Scheduler } from "@troupe/troupe";
 * import { assertEquals } from "@std/assert";
 *
 * await using scheduler = await Scheduler.start({ port: 0 });
 * await using _worker = await ClusterWorker.start(scheduler.address, { threads: 1, executors: "inline" });
 * await using client = await Client.connect(scheduler.address);
 * assertEquals(await client.submit((x: number) => x + 1, 1).result(), 2);
 * ```
 */
export class Scheduler implements AsyncDisposable {
  /** Where it listens: `tcp://127.0.0.1:8786`. */
  readonly address: string;
  /** Its web page; undefined without one. */
  readonly dashboardUrl: string | undefined;
  readonly #core: SystemCore;
  readonly #ending = new Ending();
  /** Looks for work, with the probe that it looks through; undefined without `idleTimeoutMs`. */
  #idleWatch: { readonly probe: LoadProbe; readonly watch: IdleWatch } | undefined;
  /** Set by the first `close`. */
  #closing: Promise<void> | undefined;

  private constructor(core: SystemCore) {
    this.#core = core;
    this.address = core.contact;
    this.dashboardUrl = undefined;
  }

  /**
   * Starts a scheduler.
   *
   * @throws `cluster/port-in-use`; `input/invalid` for a host that others can reach without token or TLS.
   */
  static async start(options: SchedulerOptions = {}): Promise<Scheduler> {
    refuseAtImport("start a scheduler");
    checkOptionNames(ACTION, options, NAMES);
    const { host = "127.0.0.1", port = SCHEDULER_PORT, token, tls, noWorkerTimeoutMs, onEvent = () => {} } = options;
    const idleTimeoutMs = checkDurationMs(ACTION, "idleTimeoutMs", options.idleTimeoutMs);
    const core = processCore({
      name: "scheduler",
    });
    core.dialer.role = "scheduler";
    core.dialer.credentials = credentialsOf({ token, tls });
    core.dialer.onRefused = onEvent;
    core.dialer.listen(`${tls?.cert === undefined ? "tcp" : "tls"}://${bracketed(host)}:${port}`);
    const scheduler = new Scheduler(core);
    await startScheduler(core, { noWorkerTimeoutMs, onLog: onEvent, onShutDown: () => void scheduler.close() });
    if (idleTimeoutMs !== undefined) scheduler.#endWhenIdle(idleTimeoutMs, onEvent);
    return scheduler;
  }

  /** Resolves when it has stopped, whoever stopped it. The process stays alive until then. */
  get closed(): Promise<void> {
    return this.#ending.promise;
  }

  /** Full address of its actor. */
  get id(): string {
    return formatActorAddress(this.#core.addressOf(SCHEDULER_ACTOR));
  }

  /** Stops it: workers stop too, clients are told. Twice is fine. */
  close(): Promise<void> {
    this.#closing ??= keepingAlive(() => this.#close());
    return this.#closing;
  }

  /** What `await using` calls. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #endWhenIdle(timeoutMs: number, onEvent: (line: string) => void): void {
    const probe = new LoadProbe(this.#core, this.id);
    const onIdle = () => {
      onEvent(`End scheduler: no work for ${timeoutMs} ms`);
      void this.close();
    };
    const { clock } = this.#core.world;
    this.#idleWatch = { probe, watch: new IdleWatch({ clock, timeoutMs, read: () => probe.read(), onIdle }) };
  }

  async #close(): Promise<void> {
    this.#idleWatch?.watch[Symbol.dispose]();
    await this.#idleWatch?.probe.close();
    await this.#core.close();
    this.#ending.come();
  }
}

/** A host as it stands in an address. */
export function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
