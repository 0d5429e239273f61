/** The two kinds of workers of a local cluster. @module */
import type { SystemCore } from "../actor/system_core.ts";
import { checkThreadPermission } from "../actor/thread_permission.ts";
import { asError, TroupeError, troupeError } from "../base/errors.ts";
import { executorActor } from "../executor/executor_actor.ts";
import { printOutput } from "../client/printed_output.ts";
import { type StartedWorker, startWorker } from "../worker/start_worker.ts";
import type { ClusterPlan } from "./cluster_plan.ts";
import type { CrewMember } from "./crew.ts";
import { bracketed } from "./scheduler.ts";
import { WorkerNanny } from "./worker_nanny.ts";

/** Where a member's scheduler is, and what it looks like. */
export interface MemberGround {
  /** The system that the scheduler lives in. */
  readonly core: SystemCore;
  /** Full address of the scheduler. */
  readonly schedulerId: string;
  /** The cluster's plan. */
  readonly plan: ClusterPlan;
  /** How many workers share this process, and so its memory. */
  readonly workersInProcess: number;
}

/** A worker beside the scheduler, in this thread; its executors are threads, or inline. */
export class ThreadMember implements CrewMember {
  readonly name: string;
  readonly #ground: MemberGround;
  readonly #leaving = Promise.withResolvers<void>();
  /** Set by `start`. */
  #started: Promise<StartedWorker> | undefined;

  constructor(name: string, ground: MemberGround) {
    this.name = name;
    this.#ground = ground;
  }

  async start(): Promise<void> {
    const { core, schedulerId, plan, workersInProcess } = this.#ground;
    if (plan.executors === "threads") checkThreadPermission(`start worker "${this.name}"`);
    this.#started = startWorker(core, {
      schedulerId,
      name: this.name,
      threads: plan.threadsPerWorker,
      inlineExecutor: plan.executors === "inline" ? executorActor : undefined,
      memoryLimitBytes: plan.memoryLimitBytes,
      workersInProcess,
      resources: plan.resources,
      hasNanny: false,
      onStop: () => void this.stop(),
      onLog: (text, level) => {
        // The rest is told by the errors of the tasks concerned; without executors no task ever ends.
        if (level === "error") printOutput("err", `Worker "${this.name}": ${text}\n`);
      },
    });
    const { registered } = await this.#started;
    await registered;
  }

  async stop(): Promise<void> {
    this.#leaving.resolve();
    const started = await this.#started?.catch(() => undefined);
    await started?.ref.stop();
  }

  get leaving(): Promise<void> {
    return this.#leaving.promise;
  }
}

/** A worker in a child process, under a nanny. */
export class ProcessMember implements CrewMember {
  readonly name: string;
  readonly #nanny: WorkerNanny;
  readonly #leaving = Promise.withResolvers<void>();

  constructor(name: string, { core, schedulerId, plan }: MemberGround) {
    const { threadsPerWorker, memoryLimitBytes, resources, host, token, tls } = plan;
    this.name = name;
    this.#nanny = new WorkerNanny(core, {
      schedulerId,
      name,
      threads: threadsPerWorker,
      memoryLimitBytes,
      resources,
      listen: `${tls?.cert === undefined ? "tcp" : "tls"}://${bracketed(host)}:0`,
      token,
      tls,
      onLog: () => {},
    });
  }

  async start(): Promise<void> {
    // Its process may do no more than this one.
    checkThreadPermission(`start worker "${this.name}"`);
    try {
      await this.#nanny.start();
      void this.#nanny.ending.then(this.#leaving.resolve);
    } catch (error) {
      await this.#nanny.close();
      throw troupeError("client/unreachable", `Cannot start worker "${this.name}": ${asError(error).message}`, {
        cause: error,
        hint: TroupeError.is(error) ? error.hint : undefined,
      });
    }
  }

  async stop(): Promise<void> {
    this.#leaving.resolve();
    await this.#nanny.close();
  }

  get leaving(): Promise<void> {
    return this.#leaving.promise;
  }
}
