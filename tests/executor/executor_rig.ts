/** A real executor, inline or in a thread of its own; its worker and its scheduler are scripted by the test. */
import { assert } from "@std/assert";
import type { Ref } from "../../actors/actor/ref.ts";
import { SystemCore } from "../../actors/actor/system_core.ts";
import { startThreadHost, type ThreadHost } from "../../actors/actor/thread_host.ts";
import { type Clock, systemClock } from "../../actors/base/clock.ts";
import { KeepAlive } from "../../actors/base/keep_alive.ts";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import { systemRandom } from "../../actors/base/random.ts";
import type { AnyFunction } from "../../actors/code/captured_function.ts";
import { type CodeContent, encodeCode, type FunctionGroup } from "../../actors/code/function_code.ts";
import { executorActor } from "../../actors/executor/executor_actor.ts";
import type { ExecutorArgs } from "../../actors/executor/executor_args.ts";
import type { ClientToScheduler } from "../../actors/protocol/client_scheduler.ts";
import {
  clientInbox,
  executorInbox,
  schedulerInbox,
  type SchedulerMail,
  workerInbox,
  type WorkerMail,
} from "../../actors/protocol/inboxes.ts";
import { RunBoardOwner } from "../../actors/protocol/run_board.ts";
import type { ExecuteMessage, ExecutorToWorker, WorkerToExecutor } from "../../actors/protocol/worker_executor.ts";
import { unpackValue } from "../../actors/wire/value_codec.ts";
import { EXECUTOR_MODULE } from "../../actors/worker/executor_pool.ts";
import { execute } from "./execute_message.ts";

/** What an executor said, of one type. */
export type Told<T extends ExecutorToWorker["type"]> = Extract<ExecutorToWorker, { readonly type: T }>;

/** After these a run needs its cell no more. */
const ENDINGS: ReadonlySet<ExecutorToWorker["type"]> = new Set(["finished", "failed", "stopped", "rescheduled"]);

/** A function as it travels, by its text: for functions that use nothing but globals and Troupe's own exports. */
export function codeOf(fn: AnyFunction, library: readonly string[] = []): ReturnType<typeof encodeCode> {
  return encodeCode(groupOf(fn.name, Function.prototype.toString.call(fn), library));
}

/** A function of this text, without variables. */
export function groupOf(name: string, text: string, library: readonly string[] = []): FunctionGroup {
  const uses = library.map((alias, index) => [alias, "part", index + 1] as const);
  const source = { kind: "source", name, text, uses, written: [], metaUrl: "", properties: undefined } as const;
  return {
    kind: "group",
    parts: [source, ...library.map((name) => ({ kind: "library", name }) as const)],
    slotCount: 0,
  };
}

/** One executor. */
export class ExecutorRig implements AsyncDisposable {
  readonly core: SystemCore;
  /** The worker's side of the run board. */
  readonly owner: RunBoardOwner = new RunBoardOwner(64);
  /** What the executor said, batch by batch. */
  readonly batches: (readonly ExecutorToWorker[])[] = [];
  /** What clients of tasks said to the scheduler. */
  readonly heard: ClientToScheduler[] = [];
  /** Its thread, if it has one. */
  host: ThreadHost | undefined;
  #ref: Ref<readonly WorkerToExecutor[]> | undefined;
  #lastRunId = 0;
  #waiting: (() => void)[] = [];
  /** A test is somebody who waits: threads are unref'ed. */
  readonly #alive = new KeepAlive();

  private constructor(clock: Clock) {
    this.core = new SystemCore({ clock, random: systemRandom, limits: DEFAULT_LIMITS });
  }

  static async start(options: { clock?: Clock; thread?: boolean } = {}): Promise<ExecutorRig> {
    const rig = new ExecutorRig(options.clock ?? systemClock);
    rig.#alive.hold();
    const { core } = rig;
    const worker = await core.spawn({
      name: "worker",
      conversation: workerInbox,
      create: () => ({ receive: (m) => rig.#said(m) }),
    });
    const scheduler = await core.spawn({
      name: "scheduler",
      conversation: schedulerInbox,
      create: () => ({ receive: (m) => rig.#heard(m) }),
    });
    const args: ExecutorArgs = {
      executorId: "executor-1",
      workerId: worker.id,
      schedulerId: scheduler.id,
      worker: { address: "w1", name: "alice", threads: 1, memoryLimit: undefined, resources: {} },
      board: rig.owner.memory,
      ownsThread: options.thread === true,
    };
    if (options.thread === true) {
      rig.host = startThreadHost(core, { name: "executor-1", heapBytesMax: 128 * 1024 ** 2 });
      rig.#ref = await rig.host.spawn({
        module: EXECUTOR_MODULE,
        export: "executorActor",
        name: "executor",
        args,
        conversation: executorInbox,
      });
    } else {
      rig.#ref = await core.spawn({
        name: "executor",
        conversation: executorInbox,
        create: () => executorActor.create(args, { system: core }),
      });
    }
    return rig;
  }

  /** Says these things to the executor. */
  tell(...messages: readonly WorkerToExecutor[]): void {
    this.#ref!.tell(messages);
  }

  /** Stops the executor's actor. */
  stop(): Promise<void> {
    return this.#ref!.stop();
  }

  /** Defines a function and sends a run of it; gives the run's id. */
  run(fn: AnyFunction | CodeContent, changes: Partial<ExecuteMessage> = {}, library: readonly string[] = []): number {
    const { hash, code } = typeof fn === "function" ? codeOf(fn, library) : encodeCode(fn);
    const runId = ++this.#lastRunId;
    const cell = this.owner.assign(runId);
    this.tell({ type: "define-function", hash, name: "f", code }, execute(runId, { cell, fn: hash, ...changes }));
    return runId;
  }

  /** What the executor has said of this type, oldest first. */
  told<T extends ExecutorToWorker["type"]>(type: T): Told<T>[] {
    return this.batches.flat().filter((message): message is Told<T> => message.type === type);
  }

  /** Types of what was said of a run, in order. */
  story(runId: number): string[] {
    return this.batches.flat().filter((m) => "runId" in m && m.runId === runId).map(({ type }) => type);
  }

  /** The first message of this type, of this run if given; waits for it. */
  async next<T extends ExecutorToWorker["type"]>(type: T, runId?: number): Promise<Told<T>> {
    for (;;) {
      const found = this.told(type).find((m) => runId === undefined || ("runId" in m && m.runId === runId));
      if (found !== undefined) return found;
      await this.changed();
    }
  }

  /** The result of a run. */
  async result(runId: number): Promise<unknown> {
    return unpackValue((await this.next("finished", runId)).value);
  }

  /** The error of a run that failed. */
  async failure(runId: number): Promise<Error> {
    const error = unpackValue((await this.next("failed", runId)).error.value);
    assert(error instanceof Error);
    return error;
  }

  /** What a task's client said of this type; waits for it. */
  async heardOf<T extends ClientToScheduler["type"]>(type: T): Promise<Extract<ClientToScheduler, { type: T }>> {
    for (;;) {
      const found = this.heard.find((m): m is Extract<ClientToScheduler, { type: T }> => m.type === type);
      if (found !== undefined) return found;
      await this.changed();
    }
  }

  /** Tells the tasks' client that a result is there. */
  finish(clientId: string, key: string, value: number): void {
    const known = { bytes: 16, valueType: "number", holders: ["w1"], hasValue: true };
    this.core.ref(clientId, clientInbox).tell([{ type: "finished", key, ...known, value }]);
  }

  /** Resolves when anything has been said to worker or scheduler. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host?.terminate();
    await this.core.close();
    this.#alive.release();
  }

  #said(mail: WorkerMail): undefined {
    if (mail.type !== "from-executor") return;
    this.batches.push(mail.messages);
    for (const message of mail.messages) {
      if (ENDINGS.has(message.type) && "runId" in message) this.owner.release(message.runId);
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #heard(mail: SchedulerMail): undefined {
    if (mail.type !== "from-client") return;
    this.heard.push(...mail.messages);
    if (mail.messages[0]?.type === "register-client") {
      this.core.ref(mail.clientId, clientInbox).tell([{ type: "welcome", address: "test", dashboardUrl: undefined }]);
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
