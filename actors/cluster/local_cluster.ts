/** A cluster on this machine. @module */
import { formatAddress, publicAddress } from "../actor/actor_address.ts";
import type { Ref } from "../actor/ref.ts";
import { SystemCore } from "../actor/system_core.ts";
import { systemClock } from "../base/clock.ts";
import { describe, troupeError } from "../base/errors.ts";
import { KeepAlive } from "../base/keep_alive.ts";
import { DEFAULT_LIMITS } from "../base/limits.ts";
import { systemRandom } from "../base/random.ts";
import { type AdaptOptions, type Cluster, CLUSTER_DOOR, type ClusterDoor } from "../client/cluster_handle.ts";
import type { LocalClusterOptions } from "../client/connect_options.ts";
import { credentialsOf } from "../client/credentials.ts";
import { waitFor, type WaitOptions, type WaitWorld } from "../client/waiting.ts";
import { SCHEDULER_ACTOR, type SchedulerMail } from "../protocol/inboxes.ts";
import { startScheduler } from "../scheduler/start_scheduler.ts";
import { Adaptation } from "./adaptation.ts";
import { type ClusterPlan, planCluster } from "./cluster_plan.ts";
import { type Crew, ThreadCrew } from "./crew.ts";
import { ProcessCrew } from "./process_crew.ts";
import { bracketed } from "./scheduler.ts";

/**
 * A cluster on this machine: a scheduler in this thread, and workers beside it or, with `processes: true`, each in a child
 * process under a nanny.
 *
 * @example
 * ```ts
 * import { Client, LocalCluster } from "@troupe/troupe";
 * import { assertEquals } from "@std/assert";
 *
 * await using cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
 * await using client = await Client.connect(cluster);
 * assertEquals(await client.submit((x: number) => x * 2, 21).result(), 42);
 * ```
 */
export class LocalCluster implements Cluster {
  /** The scheduler's address. */
  readonly address: string;
  /** The dashboard's page; undefined without a dashboard. */
  readonly dashboardUrl: string | undefined;
  /** For clients in this thread. */
  readonly [CLUSTER_DOOR]: ClusterDoor;
  readonly #core: SystemCore;
  readonly #crew: Crew;
  readonly #world: WaitWorld;
  /** Lets the load choose the number of workers; undefined when the user does. */
  #adaptation: Adaptation | undefined;
  #closing: Promise<void> | undefined;

  private constructor(core: SystemCore, scheduler: Ref<SchedulerMail>, crew: Crew) {
    this.#core = core;
    this.#crew = crew;
    const keepAlive = new KeepAlive();
    this.#world = {
      clock: core.world.clock,
      enterWait: () => keepAlive.hold(),
      leaveWait: () => keepAlive.release(),
    };
    this.address = core.contact || publicAddress(core.addressOf(SCHEDULER_ACTOR));
    this.dashboardUrl = undefined;
    this[CLUSTER_DOOR] = { core, schedulerId: formatAddress(scheduler.address) };
  }

  /**
   * Starts scheduler and workers.
   *
   * @throws `input/invalid` for an option; `cluster/port-in-use`.
   */
  static async start(options: LocalClusterOptions = {}): Promise<LocalCluster> {
    const plan = planCluster(options);
    const core = new SystemCore({
      name: plan.name,
      clock: systemClock,
      random: systemRandom,
      limits: DEFAULT_LIMITS,
    });
    core.dialer.role = "scheduler";
    core.dialer.credentials = credentialsOf(plan);
    let cluster: LocalCluster | undefined;
    try {
      listen(core, plan);
      const onShutDown = () => void cluster?.close();
      const scheduler = await startScheduler(core, { noWorkerTimeoutMs: plan.noWorkerTimeoutMs, onShutDown, onLog: () => {} });
      const schedulerId = formatAddress(scheduler.address);
      const crew = plan.processes ? new ProcessCrew(core, schedulerId, plan) : new ThreadCrew(core, schedulerId, plan);
      cluster = new LocalCluster(core, scheduler, crew);
      await crew.resize(plan.workers);
      return cluster;
    } catch (error) {
      await (cluster?.close() ?? core.close());
      throw error;
    }
  }

  /**
   * Asks for this many workers; resolves when they are there, or gone.
   *
   * @throws `input/invalid`; `client/closed` after `close`.
   */
  async scale(workers: number, wait?: WaitOptions): Promise<void> {
    if (!Number.isSafeInteger(workers) || workers < 0) {
      throw troupeError("input/invalid", `Cannot scale cluster: ${describe(workers)} is no number of workers`);
    }
    if (this.#closing !== undefined) throw troupeError("client/closed", "Cannot scale cluster: it is closed");
    this.#adaptation?.end();
    this.#adaptation = undefined;
    await waitFor(this.#world, wait, "scale cluster", () => this.#crew.resize(workers));
  }

  /**
   * Lets the load choose the number of workers; `scale` ends it.
   *
   * @throws `input/invalid`; `client/closed` after `close`.
   */
  adapt(options: AdaptOptions): Promise<void> {
    if (this.#closing !== undefined) throw troupeError("client/closed", "Cannot adapt cluster: it is closed");
    this.#adaptation?.end();
    this.#adaptation = new Adaptation(this.#core, this[CLUSTER_DOOR].schedulerId, this.#crew, options);
    return Promise.resolve();
  }

  /** Stops workers and scheduler. Twice is fine. */
  async close(wait?: WaitOptions): Promise<void> {
    this.#closing ??= this.#close();
    const closing = this.#closing;
    await waitFor(this.#world, wait, "close cluster", () => closing);
  }

  /** What `await using` calls. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#adaptation?.end();
    await this.#crew.close();
    await this.#core.close();
  }
}

/** Opens the port, where there is permission to: without, only clients in this thread reach the cluster. */
function listen(core: SystemCore, plan: ClusterPlan): void {
  const { host, port, tls, processes } = plan;
  const { state } = Deno.permissions.querySync({ name: "net", host: `${bracketed(host)}:${port}` });
  if (state !== "granted" && port === 0 && !processes) return;
  core.dialer.listen(`${tls?.cert === undefined ? "tcp" : "tls"}://${bracketed(host)}:${port}`);
}
