/** A real worker with inline executors; its scheduler and its peers are scripted by the test. */
import { assert } from "@std/assert";
import { setImmediate } from "node:timers";
import type { Ref } from "../../actors/actor/ref.ts";
import { SystemCore } from "../../actors/actor/system_core.ts";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import { systemRandom } from "../../actors/base/random.ts";
import type { AnyFunction } from "../../actors/code/captured_function.ts";
import { schedulerInbox, type SchedulerMail, workerInbox, type WorkerMail } from "../../actors/protocol/inboxes.ts";
import type { StoredItem, StoreReply } from "../../actors/protocol/worker_peer.ts";
import type { RunMessage, SchedulerToWorker, WorkerToScheduler } from "../../actors/protocol/worker_scheduler.ts";
import { type StartedWorker, startWorker } from "../../actors/worker/start_worker.ts";
import { executorActor } from "../../actors/executor/executor_actor.ts";
import { codeOf } from "../executor/executor_rig.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** What a worker says, of one type. */
export type Said<T extends WorkerToScheduler["type"]> = Extract<WorkerToScheduler, { readonly type: T }>;

/** One worker. */
export class WorkerRig implements AsyncDisposable {
  readonly clock: FakeClock;
  readonly core: SystemCore;
  readonly scheduler: Ref<SchedulerMail>;
  /** What the worker said to the scheduler, in order. */
  readonly said: WorkerToScheduler[] = [];
  /** Why it asked to be stopped. */
  readonly stops: string[] = [];
  readonly log: string[] = [];
  #started: StartedWorker | undefined;
  #waiting: (() => void)[] = [];
  #lastRunId = 0;

  private constructor(clock: FakeClock, core: SystemCore, scheduler: Ref<SchedulerMail>) {
    this.clock = clock;
    this.core = core;
    this.scheduler = scheduler;
  }

  /** A worker that has registered; welcomed too, unless the test does that. */
  static async start(options: { welcome?: boolean; threads?: number } = {}): Promise<WorkerRig> {
    const clock = new FakeClock();
    const core = new SystemCore({ clock, random: systemRandom, limits: DEFAULT_LIMITS });
    const receive = (mail: SchedulerMail): void => {
      if (mail.type !== "from-worker") return;
      rig.said.push(...mail.messages);
      for (const resolve of rig.#waiting.splice(0)) resolve();
    };
    const scheduler = await core.spawn({
      name: "scheduler",
      conversation: schedulerInbox,
      create: () => ({ receive }),
    });
    const rig: WorkerRig = new WorkerRig(clock, core, scheduler);
    rig.#started = await startWorker(core, {
      schedulerId: scheduler.id,
      name: "alice",
      threads: options.threads ?? 1,
      inlineExecutor: executorActor,
      memoryLimitBytes: undefined,
      workersInProcess: 1,
      resources: { gpu: 1 },
      hasNanny: false,
      onStop: (reason) => rig.stops.push(reason),
      onLog: (text) => rig.log.push(text),
    });
    await rig.next("register-worker");
    if (options.welcome !== false) rig.tell({ type: "welcome-worker", heartbeatMs: 1_000 });
    return rig;
  }

  get worker(): StartedWorker {
    assert(this.#started !== undefined);
    return this.#started;
  }

  /** The scheduler says these things. */
  tell(...messages: readonly SchedulerToWorker[]): void {
    this.worker.ref.tell({ type: "from-scheduler", messages });
  }

  /** Sends a run with key `k<id>`; gives its id. */
  run(fn: AnyFunction, changes: Partial<RunMessage> = {}): number {
    const { hash, code } = codeOf(fn);
    const runId = ++this.#lastRunId;
    const define: SchedulerToWorker = { type: "define-function", hash, name: "f", code };
    const rest = { args: [], deps: [], holders: [], user: 0, depth: 0, order: runId, attempt: 1 };
    const message: RunMessage = {
      ...{ type: "run", runId, key: `k${runId}`, fn: hash, ...rest },
      ...{ clientId: "c", announce: false, timeoutMs: undefined, ...changes },
    };
    this.tell(define, message);
    return runId;
  }

  /** The first message of this type, of this run if given; waits for it. */
  async next<T extends WorkerToScheduler["type"]>(type: T, runId?: number): Promise<Said<T>> {
    for (;;) {
      const found = this.said.find((m): m is Said<T> =>
        m.type === type &&
        (runId === undefined || ("runId" in m && m.runId === runId) || ("runIds" in m && m.runIds.includes(runId)))
      );
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Asks the worker's store. */
  get(...keys: string[]): Promise<StoreReply> {
    return this.worker.ref.ask({ type: "store", request: { type: "get", keys } });
  }

  /** Puts values into the worker's store. */
  put(...items: StoredItem[]): Promise<StoreReply> {
    return this.worker.ref.ask({ type: "store", request: { type: "put", items } });
  }

  /** A peer whose store answers as told; gives its id. */
  async peer(name: string, answer: (keys: readonly string[]) => StoreReply | Promise<StoreReply>): Promise<string> {
    const receive = (mail: WorkerMail): StoreReply | Promise<StoreReply> => {
      assert(mail.type === "store" && mail.request.type === "get");
      return answer(mail.request.keys);
    };
    return (await this.core.spawn({ name, conversation: workerInbox, create: () => ({ receive }) })).id;
  }

  /** Lets the event loop turn a few times. */
  async turns(): Promise<void> {
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.core.close();
  }
}

/** A small value for a store. */
export function item(key: string, value: number): StoredItem {
  return { key, value, bytes: 16, valueType: "number" };
}
