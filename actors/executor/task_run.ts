/** One run in an executor's hands. @module */
import type { Timer } from "../base/clock.ts";
import type { TaskWait } from "../client/task_context.ts";
import type { TroupeError } from "../base/errors.ts";
import type { ExecuteMessage } from "../protocol/worker_executor.ts";

/** A wait of a task for something of the cluster, whose outcome is there but not yet handed over. */
export type Resumption = () => void;

/** Why a run is to end before it returns. */
export interface EndReason {
  /** Decides how its end is told. */
  readonly type: "cancelled" | "timeout";
  /** What its waits reject with, and what its signal says. */
  readonly error: TroupeError;
}

/** One run: queued, active (it has the executor), suspended (it awaits the cluster), ready to resume, or ended. */
export class TaskRun {
  /** What to run. */
  readonly message: ExecuteMessage;
  /** Made when somebody first asks for it: most tasks never do, and it would be the dearest part of a run. */
  #abort: AbortController | undefined;
  /** Waits of the task that go on; undefined when there was never one, as for most. */
  #waiting: Set<TaskWait<unknown>> | undefined;
  /** Where it stands. Only the loop changes it. */
  status: "queued" | "active" | "suspended" | "resumable" | "ended" = "queued";
  /** Waits for the cluster that have no outcome yet. While there are some, the run does not hold the executor. */
  waits = 0;
  /** Hands over the outcome of its last wait; there while "resumable". */
  resumption: Resumption | undefined;
  /** When it became active last, and the time before that: what it took is the sum. */
  activeSinceMs = 0;
  /** Time as the active run, so far. */
  durationMs = 0;
  /** Rings when it takes longer than it may. */
  timer: Timer | undefined;
  /** Why it is to end: cancelled or out of time. Decides how its end is told. */
  endReason: EndReason | undefined;

  constructor(message: ExecuteMessage) {
    this.message = message;
  }

  /** Aborts when the run is cancelled or out of time. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.endReason !== undefined && !this.#abort.signal.aborted) this.#abort.abort(this.endReason.error);
    return this.#abort.signal;
  }

  /** The run is to end, for this reason; a second reason changes nothing. */
  endWith(reason: EndReason): void {
    if (this.endReason !== undefined) return;
    this.endReason = reason;
    this.#abort?.abort(reason.error);
    for (const wait of [...this.#waiting ?? []]) wait.fail(reason.error);
  }

  /** The task waits: that ends when it is to end. */
  addWait(wait: TaskWait<unknown>): void {
    if (this.endReason !== undefined) return wait.fail(this.endReason.error);
    const waiting = this.#waiting ??= new Set();
    waiting.add(wait);
    const forget = () => void waiting.delete(wait);
    wait.outcome.then(forget, forget);
  }

  /** The task has ended: what it still waits for may be in vain. */
  endWaits(): void {
    if (this.#waiting === undefined) return;
    for (const wait of [...this.#waiting]) wait.taskEnded();
  }

  /** Names this attempt. */
  get runId(): number {
    return this.message.runId;
  }
}

/** Which of two runs goes first: negative for the first. Deeper nested work goes first, so that parents can end. */
export function compareRuns(a: TaskRun, b: TaskRun): number {
  const left = a.message;
  const right = b.message;
  return right.user - left.user || right.depth - left.depth || left.order - right.order;
}
