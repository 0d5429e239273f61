/** Collects what one step wants done, and puts it into one order. @module */
import type { RunId, TaskKey, WorkerId } from "../../protocol/task.ts";
import type { WorkerToExecutor } from "../../protocol/worker_executor.ts";
import type { WorkerToScheduler } from "../../protocol/worker_scheduler.ts";
import type { WorkerEffect } from "./effect.ts";
import type { ExecutorId } from "./event.ts";
import type { ExecutorRecord } from "./executor_record.ts";
import type { RunRecord } from "./run_record.ts";

/** The effects of the step under way; empty between steps. */
export class Outbox {
  #toScheduler: WorkerToScheduler[] = [];
  /** Executors with something outgoing. */
  #toTell: ExecutorRecord[] = [];
  /** Executors with something to ask back. */
  #toAsk: ExecutorRecord[] = [];
  /** Everything that goes before what is said. */
  #before: WorkerEffect[] = [];
  /** Everything that goes after what is said. */
  #after: WorkerEffect[] = [];
  #drops: TaskKey[] = [];

  /** Says this to the scheduler. */
  tellScheduler(message: WorkerToScheduler): void {
    this.#toScheduler.push(message);
  }

  /** Says this to an executor. */
  tellExecutor(executor: ExecutorRecord, message: WorkerToExecutor): void {
    if (executor.outgoing.push(message) === 1) this.#toTell.push(executor);
  }

  /** Asks an executor to give this run back. */
  takeBack(executor: ExecutorRecord, run: RunRecord): void {
    if (executor.asking.push(run) === 1) this.#toAsk.push(executor);
  }

  /** Starts an executor. */
  startExecutor(executorId: ExecutorId): void {
    this.#before.push({ type: "start-executor", executorId });
  }

  /** Ends an executor. */
  endExecutor(executorId: ExecutorId, reason: string): void {
    this.#after.push({ type: "end-executor", executorId, reason });
  }

  /** Gets results from another worker. */
  fetch(fetchId: number, from: WorkerId, keys: readonly TaskKey[]): void {
    this.#after.push({ type: "fetch", fetchId, from, keys });
  }

  /** Forgets a value, unless the same step stores it anew. */
  drop(key: TaskKey): void {
    this.#drops.push(key);
  }

  /** Writes a line to the log. */
  log(level: "info" | "warning" | "error", text: string): void {
    this.#before.push({ type: "log", level, text });
  }

  /** Wakes the machine. */
  wake(atMs: number): void {
    this.#after.push({ type: "wake", atMs });
  }

  /** Has the process of the worker started again. */
  restart(reason: string): void {
    this.#after.push({ type: "restart", reason });
  }

  /** Stops the worker. */
  stop(reason: string): void {
    this.#after.push({ type: "stop", reason });
  }

  /**
   * Hands everything over. Values are dropped after the inputs of runs were read and results were told, and before any is
   * fetched anew.
   *
   * @param stored What the store shall have after this step.
   */
  flush(stored: { has(key: TaskKey): boolean }): WorkerEffect[] {
    const effects = this.#before;
    this.#before = [];
    for (const executor of this.#toTell) {
      effects.push({ type: "tell-executor", executorId: executor.id, messages: executor.outgoing });
      executor.outgoing = [];
    }
    this.#toTell.length = 0;
    for (const executor of this.#toAsk) effects.push(askBack(executor));
    this.#toAsk.length = 0;
    if (this.#toScheduler.length > 0) {
      effects.push({ type: "tell-scheduler", messages: this.#toScheduler });
      this.#toScheduler = [];
    }
    if (this.#drops.length > 0) {
      const keys = this.#drops.filter((key) => !stored.has(key));
      if (keys.length > 0) effects.push({ type: "drop-values", keys });
      this.#drops = [];
    }
    for (const effect of this.#after) effects.push(effect);
    this.#after.length = 0;
    return effects;
  }
}

function askBack(executor: ExecutorRecord): WorkerEffect {
  const runIds: RunId[] = executor.asking.map((run) => run.runId);
  executor.asked.push(executor.asking);
  executor.asking = [];
  return { type: "take-back", executorId: executor.id, runIds };
}
