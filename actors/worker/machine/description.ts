/** All that a worker knows, as plain data for people: for a dump that is looked at later. @module */
import type { WorkerState } from "./state.ts";

/** Describes the whole state. Values and code are left out: only their sizes and names are told. */
export function describeWorkerState(state: WorkerState): unknown {
  const { workerId, name, threads, memoryLimitBytes, resources, hasNanny } = state.options;
  const { nowMs, isStopping, isPaused, rssBytes, storedBytes, activeCount, heartbeatMs } = state;
  return {
    ...{ workerId, name, threads, memoryLimitBytes, resources, hasNanny },
    ...{ nowMs, isStopping, isPaused, rssBytes, storedBytes, activeCount, heartbeatMs },
    runs: Array.from(state.runs.values(), (run) => ({
      runId: run.runId,
      key: run.key,
      function: run.fn.name,
      phase: run.phase,
      executorId: run.executorId,
      isActive: run.isActive,
      missingInputs: run.missingCount,
      startedMs: run.startedMs,
      askedFor: run.askedFor,
    })),
    executors: Array.from(state.executors.values(), ({ id, phase, runs, loadMs, isForActors }) => ({
      ...{ id, phase, loadMs, isForActors },
      runs: Array.from(runs, (run) => run.runId),
    })),
    actors: Array.from(state.homes.values(), ({ key, executor, isMade, isEnding, lines }) => ({
      ...{ key, executorId: executor.id, isMade, isEnding },
      waiting: [...lines.values()].flat().length,
    })),
    values: Array.from(state.values.values(), ({ key, bytes, valueType, isFreed }) => ({
      ...{ key, bytes, valueType, isFreed },
    })),
    inputs: Array.from(state.inputs.values(), ({ key, phase, peerId, holders, asked, isReplica }) => ({
      ...{ key, phase, peerId, holders, asked, isReplica },
    })),
  };
}
