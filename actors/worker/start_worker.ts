/** Starts a worker in a system. @module */
import { formatActorAddress, publicAddress } from "../actor/actor_address.ts";
import type { ActorModule } from "../actor/conversation.ts";
import { makeWireError } from "../actor/error_data.ts";
import type { Ref } from "../actor/ref.ts";
import type { SystemCore } from "../actor/system_core.ts";
import { asError, troupeError } from "../base/errors.ts";
import { schedulerInbox, workerInbox, type WorkerMail } from "../protocol/inboxes.ts";
import type { WorkerToExecutor } from "../protocol/worker_executor.ts";
import type { StoreReply } from "../protocol/worker_peer.ts";
import { type LogLevel, WorkerActor } from "./worker_actor.ts";

/** Options of {@linkcode startWorker}. */
export interface StartWorkerOptions {
  /** Full address of the scheduler. */
  readonly schedulerId: string;
  /** Its name for people, and the name of its actor. */
  readonly name: string;
  /** How many executors it has. */
  readonly threads: number;
  /** Runs its executors beside it; without, each has a thread. */
  readonly inlineExecutor?: ActorModule<readonly WorkerToExecutor[]> | undefined;
  /** What it may use of memory, in bytes; undefined: no limit. */
  readonly memoryLimitBytes: number | undefined;
  /** Workers that share this process, and so its memory. */
  readonly workersInProcess: number;
  /** Abstract resources. */
  readonly resources: Readonly<Record<string, number>>;
  /** Whether a nanny watches its process. */
  readonly hasNanny: boolean;
  /** The scheduler told it to stop, or is gone. */
  readonly onStop: (reason: string) => void;
  /** With a nanny: the process is to end, and to be started again. */
  readonly onRestart?: (reason: string) => void;
  /** A line for the log. */
  readonly onLog: (text: string, level: LogLevel) => void;
}

/** A worker that was started. */
export interface StartedWorker {
  /** Its actor. */
  readonly ref: Ref<WorkerMail, StoreReply>;
  /** Resolves when the scheduler has taken it in; rejects when it ends before. */
  readonly registered: Promise<void>;
}

/** Heap of one executor thread when the worker has no memory limit. */
const DEFAULT_HEAP_BYTES = 4 * 1024 ** 3;
/** Least heap of an executor thread: less does not even load its modules. */
const LEAST_HEAP_BYTES = 64 * 1024 ** 2;

/** Starts a worker, and its executors. */
export async function startWorker(core: SystemCore, options: StartWorkerOptions): Promise<StartedWorker> {
  const { name, threads, memoryLimitBytes } = options;
  const address = core.addressOf(name);
  const workerId = formatActorAddress(address);
  const registered = Promise.withResolvers<void>();
  // Whoever does not wait for it hears of a failure in other ways.
  registered.promise.catch(() => undefined);
  const heapBytesMax = Math.max(LEAST_HEAP_BYTES, Math.floor((memoryLimitBytes ?? DEFAULT_HEAP_BYTES) / threads));
  const worker = {
    address: publicAddress(address),
    name,
    threads,
    memoryLimit: memoryLimitBytes,
    resources: options.resources,
  };
  const end = (reason: string) =>
    registered.reject(troupeError("client/unreachable", `Cannot register worker: ${reason}`));
  const ref = await core.spawn({
    name,
    conversation: workerInbox,
    mailbox: { capacity: Infinity },
    supervision: { onFailure: "stop" },
    create: () =>
      new WorkerActor({
        core,
        scheduler: core.ref(options.schedulerId, schedulerInbox),
        machine: {
          workerId,
          name,
          threads,
          memoryLimitBytes,
          resources: options.resources,
          hasNanny: options.hasNanny,
          limits: core.world.limits,
          makeError: makeWireError,
          executorMemoryBytes: heapBytesMax,
        },
        executors: {
          inline: options.inlineExecutor,
          heapBytesMax,
          birth: (executorId, board, ownsThread) => ({
            executorId,
            workerId,
            schedulerId: options.schedulerId,
            worker,
            board,
            ownsThread,
          }),
        },
        measureMemory: () => Math.floor(Deno.memoryUsage().rss / options.workersInProcess),
        onRegistered: registered.resolve,
        onStop: (reason) => {
          end(reason);
          options.onStop(reason);
        },
        onRestart: (reason) => options.onRestart?.(reason),
        onLog: options.onLog,
      }),
    onDown: (notice) => {
      end(asError(notice.error ?? notice.reason).message);
      if (notice.error !== undefined) {
        options.onLog(`Worker ${name} failed: ${notice.error.stack ?? notice.error.message}`, "error");
      }
    },
  });
  return { ref, registered: registered.promise };
}
