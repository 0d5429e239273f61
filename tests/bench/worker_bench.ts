/**
 * How many runs the worker machine alone takes through run, execute and finished:
 * `deno run -A tests/bench/worker_bench.ts`.
 */
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import type { ExecutorToWorker } from "../../actors/protocol/worker_executor.ts";
import type { RunMessage } from "../../actors/protocol/worker_scheduler.ts";
import type { WorkerEffect } from "../../actors/worker/machine/effect.ts";
import type { WorkerEvent } from "../../actors/worker/machine/event.ts";
import { createWorkerState, type WorkerState } from "../../actors/worker/machine/state.ts";
import { begin, step } from "../../actors/worker/machine/step.ts";

const RUN_COUNT = 50_000;
const ROUNDS = 3;

function runMessage(runId: number): RunMessage {
  return {
    type: "run",
    runId,
    key: `inc-${runId}`,
    fn: "f",
    args: [runId],
    deps: [],
    holders: [],
    user: 0,
    depth: 0,
    order: runId,
    attempt: 1,
    clientId: "c1",
    announce: false,
    timeoutMs: undefined,
  };
}

function readyState(threads: number): WorkerState {
  const state = createWorkerState({
    workerId: "w1",
    name: "w1",
    threads,
    memoryLimitBytes: undefined,
    resources: {},
    hasNanny: false,
    limits: DEFAULT_LIMITS,
    makeError: (code, message) => ({ text: `${code}: ${message}`, value: undefined }),
  });
  begin(state);
  for (const executorId of state.executors.keys()) step(state, { type: "executor-ready", atMs: 0, executorId });
  step(state, {
    type: "scheduler-said",
    atMs: 0,
    messages: [{ type: "define-function", hash: "f", name: "f", code: null }],
  });
  return state;
}

/** Answers each run handed out as finished, one batch per executor and step. */
function answers(effects: readonly WorkerEffect[], atMs: number): WorkerEvent[] {
  const events: WorkerEvent[] = [];
  for (const effect of effects) {
    if (effect.type !== "tell-executor") continue;
    const messages: ExecutorToWorker[] = [];
    for (const message of effect.messages) {
      if (message.type !== "execute") continue;
      const { runId } = message;
      messages.push({ type: "finished", runId, value: 1, bytes: 16, valueType: "number", durationMs: 0.005 });
    }
    if (messages.length > 0) {
      events.push({ type: "executor-said", atMs, executorId: effect.executorId, messages });
    }
  }
  return events;
}

/** Runs per second of the machine's steps alone; the world around it is not counted. */
function measure(threads: number, batchLength: number): number {
  const state = readyState(threads);
  let spentMs = 0;
  let finished = 0;
  const timed = (event: WorkerEvent): WorkerEffect[] => {
    const startMs = performance.now();
    const effects = step(state, event);
    spentMs += performance.now() - startMs;
    return effects;
  };
  for (let first = 1; first <= RUN_COUNT; first += batchLength) {
    const messages = Array.from({ length: batchLength }, (_, i) => runMessage(first + i));
    const queue = answers(timed({ type: "scheduler-said", atMs: first, messages }), first);
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
      if (event.type === "executor-said") finished += event.messages.length;
      queue.push(...answers(timed(event), first));
    }
    // As the scheduler does when nobody wants the results any more.
    timed({ type: "scheduler-said", atMs: first, messages: [{ type: "free", keys: messages.map(({ key }) => key) }] });
  }
  if (finished < RUN_COUNT) throw new Error(`Cannot measure: ${finished} of ${RUN_COUNT} runs finished`);
  return finished / spentMs * 1000;
}

for (const threads of [1, 2, 8]) {
  for (const batchLength of [1, 10, 500]) {
    const rates = Array.from({ length: ROUNDS }, () => measure(threads, batchLength)).toSorted((a, b) => a - b);
    const median = Math.round(rates[Math.floor(ROUNDS / 2)] ?? 0);
    // deno-lint-ignore no-console -- a script that prints its result
    console.log(`${threads} executors, ${batchLength} runs per batch: ${median.toLocaleString("en")} runs/s`);
  }
}
