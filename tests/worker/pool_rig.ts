/** An executor pool whose worker is scripted by the test. */
import type { HostExit } from "../../actors/actor/host.ts";
import { SystemCore } from "../../actors/actor/system_core.ts";
import { systemClock } from "../../actors/base/clock.ts";
import { KeepAlive } from "../../actors/base/keep_alive.ts";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import { systemRandom } from "../../actors/base/random.ts";
import type { AnyFunction } from "../../actors/code/captured_function.ts";
import { workerInbox, type WorkerMail } from "../../actors/protocol/inboxes.ts";
import type { ExecuteMessage, ExecutorToWorker } from "../../actors/protocol/worker_executor.ts";
import { type ExecutorBirth, ExecutorPool } from "../../actors/worker/executor_pool.ts";
import { execute } from "../executor/execute_message.ts";
import { executorActor } from "../../actors/executor/executor_actor.ts";
import { codeOf } from "../executor/executor_rig.ts";

/** The end of an executor. */
export interface Death {
  readonly executorId: string;
  readonly exit: HostExit;
  readonly begun: readonly number[];
}

/** One pool. */
export class PoolRig implements AsyncDisposable {
  readonly core: SystemCore;
  readonly pool: ExecutorPool;
  /** Executors that became ready, in order. */
  readonly ready: string[] = [];
  /** Executors that ended, in order. */
  readonly deaths: Death[] = [];
  /** What executors said: `[executorId, message]`. */
  readonly said: (readonly [string, ExecutorToWorker])[] = [];
  #waiting: (() => void)[] = [];
  #lastRunId = 0;
  readonly #alive = new KeepAlive();

  private constructor(core: SystemCore, workerId: string, options: PoolRigOptions) {
    this.core = core;
    this.pool = new ExecutorPool({
      core,
      inline: options.kind === "inline" ? executorActor : undefined,
      heapBytesMax: 96 * 1024 ** 2,
      birth: options.birth ?? ((executorId, board, ownsThread) => ({
        executorId,
        workerId,
        schedulerId: workerId,
        worker: {},
        board,
        ownsThread,
      })),
      onReady: (executorId) => this.#note(() => this.ready.push(executorId)),
      onDied: (executorId, exit, begun) => this.#note(() => this.deaths.push({ executorId, exit, begun })),
    });
    this.#alive.hold();
  }

  static async start(options: PoolRigOptions): Promise<PoolRig> {
    const core = options.core ??
      new SystemCore({ clock: systemClock, random: systemRandom, limits: DEFAULT_LIMITS });
    const receive = (mail: WorkerMail): undefined => {
      if (mail.type !== "from-executor") return;
      rig.#note(() => rig.said.push(...mail.messages.map((message) => [mail.executorId, message] as const)));
    };
    const name = options.name ?? "alice";
    const worker = await core.spawn({ name, conversation: workerInbox, create: () => ({ receive }) });
    const rig: PoolRig = new PoolRig(core, worker.id, options);
    return rig;
  }

  /** Starts an executor and waits until it is ready. */
  async startReady(executorId: string): Promise<void> {
    this.pool.start(executorId);
    await this.until(() => this.ready.includes(executorId));
  }

  /** Sends a run; gives its id. */
  run(executorId: string, fn: AnyFunction, changes: Partial<ExecuteMessage> = {}): number {
    const { hash, code } = codeOf(fn);
    const runId = ++this.#lastRunId;
    const cell = this.pool.assignCell(executorId, runId);
    const message = execute(runId, { cell, fn: hash, ...changes });
    this.pool.tell(executorId, [{ type: "define-function", hash, name: "f", code }, message]);
    return runId;
  }

  /** Waits until a run has been told of like this. */
  async told(type: "started" | "finished" | "stopped", runId: number): Promise<void> {
    await this.until(() =>
      this.said.some(([, m]) => m.type === type && ("runIds" in m ? m.runIds.includes(runId) : m.runId === runId))
    );
  }

  /** Waits until this executor has died; gives its death. */
  async death(executorId: string): Promise<Death> {
    await this.until(() => this.deaths.some((death) => death.executorId === executorId));
    return this.deaths.find((death) => death.executorId === executorId)!;
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pool.close();
    await this.core.close();
    this.#alive.release();
  }

  #note(note: () => void): void {
    note();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** What a test may choose. */
export interface PoolRigOptions {
  readonly kind: "threads" | "inline";
  /** A system shared with another pool. */
  readonly core?: SystemCore;
  /** Of the worker. Default: "alice". */
  readonly name?: string;
  readonly birth?: (executorId: string, board: SharedArrayBuffer, ownsThread: boolean) => ExecutorBirth;
}
