/** One worker of a cluster whose scheduler is elsewhere. @module */
import { processCore } from "../actor/process_core.ts";
import type { SystemCore } from "../actor/system_core.ts";
import type { Timer } from "../base/clock.ts";
import { keepingAlive } from "../base/keep_alive.ts";
import { credentialsOf } from "../actor/credentials.ts";
import { clearSocketFile } from "../transport/socket_file.ts";
import { dialScheduler } from "../client/remote_scheduler.ts";
import type { WaitOptions } from "../client/waiting.ts";
import { refuseAtImport } from "../client/defaults.ts";
import { executorActor } from "../executor/executor_actor.ts";
import { startWorker } from "../worker/start_worker.ts";
import { Ending } from "./ending.ts";
import { planWorker, type WorkerOptions, type WorkerPlan } from "./worker_plan.ts";

/**
 * A worker in this thread, connected to a scheduler elsewhere. Its tasks run on threads of their own, or inline. Nobody
 * restarts it; see {@linkcode Nanny} for that.
 *
 * @example
 * ```ts
 * import { Client, ClusterWorker, Scheduler } from "@troupe/troupe";
 * import { assertEquals } from "@std/assert";
 *
 * await using scheduler = await Scheduler.start({ port: 0 });
 * await using _worker = await ClusterWorker.start(scheduler.address, { threads: 1 });
 * await using client = await Client.connect(scheduler.address);
 * assertEquals(await client.submit((x: number) => x + 1, 1).result(), 2);
 * ```
 */
export class ClusterWorker implements AsyncDisposable {
  /** Where it listens: `tcp://127.0.0.1:40123`. */
  readonly address: string;
  /** Its alias. */
  readonly name: string;
  readonly #core: SystemCore;
  readonly #ending = new Ending();
  /** Rings at the end of its life, which begins when the scheduler has taken it in. */
  #lifetime: Timer | undefined;
  /** Set by the first `close`. */
  #closing: Promise<void> | undefined;

  private constructor(core: SystemCore, { name }: WorkerPlan) {
    this.#core = core;
    this.name = name;
    this.address = core.contact;
  }

  /**
   * Starts a worker; resolves when the scheduler has taken it in. While nobody listens at the address it goes on
   * trying, until `timeoutMs` or `signal`.
   *
   * @param address The scheduler's, such as `"tcp://10.0.0.5:8786"`.
   * @throws `input/invalid`, `client/unreachable`, `client/refused` for a wrong token, `cluster/port-in-use`.
   */
  static async start(address: string, options: WorkerOptions = {}): Promise<ClusterWorker> {
    refuseAtImport("start a worker");
    const plan = planWorker(options);
    return await keepingAlive(() => ClusterWorker.#start(address, plan, options));
  }

  static async #start(address: string, plan: WorkerPlan, { timeoutMs, signal }: WaitOptions): Promise<ClusterWorker> {
    const core = processCore({ name: plan.name });
    core.dialer.role = "worker";
    core.dialer.credentials = credentialsOf(plan);
    core.dialer.onRefused = plan.onEvent;
    try {
      await clearSocketFile(plan.listen);
      core.dialer.listen(plan.listen);
      const schedulerId = await dialScheduler(core, address, { timeoutMs, signal, retry: true });
      const worker = new ClusterWorker(core, plan);
      await worker.#begin(schedulerId, plan);
      return worker;
    } catch (error) {
      await core.close();
      throw error;
    }
  }

  /** Resolves when it has ended: closed, out of its lifetime, or told to by the scheduler. The process stays alive until then. */
  get closed(): Promise<void> {
    return this.#ending.promise;
  }

  /** Says goodbye to the scheduler and ends. Twice is fine. */
  close(): Promise<void> {
    this.#closing ??= keepingAlive(() => this.#close());
    return this.#closing;
  }

  /** What `await using` calls. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #begin(schedulerId: string, plan: WorkerPlan): Promise<void> {
    const { registered } = await startWorker(this.#core, {
      ...plan,
      inlineExecutor: plan.executors === "inline" ? executorActor : undefined,
      schedulerId,
      workersInProcess: 1,
      hasNanny: false,
      onStop: (reason) => {
        plan.onEvent(`End worker ${plan.name}: ${reason}`);
        void this.close();
      },
      onLog: plan.onEvent,
    });
    await registered;
    this.#endAfter(plan.lifetimeMs);
  }

  #endAfter(lifetimeMs: number | undefined): void {
    if (lifetimeMs === undefined || this.#closing !== undefined) return;
    this.#lifetime = this.#core.world.clock.after(lifetimeMs, () => void this.close());
  }

  async #close(): Promise<void> {
    this.#lifetime?.cancel();
    await this.#core.close();
    this.#ending.come();
  }
}
