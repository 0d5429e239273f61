/** The workers of a local cluster. @module */
import type { Ref } from "../actor/ref.ts";
import type { SystemCore } from "../actor/system_core.ts";
import type { WorkerMail } from "../protocol/inboxes.ts";
import type { StoreReply } from "../protocol/worker_peer.ts";
import { startWorker } from "../worker/start_worker.ts";
import type { ClusterPlan } from "./cluster_plan.ts";

/** Workers that can become more or fewer. */
export interface Crew {
  /** How many there are, or are being started. */
  readonly size: number;
  /** Starts or ends workers; resolves when they are there, or gone. The youngest go first. */
  resize(workers: number): Promise<void>;
  /** Ends all. */
  close(): Promise<void>;
}

/** Workers beside the scheduler, in this thread; their executors are threads, or inline. */
export class ThreadCrew implements Crew {
  readonly #core: SystemCore;
  readonly #schedulerId: string;
  readonly #plan: ClusterPlan;
  /** In the order of their start. */
  readonly #workers: Ref<WorkerMail, StoreReply>[] = [];
  /** Workers started so far: names are never used twice. */
  #started = 0;

  constructor(core: SystemCore, schedulerId: string, plan: ClusterPlan) {
    this.#core = core;
    this.#schedulerId = schedulerId;
    this.#plan = plan;
  }

  get size(): number {
    return this.#workers.length;
  }

  async resize(workers: number): Promise<void> {
    const starts: Promise<void>[] = [];
    while (this.#workers.length + starts.length < workers) starts.push(this.#start(workers));
    await Promise.all(starts);
    const leaving = this.#workers.splice(workers);
    await Promise.all(leaving.reverse().map((worker) => worker.stop()));
  }

  async close(): Promise<void> {
    await this.resize(0);
  }

  async #start(workersInProcess: number): Promise<void> {
    const { threadsPerWorker, executors, memoryLimitBytes, resources } = this.#plan;
    const { ref, registered } = await startWorker(this.#core, {
      schedulerId: this.#schedulerId,
      name: `worker-${this.#started++}`,
      threads: threadsPerWorker,
      executors,
      memoryLimitBytes,
      workersInProcess,
      resources,
      hasNanny: false,
      onStop: () => {},
      onLog: () => {},
    });
    this.#workers.push(ref);
    await registered;
  }
}
