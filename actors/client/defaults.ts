/**
 * What users expect to be one per process: the clients that are open, and the task that runs here. The only file with
 * such state.
 *
 * @module
 */
import type { SystemCore } from "../actor/system_core.ts";
import { describe, troupeError } from "../base/errors.ts";
import type { Reviver } from "../code/revive.ts";
import { CodecRegistry } from "./codec_registry.ts";
import type { WorkerInfo } from "./scheduler_info.ts";
import { type CurrentTask, ModuleImport, type TaskContext } from "./task_context.ts";

/** Tells which task runs here; an executor installs it. Programs that only connect never load `node:async_hooks`. */
export interface TaskStorage {
  /** The task that the running code belongs to, or the import of a module for one. */
  getStore(): TaskContext | ModuleImport | undefined;
}

/** What an executor tells of itself to what its tasks submit with. */
export interface TaskSideOptions {
  /** Full address of the scheduler. */
  readonly schedulerId: string;
  /** Names it. */
  readonly executorId: string;
  /** Makes functions again that come within values. */
  readonly reviver: Reviver;
}

/** A client, as far as the choice of the current one needs to know it. */
export interface OpenClient {
  /** Where its connection stands. */
  readonly status: string;
}

/** Something drawn on the terminal, which others must not print into. */
export interface Screen {
  /** Prints above what is drawn: whole lines. */
  printAbove(print: () => void): void;
}

/** Makes a `TaskSide`. (It stands above this file, hence no closer type.) */
export type TaskSideMaker = (core: SystemCore, options: TaskSideOptions) => object;

interface Defaults {
  /** Clients in the order of their connection; closed ones leave. */
  readonly openClients: OpenClient[];
  /** Installed by the first executor of this thread, and kept. */
  tasks: TaskStorage | undefined;
  /** Where delayed computations run; undefined for the current client. */
  scheduler: object | string | undefined;
  /** Local clusters that delayed computations share, while there are any. */
  readonly sharedClusters: Map<string, object>;
  /** What is drawn on the terminal, while something is. */
  screen: Screen | undefined;
  /** Troupe's own exports by name; installed by the module of `Client`. */
  library: Readonly<Record<string, unknown>>;
  /** Makes what tasks submit with; installed by the module of `Client`. */
  makeTaskSide: TaskSideMaker | undefined;
  /** Codecs of classes; made when somebody first asks for them. */
  codecs: CodecRegistry | undefined;
}

const defaults: Defaults = {
  openClients: [],
  tasks: undefined,
  scheduler: undefined,
  sharedClusters: new Map(),
  screen: undefined,
  library: {},
  makeTaskSide: undefined,
  codecs: undefined,
};

/** From now on these exports are Troupe's own, which functions that travel find by name. */
export function installLibrary(library: Readonly<Record<string, unknown>>): void {
  defaults.library = library;
}

/** Troupe's own exports by name, as clients without a session of their own need them. */
export function ownLibrary(): Readonly<Record<string, unknown>> {
  return defaults.library;
}

/** From now on this makes what the tasks of an executor submit with. */
export function installTaskSide(make: TaskSideMaker): void {
  defaults.makeTaskSide = make;
}

/** Makes what the tasks of an executor submit with; undefined until the module of `Client` is loaded. */
export function taskSideMaker(): TaskSideMaker | undefined {
  return defaults.makeTaskSide;
}

/** Where delayed computations run unless told otherwise; undefined for the current client. */
export function defaultScheduler(): object | string | undefined {
  return defaults.scheduler;
}

/** Sets what {@linkcode defaultScheduler} says. */
export function useScheduler(scheduler: object | string | undefined): void {
  defaults.scheduler = scheduler;
}

/** What is drawn on the terminal now. */
export function progressScreen(): Screen | undefined {
  return defaults.screen;
}

/** Sets what {@linkcode progressScreen} says. */
export function setProgressScreen(screen: Screen | undefined): void {
  defaults.screen = screen;
}

/** The local clusters that delayed computations share, by kind. Held here, made and ended by those who share them. */
export function sharedClusters(): Map<string, object> {
  return defaults.sharedClusters;
}

/** Codecs of classes, for all clients and tasks of this thread. */
export function instanceCodecs(): CodecRegistry {
  return defaults.codecs ??= new CodecRegistry();
}

/** From now on this storage tells which task runs here. */
export function installTaskStorage(storage: TaskStorage): void {
  defaults.tasks = storage;
}

/** The task that runs here, if any. */
export function runningTask(): TaskContext | undefined {
  const running = defaults.tasks?.getStore();
  return running instanceof ModuleImport ? undefined : running;
}

/**
 * Refuses what the top level of a module must not do while an executor imports it: a program whose functions are imported by
 * its own workers would start again in each of them.
 *
 * @param action What it was about to do: `"connect"`.
 * @throws {TroupeError} `client/importing`.
 */
export function refuseAtImport(action: string): void {
  const running = defaults.tasks?.getStore();
  if (!(running instanceof ModuleImport) || running.isOver) return;
  const { module } = running;
  const message = `Cannot ${action}: module ${describe(module)} starts a cluster at import time, here in a worker`;
  throw troupeError("client/importing", message, {
    hint: "Wrap it in if (import.meta.main) { ... }",
    details: { module },
  });
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
