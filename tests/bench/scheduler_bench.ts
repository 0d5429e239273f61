/**
 * The scheduler machine alone: tasks per second through submit, run, finish, release, for several cluster sizes, and the
 * bytes that one held task takes. Run: `deno run -A --v8-flags=--expose-gc tests/bench/scheduler_bench.ts`.
 */
import { printFigures } from "./figure.ts";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import type { ClientToScheduler } from "../../actors/protocol/client_scheduler.ts";
import type { WorkerToScheduler } from "../../actors/protocol/worker_scheduler.ts";
import type { SchedulerEffect } from "../../actors/scheduler/machine/effect.ts";
import { createSchedulerState, type SchedulerState } from "../../actors/scheduler/machine/state.ts";
import { step } from "../../actors/scheduler/machine/step.ts";

const BATCH = 1_000;

function makeState(): SchedulerState {
  return createSchedulerState({
    address: "bench",
    dashboardUrl: undefined,
    limits: DEFAULT_LIMITS,
    noWorkerTimeoutMs: 300_000,
    heartbeatMs: 1_000,
    storyTimeOffsetMs: 0,
    makeError: (_, text) => ({ text, value: undefined }),
  });
}

/** A cluster whose workers finish at once all that they are sent. */
class BenchCluster {
  readonly state = makeState();
  #nowMs = 0;
  readonly #inbox: Map<string, WorkerToScheduler[]> = new Map();
  finished = 0;

  constructor(workers: number, threads: number) {
    this.client([
      { type: "register-client", clientId: "c", name: "c", graceMs: 0 },
      { type: "define-function", hash: "f", name: "f", code: null },
    ]);
    for (let i = 0; i < workers; i++) {
      const workerId = `tcp://10.0.0.${i}:4000/worker`;
      const registration = { workerId, name: `${i}`, threads, memoryLimitBytes: undefined, resources: {} };
      const message = { type: "register-worker", ...registration, hasNanny: false } as const;
      this.take(step(this.state, { type: "worker-said", atMs: this.#nowMs, workerId, messages: [message] }));
    }
  }

  client(messages: ClientToScheduler[]): void {
    this.take(step(this.state, { type: "client-said", atMs: this.#nowMs, clientId: "c", messages }));
  }

  take(effects: SchedulerEffect[]): void {
    for (const effect of effects) {
      if (effect.type !== "tell-worker") continue;
      let list = this.#inbox.get(effect.workerId);
      if (list === undefined) this.#inbox.set(effect.workerId, list = []);
      for (const m of effect.messages) {
        if (m.type !== "run") continue;
        list.push({
          type: "finished",
          runId: m.runId,
          bytes: 16,
          valueType: "number",
          durationMs: 0.01,
          hasValue: true,
          value: 1,
        });
      }
    }
  }

  work(): void {
    while (this.#inbox.size > 0) {
      for (const [workerId, messages] of [...this.#inbox]) {
        this.#inbox.delete(workerId);
        if (messages.length === 0) continue;
        this.finished += messages.length;
        this.#nowMs += 0.01;
        this.take(step(this.state, { type: "worker-said", atMs: this.#nowMs, workerId, messages }));
      }
    }
  }
}

function submits(from: number, count: number): ClientToScheduler[] {
  const messages: ClientToScheduler[] = [];
  for (let i = from; i < from + count; i++) {
    const key = `inc-${i.toString(16)}`;
    messages.push({ type: "submit", key, fn: "f", args: [i], deps: [], options: undefined, parent: undefined });
  }
  return messages;
}

/** Batches of independent tasks, released when finished. */
function benchRate(workers: number, tasks: number): number {
  const cluster = new BenchCluster(workers, 2);
  const startMs = performance.now();
  for (let from = 0; from < tasks; from += BATCH) {
    const messages = submits(from, BATCH);
    cluster.client(messages);
    cluster.work();
    const keys = messages.map((m) => m.type === "submit" ? m.key : "");
    cluster.client([{ type: "release", keys }]);
  }
  const seconds = (performance.now() - startMs) / 1_000;
  if (cluster.finished !== tasks || cluster.state.tasks.size !== 0) throw new Error("The bench lost tasks");
  return tasks / seconds;
}

/** All tasks at once, held until the end. */
function benchHeld(tasks: number): { bytes: number; rate: number } {
  const cluster = new BenchCluster(2, 2);
  (globalThis as { gc?: () => void }).gc?.();
  const before = Deno.memoryUsage();
  const startMs = performance.now();
  for (let from = 0; from < tasks; from += BATCH) cluster.client(submits(from, BATCH));
  cluster.work();
  const rate = tasks / ((performance.now() - startMs) / 1_000);
  (globalThis as { gc?: () => void }).gc?.();
  const after = Deno.memoryUsage();
  if (cluster.state.tasks.size !== tasks) throw new Error("The bench lost tasks");
  return { bytes: (after.heapUsed + after.external - before.heapUsed - before.external) / tasks, rate };
}

if (import.meta.main) {
  const isQuick = Deno.args.includes("--quick");
  const tasks = isQuick ? 20_000 : 300_000;
  // Twice: V8 has seen each number of workers when it counts.
  for (const workers of [2, 1_000]) benchRate(workers, isQuick ? 10_000 : 100_000);
  const byWorkers = [1, 10, 100, 1_000].map((workers) => [workers, benchRate(workers, tasks)] as const);
  const rates = Array.from({ length: isQuick ? 3 : 30 }, () => benchHeld(10_000).rate).sort((a, b) => a - b);
  const held = benchHeld(isQuick ? 20_000 : 1_000_000);
  const note = byWorkers.map(([workers, rate]) => `${workers} workers: ${Math.round(rate)}`).join(", ") +
    `; 10,000 held: ${Math.round(rates[Math.floor(rates.length / 2)]!)}, a million: ${
      Math.round(held.rate)
    } tasks/s, ` +
    `${Math.round(held.bytes)} bytes each`;
  const one = byWorkers[0]![1];
  const thousand = byWorkers[3]![1];
  const broken = thousand * 2 <= one ? { broken: `cost per task grows ${(one / thousand).toFixed(1)}x` } : {};
  printFigures({ scheduler_machine: { value: one, note, ...broken } });
}
