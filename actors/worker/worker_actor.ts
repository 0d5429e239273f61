/** The worker: the shell around its machine. It never runs a task itself. @module */
import type { Timer } from "../base/clock.ts";
import { unreachable } from "../base/assert.ts";
import type { Behaviour } from "../actor/conversation.ts";
import type { HostExit } from "../actor/host.ts";
import type { Ref } from "../actor/ref.ts";
import type { SystemCore } from "../actor/system_core.ts";
import { type SchedulerMail, workerInbox, type WorkerMail } from "../protocol/inboxes.ts";
import type { RunId, TaskKey, WorkerId } from "../protocol/task.ts";
import type { ExecuteMessage, ExecutorToWorker, WorkerToExecutor } from "../protocol/worker_executor.ts";
import type { StoredItem, StoreReply, StoreRequest } from "../protocol/worker_peer.ts";
import type { WorkerToScheduler } from "../protocol/worker_scheduler.ts";
import { ExecutorPool, type ExecutorPoolOptions } from "./executor_pool.ts";
import { describeWorkerState } from "./machine/description.ts";
import type { WorkerEffect } from "./machine/effect.ts";
import type { WorkerEvent } from "./machine/event.ts";
import { wantsFetched } from "./machine/fetching.ts";
import { wantsResult } from "./machine/reports.ts";
import { createWorkerState, type WorkerMachineOptions, type WorkerState } from "./machine/state.ts";
import { begin, step } from "./machine/step.ts";
import { ResultStore } from "./result_store.ts";

/** How serious a line of the log is: "error" when the worker cannot do its work. */
export type LogLevel = Extract<WorkerEffect, { type: "log" }>["level"];

/** What a worker is made of. */
export interface WorkerActorOptions {
  /** Its system. */
  readonly core: SystemCore;
  /** What its machine is told. */
  readonly machine: WorkerMachineOptions;
  /** Its scheduler. */
  readonly scheduler: Ref<SchedulerMail>;
  /** Its executors. */
  readonly executors: Pick<ExecutorPoolOptions, "inline" | "heapBytesMax" | "birth">;
  /** This worker's share of the memory that the process uses, in bytes. */
  readonly measureMemory: () => number;
  /** The scheduler has taken it in. */
  readonly onRegistered: () => void;
  /** The scheduler told it to stop, or is gone. */
  readonly onStop: (reason: string) => void;
  /** The process is to end, and to be started again by its nanny. */
  readonly onRestart: (reason: string) => void;
  /** A line for the log. */
  readonly onLog: (text: string, level: LogLevel) => void;
}

/** Time between two looks at the memory while there is work, or little memory. */
const MEMORY_LOOK_MS = 100;

/** The behaviour of a worker. Synchronous: slow work is started, and its result comes back as an event. */
export class WorkerActor implements Behaviour<WorkerMail, StoreReply> {
  readonly #options: WorkerActorOptions;
  readonly #state: WorkerState;
  readonly #store = new ResultStore();
  readonly #pool: ExecutorPool;
  /** Rings when the machine wants to be woken. */
  #wake: Timer | undefined;
  #wakeAtMs = Infinity;
  /** Rings for the next look at the memory; set while there is work, or little memory. */
  #look: Timer | undefined;
  #schedulerWatch: Disposable | undefined;
  #isStopped = false;
  /** Events that happened while effects were being carried out: the machine takes them one after the other. */
  readonly #events: WorkerEvent[] = [];
  #isActing = false;

  constructor(options: WorkerActorOptions) {
    this.#options = options;
    this.#state = createWorkerState(options.machine);
    this.#pool = new ExecutorPool({
      ...options.executors,
      core: options.core,
      onReady: (executorId) => this.#happened({ type: "executor-ready", atMs: this.#nowMs(), executorId }),
      onDied: (executorId, exit, begun) => this.#executorDied(executorId, exit, begun),
    });
  }

  /** Begins: executors start, the scheduler is told. */
  start(): void {
    this.#schedulerWatch = this.#options.scheduler.watch(() => {
      if (!this.#isStopped) this.#options.onStop("the connection to the scheduler is gone");
    });
    for (const effect of begin(this.#state)) this.#do(effect);
  }

  receive(mail: WorkerMail): StoreReply | void {
    switch (mail.type) {
      case "from-scheduler":
        if (mail.messages[0]?.type === "welcome-worker") this.#options.onRegistered();
        return this.#happened({ type: "scheduler-said", atMs: this.#nowMs(), messages: mail.messages });
      case "from-executor":
        return this.#executorSaid(mail.executorId, mail.messages);
      case "store":
        return this.#storeAsked(mail.request);
      default:
        return unreachable(mail);
    }
  }

  /** Ends all executors. */
  async stop(): Promise<void> {
    this.#tellScheduler([{ type: "leaving", reason: "the worker was stopped" }]);
    this.#isStopped = true;
    this.#schedulerWatch?.[Symbol.dispose]();
    this.#wake?.cancel();
    this.#look?.cancel();
    await this.#pool.close();
  }

  #nowMs(): number {
    return this.#options.core.world.clock.nowMs();
  }

  #happened(event: WorkerEvent): void {
    if (this.#isStopped) return;
    this.#events.push(event);
    if (this.#isActing) return;
    this.#isActing = true;
    for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
      for (const effect of step(this.#state, next)) this.#do(effect);
    }
    this.#isActing = false;
    // With nothing to do, memory can still be given back: others may wait for it.
    if (this.#look === undefined && (this.#state.runs.size > 0 || this.#state.isPaused)) this.#lookLater();
  }

  #executorSaid(executorId: string, messages: readonly ExecutorToWorker[]): void {
    for (const message of messages) {
      if (message.type === "finished") this.#keepResult(executorId, message);
      if (endsCell(message)) this.#pool.releaseCell(executorId, message.runId);
    }
    this.#happened({ type: "executor-said", atMs: this.#nowMs(), executorId, messages });
  }

  #keepResult(executorId: string, message: Extract<ExecutorToWorker, { type: "finished" }>): void {
    if (!wantsResult(this.#state, executorId, message.runId)) return;
    const key = this.#state.runs.get(message.runId)!.key;
    const { value, bytes, valueType } = message;
    this.#store.put({ key, value, bytes, valueType });
  }

  #storeAsked(request: StoreRequest): StoreReply {
    if (request.type === "get") return this.#store.get(request.keys);
    if (request.type === "describe") return { type: "description", value: describeWorkerState(this.#state) };
    for (const item of request.items) {
      this.#store.put(item);
      const { key, bytes, valueType } = item;
      this.#happened({ type: "value-put", atMs: this.#nowMs(), key, bytes, valueType });
    }
    return { type: "kept" };
  }

  #executorDied(executorId: string, exit: HostExit, startedRuns: readonly RunId[]): void {
    const worker = this.#options.machine.name;
    const death = { worker: `${worker}, ${executorId}`, ...exit, lastRssBytes: this.#options.measureMemory() };
    this.#happened({ type: "executor-died", atMs: this.#nowMs(), executorId, startedRuns, death });
  }

  #do(effect: WorkerEffect): void {
    switch (effect.type) {
      case "tell-scheduler":
        return this.#tellScheduler(effect.messages);
      case "tell-executor":
        return this.#tellExecutor(effect.executorId, effect.messages);
      case "start-executor":
        return this.#pool.start(effect.executorId);
      case "end-executor":
        return this.#pool.end(effect.executorId, effect.reason);
      case "take-back":
        return this.#takeBack(effect.executorId, effect.runIds);
      case "fetch":
        return this.#fetch(effect.fetchId, effect.from, effect.keys);
      case "drop-values":
        return this.#store.drop(effect.keys);
      case "wake":
        return this.#wakeAt(effect.atMs);
      case "log":
        return this.#options.onLog(effect.text, effect.level);
      case "restart":
        return this.#options.onRestart(effect.reason);
      case "stop":
        return this.#options.onStop(effect.reason);
      default:
        return unreachable(effect);
    }
  }

  #tellScheduler(messages: readonly WorkerToScheduler[]): void {
    this.#options.scheduler.tell({ type: "from-worker", workerId: this.#options.machine.workerId, messages });
  }

  #tellExecutor(executorId: string, messages: readonly WorkerToExecutor[]): void {
    for (const message of messages) if (message.type === "execute") this.#fill(executorId, message);
    this.#pool.tell(executorId, messages);
  }

  #fill(executorId: string, message: ExecuteMessage): void {
    message.cell = this.#pool.assignCell(executorId, message.runId);
    if (message.deps.length > 0) message.inputs = message.deps.map((key) => this.#store.value(key));
  }

  #takeBack(executorId: string, runIds: readonly RunId[]): void {
    const taken = this.#pool.takeBack(executorId, runIds);
    this.#happened({ type: "runs-taken-back", atMs: this.#nowMs(), executorId, runIds: taken });
  }

  #fetch(fetchId: number, from: WorkerId, keys: readonly TaskKey[]): void {
    const peer = this.#options.core.ref(from, workerInbox);
    peer.ask({ type: "store", request: { type: "get", keys } }).then(
      (reply) => {
        const { found, missing } = reply.type === "values" ? reply : { found: [], missing: keys };
        this.#fetched(fetchId, found, missing, true);
      },
      () => this.#fetched(fetchId, [], keys, false),
    );
  }

  #fetched(fetchId: number, found: readonly StoredItem[], missing: readonly TaskKey[], reachable: boolean): void {
    for (const item of found) {
      if (wantsFetched(this.#state, fetchId, item.key)) this.#store.put(item);
    }
    this.#happened({ type: "fetch-answered", atMs: this.#nowMs(), fetchId, found, missing, reachable });
  }

  #wakeAt(atMs: number): void {
    if (this.#wake !== undefined && this.#wakeAtMs <= atMs) return;
    this.#wake?.cancel();
    this.#wakeAtMs = atMs;
    this.#wake = this.#options.core.world.clock.after(Math.max(0, atMs - this.#nowMs()), () => {
      this.#wake = undefined;
      this.#happened({ type: "woken", atMs: this.#nowMs() });
    });
  }

  #lookLater(): void {
    this.#look = this.#options.core.world.clock.after(MEMORY_LOOK_MS, () => {
      this.#look = undefined;
      this.#happened({ type: "memory-measured", atMs: this.#nowMs(), rssBytes: this.#options.measureMemory() });
    });
  }
}

/** Whether a run needs no cell any more: it has ended, or is known to have begun. */
function endsCell(message: ExecutorToWorker): message is Extract<ExecutorToWorker, { readonly runId: RunId }> {
  switch (message.type) {
    case "finished":
    case "failed":
    case "stopped":
    case "rescheduled":
    case "suspended":
      return true;
    default:
      return false;
  }
}
