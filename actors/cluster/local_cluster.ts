/** A cluster on this machine. @module */
import { formatActorAddress, publicAddress } from "../actor/actor_address.ts";
import type { Ref } from "../actor/ref.ts";
import { processCore } from "../actor/process_core.ts";
import type { SystemCore } from "../actor/system_core.ts";
import { describe, troupeError } from "../base/errors.ts";
import { KeepAlive, keepingAlive } from "../base/keep_alive.ts";
import { type AdaptOptions, type Cluster, CLUSTER_DOOR, type ClusterDoor } from "../client/cluster_handle.ts";
import type { LocalClusterOptions } from "../client/connect_options.ts";
import { credentialsOf } from "../actor/credentials.ts";
import { printOutput } from "../client/printed_output.ts";
import { waitFor, type WaitOptions, type WaitWorld } from "../client/waiting.ts";
import { refuseAtImport } from "../client/defaults.ts";
import { SCHEDULER_ACTOR, type SchedulerMail } from "../protocol/inboxes.ts";
import { startScheduler } from "../scheduler/start_scheduler.ts";
import { Adaptation } from "./adaptation.ts";
import { type ClusterPlan, planCluster } from "./cluster_plan.ts";
import { Crew } from "./crew.ts";
import { ProcessMember, ThreadMember } from "./crew_members.ts";
import { LoadProbe } from "./load.ts";
import { retireByName } from "./quiet_session.ts";
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
  readonly #core: SystemCore;
  readonly #schedulerId: string;
  readonly #crew: Crew;
  readonly #plan: ClusterPlan;
  readonly #world: WaitWorld;
  /** Lets the load choose the number of workers, with the probe it looks through; undefined when the user does. */
  #adaptation: { readonly adaptation: Adaptation; readonly probe: LoadProbe } | undefined;
  #closing: Promise<void> | undefined;

  private constructor(core: SystemCore, scheduler: Ref<SchedulerMail>, plan: ClusterPlan) {
    const schedulerId = formatActorAddress(scheduler.address);
    const ground = { core, schedulerId, plan, workersInProcess: Math.max(1, plan.workers) };
    this.#core = core;
    this.#plan = plan;
    this.#crew = new Crew(
      (name) => plan.processes ? new ProcessMember(name, ground) : new ThreadMember(name, ground),
      (names) => retireByName(core, schedulerId, names),
    );
    const keepAlive = new KeepAlive();
    this.#world = {
      clock: core.world.clock,
      enterWait: () => keepAlive.hold(),
      leaveWait: () => keepAlive.release(),
    };
    this.address = core.contact || publicAddress(core.addressOf(SCHEDULER_ACTOR));
    this.dashboardUrl = undefined;
    this.#schedulerId = schedulerId;
  }

  /**
   * Starts scheduler and workers.
   *
   * @throws `input/invalid` for an option; `cluster/port-in-use`.
   */
  static async start(options: LocalClusterOptions = {}): Promise<LocalCluster> {
    refuseAtImport("start a cluster");
    const plan = planCluster(options);
    return await keepingAlive(() => LocalCluster.#start(plan));
  }

  static async #start(plan: ClusterPlan): Promise<LocalCluster> {
    const core = processCore({
      name: plan.name,
    });
    core.dialer.role = "scheduler";
    core.dialer.credentials = credentialsOf(plan);
    let cluster: LocalCluster | undefined;
    try {
      listen(core, plan);
      const onShutDown = () => void cluster?.close();
      const scheduler = await startScheduler(core, {
        noWorkerTimeoutMs: plan.noWorkerTimeoutMs,
        onShutDown,
        onLog: () => {},
      });
      cluster = new LocalCluster(core, scheduler, plan);
      await cluster.#crew.resize(plan.workers);
      return cluster;
    } catch (error) {
      await (cluster?.close() ?? core.close());
      throw error;
    }
  }

  /** For clients in this thread. For Troupe's own code. */
  get [CLUSTER_DOOR](): object {
    return { core: this.#core, schedulerId: this.#schedulerId } satisfies ClusterDoor;
  }

  /**
   * Asks for this many workers; resolves when they are there, or gone. Those that go, the youngest first, finish what they
   * run, and give what only they hold to others.
   *
   * @throws `input/invalid`; `client/closed` after `close`.
   */
  async scale(workers: number, wait?: WaitOptions): Promise<void> {
    if (!Number.isSafeInteger(workers) || workers < 0) {
      throw troupeError("input/invalid", `Cannot scale cluster: ${describe(workers)} is no number of workers`);
    }
    if (this.#closing !== undefined) throw troupeError("client/closed", "Cannot scale cluster: it is closed");
    await this.#endAdaptation();
    await waitFor(this.#world, wait, "scale cluster", () => this.#crew.resize(workers));
  }

  /**
   * Lets the load choose the number of workers; `scale` ends it. Up at once, to one executor per task that could run.
   * Down when three looks in a row ask for it, by workers that run nothing; what they hold goes to those that stay.
   *
   * @throws `input/invalid`; `client/closed` after `close`.
   */
  async adapt(options: AdaptOptions): Promise<void> {
    if (this.#closing !== undefined) throw troupeError("client/closed", "Cannot adapt cluster: it is closed");
    const probe = new LoadProbe(this.#core, this.#schedulerId);
    const { clock } = this.#core.world;
    const { threadsPerWorker } = this.#plan;
    const read = () => probe.read();
    const onFailure = (line: string) => printOutput("err", `${line}\n`);
    try {
      const adaptation = new Adaptation({ clock, crew: this.#crew, threadsPerWorker, read, onFailure }, options);
      await this.#endAdaptation();
      this.#adaptation = { adaptation, probe };
      await adaptation.begin();
    } catch (error) {
      await probe.close();
      throw error;
    }
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

  async #endAdaptation(): Promise<void> {
    const ending = this.#adaptation;
    this.#adaptation = undefined;
    ending?.adaptation.end();
    await ending?.probe.close();
  }

  async #close(): Promise<void> {
    await this.#endAdaptation();
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
