/** A scheduler with a port of its own. @module */
import { formatAddress, publicAddress } from "../actor/actor_address.ts";
import { SystemCore } from "../actor/system_core.ts";
import { systemClock } from "../base/clock.ts";
import { DEFAULT_LIMITS } from "../base/limits.ts";
import { systemRandom } from "../base/random.ts";
import type { TlsOptions } from "../client/connect_options.ts";
import { SCHEDULER_ACTOR } from "../protocol/inboxes.ts";
import { startScheduler } from "../scheduler/start_scheduler.ts";
import { credentialsOf } from "../client/credentials.ts";

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
  /** Hears one line about each worker and client that comes, leaves or is refused. */
  readonly onEvent?: ((line: string) => void) | undefined;
}

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
  /** Resolves when it has stopped, whoever stopped it. */
  readonly closed: Promise<void>;
  readonly #core: SystemCore;
  readonly #gone: () => void;

  private constructor(core: SystemCore, closed: PromiseWithResolvers<void>) {
    this.#core = core;
    this.address = core.contact || publicAddress(core.addressOf(SCHEDULER_ACTOR));
    this.dashboardUrl = undefined;
    this.closed = closed.promise;
    this.#gone = closed.resolve;
  }

  /**
   * Starts a scheduler.
   *
   * @throws `cluster/port-in-use`; `input/invalid` for a host that others can reach without token or TLS.
   */
  static async start(options: SchedulerOptions = {}): Promise<Scheduler> {
    const { host = "127.0.0.1", port = SCHEDULER_PORT, token, tls, onEvent = () => {} } = options;
    const core = new SystemCore({
      name: "scheduler",
      clock: systemClock,
      random: systemRandom,
      limits: DEFAULT_LIMITS,
    });
    core.dialer.role = "scheduler";
    core.dialer.credentials = credentialsOf({ token, tls });
    core.dialer.onRefused = onEvent;
    core.dialer.listen(`${tls?.cert === undefined ? "tcp" : "tls"}://${bracketed(host)}:${port}`);
    const closed = Promise.withResolvers<void>();
    const scheduler = new Scheduler(core, closed);
    await startScheduler(core, {
      noWorkerTimeoutMs: options.noWorkerTimeoutMs,
      onLog: onEvent,
      onShutDown: () => void scheduler.close(),
    });
    return scheduler;
  }

  /** Full address of its actor. */
  get id(): string {
    return formatAddress(this.#core.addressOf(SCHEDULER_ACTOR));
  }

  /** Stops it: workers stop too, clients are told. Twice is fine. */
  async close(): Promise<void> {
    await this.#core.close();
    this.#gone();
  }

  /** What `await using` calls. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A host as it stands in an address. */
export function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
