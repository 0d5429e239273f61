/** A running task, seen from inside its executor. @module */
import type { RunId } from "../protocol/task.ts";
import type { WorkerInfo } from "./scheduler_info.ts";

/** A running task, seen from inside. */
export interface CurrentTask {
  /** Names the result. */
  readonly key: string;
  /** Names this attempt. */
  readonly runId: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborts when the task is cancelled or out of time. */
  readonly signal: AbortSignal;
  /** As submitted, or as inherited. */
  readonly priority: number;
}

/** The import of a module for a task, seen from the module's own top level. */
export class ModuleImport {
  /** URL of the module. */
  readonly module: string;
  /** Whether the module has been evaluated: what it has left running may do anything again. */
  isOver = false;

  /** An import that begins. */
  constructor(module: string) {
    this.module = module;
  }
}

/** A wait of a task, as its executor sees it. */
export interface TaskWait<T> {
  /** How it ends. */
  readonly outcome: Promise<T>;
  /** Ends it with this error: the task is to stop. Does nothing when it has ended. */
  fail(error: Error): void;
  /** The task has ended while it went on. */
  taskEnded(): void;
}

/** What an executor tells the code of a task about where it runs. One per run. */
export interface TaskContext {
  /** Names the result. */
  readonly key: string;
  /** Names this attempt; what the task submits carries it as `parent`. */
  readonly runId: RunId;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborts when the task is cancelled or out of time. */
  readonly signal: AbortSignal;
  /** As submitted, or as inherited. */
  readonly priority: number;
  /** The worker that runs it. */
  readonly worker: WorkerInfo;
  /** Whose calls of an actor keep their order: the run's, or the actor's that it is part of. */
  readonly caller: string;
  /** The worker's own `Client`, opened at the first call. (`Client` stands above this file, hence no closer type.) */
  client(): object;
  /** Gives the executor to other tasks until `wait` has settled and this task has its turn again. */
  suspend<T>(wait: TaskWait<T>): Promise<T>;
}
