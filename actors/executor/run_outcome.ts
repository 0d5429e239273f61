/** How the end of a run is told to the worker. @module */
import { type ErrorHooks, wireErrorOf } from "../actor/error_data.ts";
import { isError } from "../base/errors.ts";
import { type Packed, packedBytes } from "../protocol/packed.ts";
import type { ExecutorToWorker } from "../protocol/worker_executor.ts";
import type { TaskRun } from "./task_run.ts";

/** Packs a result; throws `task/not-serializable` with the path to what cannot travel. */
export type ResultPacker = (value: unknown) => Packed;

/** The message about a task that returned. */
export function returned(run: TaskRun, value: unknown, valueType: string, pack: ResultPacker): ExecutorToWorker {
  const { runId, durationMs } = run;
  if (run.endReason !== undefined) return ended(run);
  try {
    const packed = pack(value);
    return { type: "finished", runId, value: packed, bytes: packedBytes(packed), valueType, durationMs };
  } catch (error) {
    // A result that cannot travel is none: running again gives the same.
    return { type: "failed", runId, error: wireErrorOf(error), durationMs, retriable: false };
  }
}

/** The message about a task that threw. */
export function threw(run: TaskRun, thrown: unknown, hooks: ErrorHooks = {}): ExecutorToWorker {
  const { runId, durationMs } = run;
  if (run.endReason !== undefined) return ended(run);
  // An actor cannot be called elsewhere.
  if (run.message.actor?.type !== "call" && isReschedule(thrown)) return { type: "rescheduled", runId };
  return { type: "failed", runId, error: wireErrorOf(thrown, hooks), durationMs, retriable: true };
}

function isReschedule(thrown: unknown): boolean {
  try {
    return isError(thrown) && thrown.name === "Reschedule";
  } catch {
    return false; // It has a getter that throws.
  }
}

function ended(run: TaskRun): ExecutorToWorker {
  const { runId, durationMs, endReason } = run;
  if (endReason?.type !== "timeout") return { type: "stopped", runId };
  return { type: "failed", runId, error: wireErrorOf(endReason.error), durationMs, retriable: true };
}
