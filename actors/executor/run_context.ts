/** What the code of a task is told about where it runs. @module */
import type { TaskContext, TaskWait } from "../client/task_context.ts";
import type { WorkerInfo } from "../client/scheduler_info.ts";
import type { ClientId } from "../protocol/task.ts";
import type { ExecuteMessage } from "../protocol/worker_executor.ts";
import type { ExecutorLoop } from "./executor_loop.ts";
import type { TaskClient } from "./task_client.ts";
import type { TaskRun } from "./task_run.ts";

/** The context of one run. */
export class RunContext implements TaskContext {
  readonly key: string;
  readonly runId: number;
  readonly attempt: number;
  readonly priority: number;
  readonly worker: WorkerInfo;
  /** Who is shown what the task prints. */
  readonly clientId: ClientId;
  readonly caller: string;
  readonly #run: TaskRun;
  readonly #loop: ExecutorLoop;
  readonly #client: TaskClient;

  constructor(run: TaskRun, worker: WorkerInfo, loop: ExecutorLoop, client: TaskClient) {
    const { message } = run;
    this.key = message.key;
    this.runId = message.runId;
    this.attempt = message.attempt;
    this.priority = message.user;
    this.clientId = message.clientId;
    this.caller = callerOf(message);
    this.worker = worker;
    this.#run = run;
    this.#loop = loop;
    this.#client = client;
  }

  get signal(): AbortSignal {
    return this.#run.signal;
  }

  client(): object {
    return this.#client.open();
  }

  suspend<T>(wait: TaskWait<T>): Promise<T> {
    this.#run.addWait(wait);
    return this.#loop.suspend(this.#run, wait.outcome);
  }
}

/** All that an actor does is one caller, whichever call or timer it does it in. */
function callerOf({ key, runId, actor }: ExecuteMessage): string {
  if (actor === undefined) return `run:${runId}`;
  return `actor:${actor.type === "call" ? actor.actor : key}`;
}
