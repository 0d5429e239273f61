/**
 * What arrives in the mailbox of each role: the conversations, with who speaks. Each inbox says how its messages travel
 * between systems (the shape that `actor/` calls a conversation).
 *
 * @module
 */
import {
  type ClientToScheduler,
  packClientToScheduler,
  packSchedulerToClient,
  parseClientToScheduler,
  parseSchedulerToClient,
  type SchedulerToClient,
} from "./client_scheduler.ts";
import * as p from "./parse.ts";
import type { ClientId, DeathRecord, WorkerId } from "./task.ts";
import {
  type ExecutorToWorker,
  packExecutorToWorker,
  packWorkerToExecutor,
  parseExecutorToWorker,
  parseWorkerToExecutor,
  type WorkerToExecutor,
} from "./worker_executor.ts";
import {
  packStoreReply,
  packStoreRequest,
  parseStoreReply,
  parseStoreRequest,
  type StoreReply,
  type StoreRequest,
} from "./worker_peer.ts";
import {
  packSchedulerToWorker,
  packWorkerToScheduler,
  parseSchedulerToWorker,
  parseWorkerToScheduler,
  type SchedulerToWorker,
  type WorkerToScheduler,
} from "./worker_scheduler.ts";

/** How the messages to one kind of actor travel: the shape that `actor/conversation.ts` names. */
interface Inbox<M, R> {
  readonly name: string;
  pack(message: M): unknown;
  parse(data: unknown): M;
  packReply(reply: R): unknown;
  parseReply(data: unknown): R;
}

/** The actor name of every scheduler: its address is `tcp://host:port/scheduler`. */
export const SCHEDULER_ACTOR = "scheduler";

/** To a scheduler. */
export type SchedulerMail =
  /** A client says these things, in this order. */
  | { readonly type: "from-client"; readonly clientId: ClientId; readonly messages: readonly ClientToScheduler[] }
  /** A worker says these things, in this order. */
  | { readonly type: "from-worker"; readonly workerId: WorkerId; readonly messages: readonly WorkerToScheduler[] }
  /** A nanny tells how its worker's process died. */
  | { readonly type: "worker-died"; readonly workerId: WorkerId; readonly death: DeathRecord };

/** To a worker. */
export type WorkerMail =
  /** The scheduler says these things, in this order. */
  | { readonly type: "from-scheduler"; readonly messages: readonly SchedulerToWorker[] }
  /** An executor says these things, in this order. */
  | { readonly type: "from-executor"; readonly executorId: string; readonly messages: readonly ExecutorToWorker[] }
  /** Somebody asks its store. */
  | { readonly type: "store"; readonly request: StoreRequest };

/** To a scheduler. */
export const schedulerInbox: Inbox<SchedulerMail, never> = {
  name: "scheduler",
  pack(m) {
    if (m.type === "from-client") return [1, m.clientId, m.messages.map(packClientToScheduler)];
    if (m.type === "from-worker") return [2, m.workerId, m.messages.map(packWorkerToScheduler)];
    return [3, m.workerId, p.packDeathRecord(m.death)];
  },
  parse(data) {
    const t = p.fields(data);
    if (t[0] === 1) {
      return { type: "from-client", clientId: p.text(t, 1), messages: p.mapped(t, 2, parseClientToScheduler) };
    }
    if (t[0] === 2) {
      return { type: "from-worker", workerId: p.text(t, 1), messages: p.mapped(t, 2, parseWorkerToScheduler) };
    }
    if (t[0] === 3) return { type: "worker-died", workerId: p.text(t, 1), death: p.deathRecord(t, 2) };
    throw p.malformed("unknown mail to a scheduler", t[0]);
  },
  ...withoutReplies(),
};

/** To a worker. Asks of its store are answered. */
export const workerInbox: Inbox<WorkerMail, StoreReply> = {
  name: "worker",
  pack(m) {
    if (m.type === "from-scheduler") return [1, m.messages.map(packSchedulerToWorker)];
    if (m.type === "from-executor") return [2, m.executorId, m.messages.map(packExecutorToWorker)];
    return [3, packStoreRequest(m.request)];
  },
  parse(data) {
    const t = p.fields(data);
    if (t[0] === 1) return { type: "from-scheduler", messages: p.mapped(t, 1, parseSchedulerToWorker) };
    if (t[0] === 2) {
      return { type: "from-executor", executorId: p.text(t, 1), messages: p.mapped(t, 2, parseExecutorToWorker) };
    }
    if (t[0] === 3) return { type: "store", request: parseStoreRequest(t[1]) };
    throw p.malformed("unknown mail to a worker", t[0]);
  },
  packReply: packStoreReply,
  parseReply: parseStoreReply,
};

/** To a client: what the scheduler says, in order. */
export const clientInbox: Inbox<readonly SchedulerToClient[], never> = {
  name: "client",
  pack: (messages) => messages.map(packSchedulerToClient),
  parse: (data) => p.fields(data).map(parseSchedulerToClient),
  ...withoutReplies(),
};

/** To an executor: what its worker says, in order. */
export const executorInbox: Inbox<readonly WorkerToExecutor[], never> = {
  name: "executor",
  pack: (messages) => messages.map(packWorkerToExecutor),
  parse: (data) => p.fields(data).map(parseWorkerToExecutor),
  ...withoutReplies(),
};

function withoutReplies(): Pick<Inbox<unknown, never>, "packReply" | "parseReply"> {
  return {
    packReply: () => undefined,
    parseReply: (data) => {
      throw p.malformed("an answer to a message that has none", data);
    },
  };
}
