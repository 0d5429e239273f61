/** Who runs what: idle executors first, tiny runs in advance, and relief for those behind a long one. @module */
import type { Packed } from "../../protocol/packed.ts";
import type { ExecutorRecord } from "./executor_record.ts";
import { tellFunction } from "./functions.ts";
import type { RunRecord, TakeBackCause } from "./run_record.ts";
import { attachRun, vacateSlot } from "./slots.ts";
import type { WorkerState } from "./state.ts";
import { enterPhase } from "./transitions.ts";
import { releaseInputs } from "./values.ts";

/** What a run costs at least, in milliseconds, however short its function: it is carried and entered. */
const RUN_COST_MS_MIN = 0.005;

/** Filled in by the shell. */
const NO_INPUTS: readonly Packed[] = [];

/** Hands out ready runs, first things first, as long as there is an executor for the first of them. */
export function handOut(state: WorkerState): void {
  if (state.isStopping) return;
  for (let run = state.ready.peek(); run !== undefined; run = state.ready.peek()) {
    // Short of memory, one run at a time: what holds the memory may be none of ours, and waiting would never end.
    if (state.isPaused && state.activeCount > 0 && !run.message.isAside) return;
    const executor = state.idle.at(-1) ?? (run.message.isAside ? leastBusy(state) : pipelineFor(state, run));
    if (executor === undefined) return;
    state.ready.pop();
    assignRun(state, executor, run);
  }
}

/**
 * The busy executor with the least work, if a run may wait there: its function is known to be short, what is in hand
 * there stays little, and the executor is getting on.
 */
function pipelineFor(state: WorkerState, run: RunRecord): ExecutorRecord | undefined {
  const { prefetchMax, prefetchTargetMs } = state.options.limits;
  const meanMs = run.fn.meanMs;
  if (meanMs < 0 || meanMs > prefetchTargetMs / 2) return undefined;
  const loadMsMax = prefetchTargetMs - Math.max(meanMs, RUN_COST_MS_MIN);
  let best: ExecutorRecord | undefined;
  for (const executor of state.crew) {
    if (executor.phase !== "taking" || executor.activeCount > prefetchMax) continue;
    if (executor.loadMs > loadMsMax || isStuck(state, executor)) continue;
    if (best === undefined || executor.loadMs < best.loadMs) best = executor;
  }
  return best;
}

/** The executor with the least to do, for what runs beside it. */
function leastBusy(state: WorkerState): ExecutorRecord | undefined {
  let best: ExecutorRecord | undefined;
  for (const executor of state.crew) {
    if (executor.phase !== "taking") continue;
    if (best === undefined || executor.activeCount < best.activeCount) best = executor;
  }
  return best;
}

/** Whether the current run has taken so long that nothing should wait behind it. */
function isStuck(state: WorkerState, executor: ExecutorRecord): boolean {
  return executor.activeCount > 0 && state.nowMs - executor.busySinceMs > state.options.limits.prefetchTargetMs;
}

/** Hands a run to an executor. */
export function assignRun(state: WorkerState, executor: ExecutorRecord, run: RunRecord): void {
  const message = run.message;
  enterPhase(run, "assigned");
  run.assignedMs = state.nowMs;
  run.estimateMs = run.fn.meanMs < 0 ? state.options.limits.prefetchTargetMs : Math.max(run.fn.meanMs, RUN_COST_MS_MIN);
  if (message.deps.length > 0) releaseInputs(state, run);
  attachRun(state, executor, run);
  // It takes nobody's turn.
  if (message.isAside) vacateSlot(state, executor, run);
  tellFunction(state, executor, run.fn);
  state.outbox.tellExecutor(executor, {
    type: "execute",
    runId: message.runId,
    cell: 0,
    key: message.key,
    fn: message.fn,
    args: message.args,
    deps: message.deps,
    inputs: NO_INPUTS,
    user: message.user,
    depth: message.depth,
    order: message.order,
    attempt: message.attempt,
    clientId: message.clientId,
    announce: message.announce,
    timeoutMs: message.timeoutMs,
    ...(message.isAside && { isAside: true }),
    ...(message.actor !== undefined && { actor: message.actor }),
  });
}

/** Asks an executor to give a run back; a stronger cause takes the place of a weaker one. */
export function askBack(state: WorkerState, executor: ExecutorRecord, run: RunRecord, cause: TakeBackCause): void {
  if (run.askedFor === "none") state.outbox.takeBack(executor, run);
  if (run.askedFor === "none" || cause !== "balance") run.askedFor = cause;
}

/** Sees to it that somebody looks again while an executor idles beside one with waiting runs. */
export function watchBalance(state: WorkerState): void {
  if (state.balanceAtMs !== Infinity || !hasRelief(state) || !state.crew.some(hasWaiting)) return;
  state.balanceAtMs = state.nowMs + state.options.limits.prefetchTargetMs;
}

/** Asks executors behind whose long run others wait to give those back: an idle one gets them. */
export function balance(state: WorkerState): void {
  state.balanceAtMs = Infinity;
  if (!hasRelief(state)) return;
  for (const executor of state.crew) {
    if (!hasWaiting(executor) || state.nowMs - executor.busySinceMs < state.options.limits.prefetchTargetMs) continue;
    for (const run of executor.runs) if (isWaiting(run)) askBack(state, executor, run, "balance");
  }
}

/** Whether an executor idles and nothing else is there for it. */
function hasRelief(state: WorkerState): boolean {
  return state.idle.length > 0 && state.ready.size === 0 && !state.isPaused && !state.isStopping;
}

function hasWaiting(executor: ExecutorRecord): boolean {
  if (executor.activeCount < 2 || executor.phase !== "taking") return false;
  for (const run of executor.runs) if (isWaiting(run)) return true;
  return false;
}

function isWaiting(run: RunRecord): boolean {
  return run.phase === "assigned" && run.askedFor === "none";
}
