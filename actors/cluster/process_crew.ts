/** The workers of a local cluster, each in a child process. @module */
import type { SystemCore } from "../actor/system_core.ts";
import type { ClusterPlan } from "./cluster_plan.ts";
import type { Crew } from "./crew.ts";
import { bracketed } from "./scheduler.ts";
import { WorkerNanny } from "./worker_nanny.ts";

/** Workers in child processes, each under a nanny. */
export class ProcessCrew implements Crew {
  readonly #core: SystemCore;
  readonly #schedulerId: string;
  readonly #plan: ClusterPlan;
  /** In the order of their start. */
  readonly #nannies: WorkerNanny[] = [];
  /** Workers started so far: names are never used twice. */
  #started = 0;

  constructor(core: SystemCore, schedulerId: string, plan: ClusterPlan) {
    this.#core = core;
    this.#schedulerId = schedulerId;
    this.#plan = plan;
  }

  get size(): number {
    return this.#nannies.length;
  }

  async resize(workers: number): Promise<void> {
    const starts: Promise<void>[] = [];
    while (this.#nannies.length < workers) {
      const nanny = this.#nanny();
      this.#nannies.push(nanny);
      starts.push(nanny.start());
    }
    const leaving = this.#nannies.splice(workers);
    await Promise.all([...starts, ...leaving.reverse().map((nanny) => nanny.close())]);
  }

  async close(): Promise<void> {
    await this.resize(0);
  }

  #nanny(): WorkerNanny {
    const { threadsPerWorker, memoryLimitBytes, resources, host, token, tls } = this.#plan;
    return new WorkerNanny(this.#core, {
      schedulerId: this.#schedulerId,
      name: `worker-${this.#started++}`,
      threads: threadsPerWorker,
      memoryLimitBytes,
      resources,
      listen: `${tls?.cert === undefined ? "tcp" : "tls"}://${bracketed(host)}:0`,
      token,
      tls,
      onLog: () => {},
    });
  }
}
