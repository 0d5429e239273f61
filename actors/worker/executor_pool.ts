/** The executors of one worker: started, talked to, ended. @module */
import type { Timer } from "../base/clock.ts";
import { asError } from "../base/errors.ts";
import { parseActorAddress } from "../actor/actor_address.ts";
import type { ActorModule } from "../actor/conversation.ts";
import type { HostExit } from "../actor/host.ts";
import type { Ref } from "../actor/ref.ts";
import type { SystemCore } from "../actor/system_core.ts";
import { startThreadHost, type ThreadHost } from "../actor/thread_host.ts";
import { executorInbox } from "../protocol/inboxes.ts";
import { RunBoardOwner } from "../protocol/run_board.ts";
import type { RunId } from "../protocol/task.ts";
import type { WorkerToExecutor } from "../protocol/worker_executor.ts";

/** What every executor is told at its start: plain data. */
export interface ExecutorBirth {
  /** Names it. */
  readonly executorId: string;
  /** Full address of its worker. */
  readonly workerId: string;
  /** Full address of the scheduler. */
  readonly schedulerId: string;
  /** What the tasks are told about their worker. */
  readonly worker: unknown;
  /** The run board's memory. */
  readonly board: SharedArrayBuffer;
  /** Whether it has a thread of its own: then it captures what tasks print. */
  readonly ownsThread: boolean;
}

/** Options of the pool. */
export interface ExecutorPoolOptions {
  /** The worker's system. */
  readonly core: SystemCore;
  /** Runs executors beside the worker; undefined: each has a thread, which loads it by its URL. */
  readonly inline: ActorModule<readonly WorkerToExecutor[]> | undefined;
  /** Heap of one thread. */
  readonly heapBytesMax: number;
  /** Makes what an executor is told. */
  readonly birth: (executorId: string, board: SharedArrayBuffer, ownsThread: boolean) => ExecutorBirth;
  /** An executor takes work now. */
  readonly onReady: (executorId: string) => void;
  /** An executor has ended. `begun`: the runs in its hands that had begun. */
  readonly onDied: (executorId: string, exit: HostExit, begun: readonly RunId[]) => void;
}

/** One executor. */
interface Executor {
  readonly board: RunBoardOwner;
  /** Undefined while it starts. */
  ref: Ref<readonly WorkerToExecutor[]> | undefined;
  /** Its thread; undefined inline. */
  readonly host: ThreadHost | undefined;
  /** Why we ended it. */
  endReason: string | undefined;
}

/** URL of the executor's module: named, not imported, for it belongs to another thread. */
export const EXECUTOR_MODULE: string = new URL("../executor/executor_actor.ts", import.meta.url).href;

/**
 * Pause between the first executor's readiness and the start of the others: the first result shall not wait for them, even
 * if its task submits and has to load what that needs.
 */
const HOLD_BACK_MS = 60;
/** Cells of a run board: the most runs in hand that have not suspended. */
const BOARD_CELLS = 1_024;

/** The executors of one worker. */
export class ExecutorPool {
  readonly #options: ExecutorPoolOptions;
  readonly #executors = new Map<string, Executor>();
  /** Whether the first executor is up (or gone); until then the others are held back. */
  #isLed = false;
  /** Executors to be started once the first is up: a thread's start blocks ours for 40 ms. */
  readonly #heldBack: string[] = [];
  #holdBack: Timer | undefined;
  #isClosed = false;

  constructor(options: ExecutorPoolOptions) {
    this.#options = options;
  }

  /** Starts an executor; `onReady` or `onDied` follows. The first goes alone, so that there soon is one to work. */
  start(executorId: string): void {
    if (this.#isLed || this.#options.inline !== undefined || this.#executors.size === 0) this.#start(executorId);
    else this.#heldBack.push(executorId);
  }

  #start(executorId: string): void {
    const { core, inline, heapBytesMax } = this.#options;
    const host = inline === undefined
      ? startThreadHost(core, { name: executorId, heapBytesMax, preload: [EXECUTOR_MODULE] })
      : undefined;
    const executor: Executor = { board: new RunBoardOwner(BOARD_CELLS), ref: undefined, host, endReason: undefined };
    this.#executors.set(executorId, executor);
    host?.exited.then((exit) => this.#died(executorId, exit));
    this.#spawn(executorId, executor).then(
      (ref) => {
        if (this.#executors.get(executorId) !== executor) {
          // Ended while it started: a thread is gone by now, an inline executor is still here.
          if (host === undefined) void ref.stop();
          return;
        }
        executor.ref = ref;
        this.#options.onReady(executorId);
        this.#lead();
      },
      (error) => this.#startFailed(executorId, executor, asError(error)),
    );
  }

  /** The first executor is up, or gone: the others follow. */
  #lead(): void {
    if (this.#isLed) return;
    this.#isLed = true;
    if (this.#options.inline !== undefined) return;
    this.#startNextAfter(HOLD_BACK_MS);
  }

  /** One at a time: between two of them what has arrived meanwhile is heard. */
  #startNextAfter(delayMs: number): void {
    this.#holdBack = this.#options.core.world.clock.after(delayMs, () => {
      const executorId = this.#heldBack.shift();
      if (executorId !== undefined) this.#start(executorId);
      if (this.#heldBack.length > 0) this.#startNextAfter(0);
    });
  }

  /** Says these things to an executor that is ready. */
  tell(executorId: string, messages: readonly WorkerToExecutor[]): void {
    this.#executors.get(executorId)?.ref?.tell(messages);
  }

  /** The board cell of a run that is about to be sent. */
  assignCell(executorId: string, runId: RunId): number {
    return this.#executors.get(executorId)!.board.assign(runId);
  }

  /** The run has ended or is known to have begun. */
  releaseCell(executorId: string, runId: RunId): void {
    this.#executors.get(executorId)?.board.release(runId);
  }

  /** Takes runs back that have not begun; gives those that it got. */
  takeBack(executorId: string, runIds: readonly RunId[]): readonly RunId[] {
    const board = this.#executors.get(executorId)?.board;
    return board === undefined ? [] : runIds.filter((runId) => board.takeBack(runId));
  }

  /** Ends an executor now; `onDied` follows. */
  end(executorId: string, reason: string): void {
    const executor = this.#executors.get(executorId);
    if (executor === undefined) return this.#endHeldBack(executorId, reason);
    executor.endReason = reason;
    if (executor.host !== undefined) void executor.host.terminate();
    else {
      // Nothing more begins in it. What runs there cannot be stopped: its thread is ours.
      void executor.ref?.stop();
      queueMicrotask(() => this.#died(executorId, inlineExit(reason)));
    }
  }

  #endHeldBack(executorId: string, reason: string): void {
    const index = this.#heldBack.indexOf(executorId);
    if (index < 0) return;
    this.#heldBack.splice(index, 1);
    queueMicrotask(() => this.#options.onDied(executorId, inlineExit(reason), []));
  }

  /** Ends all; resolves when all threads are gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#holdBack?.cancel();
    this.#heldBack.length = 0;
    const executors = [...this.#executors.values()];
    this.#executors.clear();
    await Promise.all(executors.map((executor) => executor.host?.terminate() ?? executor.ref?.stop()));
  }

  async #spawn(executorId: string, executor: Executor): Promise<Ref<readonly WorkerToExecutor[]>> {
    const args = this.#options.birth(executorId, executor.board.memory, executor.host !== undefined);
    if (executor.host !== undefined) {
      return await executor.host.spawn({
        module: EXECUTOR_MODULE,
        export: "executorActor",
        name: "executor",
        args,
        conversation: executorInbox,
      });
    }
    const { core, inline } = this.#options;
    return await core.spawn({
      // Workers that share a system have executors of the same ids.
      name: `${parseActorAddress(args.workerId).actor}-${executorId}`,
      conversation: executorInbox,
      supervision: { onFailure: "stop" },
      create: () => inline!.create(args, { system: core }),
      onDown: (notice) => this.#died(executorId, inlineExit(notice.error?.message ?? notice.reason)),
    });
  }

  #startFailed(executorId: string, executor: Executor, error: Error): void {
    if (this.#executors.get(executorId) !== executor) return;
    executor.endReason ??= `could not start: ${error.message}`;
    if (executor.host === undefined) this.#died(executorId, inlineExit(executor.endReason));
    else void executor.host.terminate();
  }

  #died(executorId: string, exit: HostExit): void {
    const executor = this.#executors.get(executorId);
    if (executor === undefined || this.#isClosed) return;
    this.#executors.delete(executorId);
    const reason = executor.endReason ?? exit.reason;
    this.#lead();
    this.#options.onDied(executorId, { ...exit, reason }, executor.board.begun());
  }
}

function inlineExit(reason: string): HostExit {
  return { reason, exitCode: undefined, signal: undefined, lastLines: [] };
}
