/** A worker process under a nanny, for a scheduler elsewhere. @module */
import { parseActorAddress } from "../actor/actor_address.ts";
import { processCore } from "../actor/process_core.ts";
import type { SystemCore } from "../actor/system_core.ts";
import type { Timer } from "../base/clock.ts";
import { keepingAlive } from "../base/keep_alive.ts";
import { credentialsOf } from "../actor/credentials.ts";
import { dialScheduler } from "../client/remote_scheduler.ts";
import type { WaitOptions } from "../client/waiting.ts";
import { refuseAtImport } from "../client/defaults.ts";
import { schedulerInbox } from "../protocol/inboxes.ts";
import { Ending } from "./ending.ts";
import { invalidOption } from "./option_checks.ts";
import { WorkerNanny } from "./worker_nanny.ts";
import { planWorker, type WorkerOptions, type WorkerPlan } from "./worker_plan.ts";

/**
 * Runs a worker in a child process, for a scheduler elsewhere, and starts it again when it dies. Ends when it is closed,
 * when the scheduler is gone, and when the scheduler tells the worker to stop.
 */
export class Nanny implements AsyncDisposable {
  /** Alias of its worker. */
  readonly name: string;
  readonly #core: SystemCore;
  readonly #nanny: WorkerNanny;
  readonly #ending = new Ending();
  /** Rings at the end of its life, which begins when the scheduler has taken it in. */
  #lifetime: Timer | undefined;
  /** Ends it with the scheduler; also while there is no worker to notice. */
  readonly #schedulerWatch: Disposable;
  /** Where its worker listened last. */
  #workerAddress = "";
  /** Set by the first `close`. */
  #closing: Promise<void> | undefined;

  private constructor(core: SystemCore, schedulerId: string, plan: WorkerPlan) {
    const { name, threads, memoryLimitBytes, resources, listen, token, tls, onEvent } = plan;
    this.#core = core;
    this.name = name;
    const worker = { schedulerId, name, threads, memoryLimitBytes, resources, listen, token, tls };
    this.#nanny = new WorkerNanny(core, { ...worker, onLog: onEvent });
    void this.#nanny.closed.then(() => this.close());
    this.#schedulerWatch = core.ref(schedulerId, schedulerInbox).watch(() => void this.close());
  }

  /**
   * Starts a worker process; resolves when the scheduler has taken it in. While nobody listens at the address it goes
   * on trying, until `timeoutMs` or `signal`.
   *
   * @param address The scheduler's, such as `"tcp://10.0.0.5:8786"`.
   * @throws `input/invalid`, `client/unreachable`, `client/refused` for a wrong token, `cluster/port-in-use`.
   */
  static async start(address: string, options: WorkerOptions = {}): Promise<Nanny> {
    refuseAtImport("start a worker");
    const plan = planWorker(options);
    if (plan.executors === "inline") {
      throw invalidOption("start worker", "executors", "inline", "a worker process runs its tasks on threads");
    }
    return await keepingAlive(() => Nanny.#start(address, plan, options));
  }

  static async #start(address: string, plan: WorkerPlan, { timeoutMs, signal }: WaitOptions): Promise<Nanny> {
    const core = processCore({
      name: `nanny-${plan.name}`,
    });
    core.dialer.role = "nanny";
    core.dialer.credentials = credentialsOf(plan);
    let nanny: Nanny | undefined;
    try {
      const schedulerId = await dialScheduler(core, address, { timeoutMs, signal, retry: true });
      nanny = new Nanny(core, schedulerId, plan);
      await nanny.#nanny.start();
      nanny.#endAfter(plan.lifetimeMs);
      return nanny;
    } catch (error) {
      await (nanny?.close() ?? core.close());
      throw error;
    }
  }

  /** Where its worker listens: `tcp://127.0.0.1:40123`. Another one after each restart. */
  get workerAddress(): string {
    const { workerId } = this.#nanny;
    if (workerId !== undefined) this.#workerAddress = parseActorAddress(workerId).contact;
    return this.#workerAddress;
  }

  /** Resolves when it has ended, whoever ended it. The process stays alive until then. */
  get closed(): Promise<void> {
    return this.#ending.promise;
  }

  /** Ends its worker, which says goodbye to the scheduler. Twice is fine. */
  close(): Promise<void> {
    this.#closing ??= keepingAlive(() => this.#close());
    return this.#closing;
  }

  /** What `await using` calls. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #endAfter(lifetimeMs: number | undefined): void {
    if (lifetimeMs === undefined || this.#closing !== undefined) return;
    this.#lifetime = this.#core.world.clock.after(lifetimeMs, () => void this.close());
  }

  async #close(): Promise<void> {
    this.#lifetime?.cancel();
    this.#schedulerWatch[Symbol.dispose]();
    await this.#nanny.close();
    await this.#core.close();
    this.#ending.come();
  }
}
