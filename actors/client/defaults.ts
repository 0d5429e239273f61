/**
 * What users expect to be one per process: the clients that are open, and the task that runs here. The only file with
 * such state.
 *
 * @module
 */
import { troupeError } from "../base/errors.ts";
import type { WorkerInfo } from "./scheduler_info.ts";
import type { CurrentTask, TaskContext } from "./task_context.ts";

/** Tells which task runs here; an executor installs it. Programs that only connect never load `node:async_hooks`. */
export interface TaskStorage {
  /** The task that the running code belongs to. */
  getStore(): TaskContext | undefined;
}

/** A client, as far as the choice of the current one needs to know it. */
export interface OpenClient {
  /** Where its connection stands. */
  readonly status: string;
}

interface Defaults {
  /** Clients in the order of their connection; closed ones leave. */
  readonly openClients: OpenClient[];
  /** Installed by the first executor of this thread, and kept. */
  tasks: TaskStorage | undefined;
}

const defaults: Defaults = { openClients: [], tasks: undefined };

/** From now on this storage tells which task runs here. */
export function installTaskStorage(storage: TaskStorage): void {
  defaults.tasks = storage;
}

/** The task that runs here, if any. */
export function runningTask(): TaskContext | undefined {
  return defaults.tasks?.getStore();
}

/** Puts a client on the stack of those open. */
export function addOpenClient(client: OpenClient): void {
  defaults.openClients.push(client);
}

/** Takes a client off the stack of those open; does nothing when it is not there. */
export function removeOpenClient(client: OpenClient): void {
  const index = defaults.openClients.lastIndexOf(client);
  if (index >= 0) defaults.openClients.splice(index, 1);
}

/** The client connected last and still open, if any. */
export function lastOpenClient(): OpenClient | undefined {
  return defaults.openClients.findLast((client) => client.status === "running");
}

/** The worker that runs this task. Throws `task/outside` outside a task. */
export function getWorker(): WorkerInfo {
  return taskHere("get the worker").worker;
}

/** The task that runs here. Throws `task/outside` outside a task. */
export function currentTask(): CurrentTask {
  const { key, runId, attempt, signal, priority } = taskHere("get the current task");
  return { key, runId: String(runId), attempt, signal, priority };
}

function taskHere(action: string): TaskContext {
  const task = runningTask();
  if (task !== undefined) return task;
  throw troupeError("task/outside", `Cannot ${action}: no task runs here`, {
    hint: "Call it inside a function that was submitted to a cluster",
  });
}
