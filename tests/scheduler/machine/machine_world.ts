/** A scheduler machine with hands: says things to it, keeps what it says, and validates after every step. */
import { assert } from "@std/assert";
import { DEFAULT_LIMITS, type Limits } from "../../../actors/base/limits.ts";
import type { ClientToScheduler, SchedulerToClient } from "../../../actors/protocol/client_scheduler.ts";
import type { PackedArg } from "../../../actors/protocol/packed.ts";
import type { DeathRecord, SubmitOptions } from "../../../actors/protocol/task.ts";
import type { RunMessage, SchedulerToWorker, WorkerToScheduler } from "../../../actors/protocol/worker_scheduler.ts";
import type { SchedulerEffect } from "../../../actors/scheduler/machine/effect.ts";
import type { SchedulerEvent } from "../../../actors/scheduler/machine/event.ts";
import { createSchedulerState, type SchedulerState } from "../../../actors/scheduler/machine/state.ts";
import { step } from "../../../actors/scheduler/machine/step.ts";
import { STATE_NAMES } from "../../../actors/scheduler/machine/transitions.ts";
import { validate } from "../../../actors/scheduler/machine/validate.ts";

export const OPTIONS: SubmitOptions = {
  priority: undefined,
  retries: 0,
  timeoutMs: undefined,
  noWorkerTimeoutMs: undefined,
  resources: undefined,
  workers: undefined,
  allowOtherWorkers: false,
};

export interface Submission {
  readonly fn?: string;
  readonly args?: readonly PackedArg[];
  readonly deps?: readonly string[];
  readonly options?: Partial<SubmitOptions>;
  readonly parent?: number;
}

export function death(worker: string, reason = "exited with code 7"): DeathRecord {
  return { worker, reason, exitCode: 7, signal: undefined, lastLines: ["bye"], lastRssBytes: 1 };
}

export class MachineWorld {
  readonly state: SchedulerState;
  nowMs = 1_000;
  /** Everything said so far, by peer. */
  readonly toClients: Map<string, SchedulerToClient[]> = new Map();
  readonly toWorkers: Map<string, SchedulerToWorker[]> = new Map();
  wakeAtMs = Infinity;
  effects: SchedulerEffect[] = [];

  constructor(limits: Partial<Limits> = {}) {
    this.state = createSchedulerState({
      address: "tcp://127.0.0.1:8786",
      dashboardUrl: undefined,
      limits: { ...DEFAULT_LIMITS, ...limits },
      noWorkerTimeoutMs: 300_000,
      heartbeatMs: 1_000,
      storyTimeOffsetMs: 1_000_000,
      makeError: (code, message) => ({ text: `${code}: ${message}`, value: undefined }),
    });
  }

  step(event: SchedulerEvent): SchedulerEffect[] {
    this.effects = step(this.state, event);
    validate(this.state);
    for (const effect of this.effects) {
      if (effect.type === "tell-client") push(this.toClients, effect.clientId, effect.messages);
      if (effect.type === "tell-worker") push(this.toWorkers, effect.workerId, effect.messages);
      if (effect.type === "wake") this.wakeAtMs = effect.atMs;
    }
    return this.effects;
  }

  client(clientId: string, ...messages: ClientToScheduler[]): void {
    this.step({ type: "client-said", atMs: this.nowMs, clientId, messages });
  }

  worker(workerId: string, ...messages: WorkerToScheduler[]): void {
    this.step({ type: "worker-said", atMs: this.nowMs, workerId, messages });
  }

  addClient(clientId = "c1", graceMs = 0): void {
    this.client(
      clientId,
      { type: "register-client", clientId, name: clientId, graceMs },
      { type: "define-function", hash: "f", name: "f", code: null },
    );
  }

  addWorker(workerId = "w1", threads = 1, resources: Record<string, number> = {}): void {
    const name = `name-${workerId}`;
    const registration = { workerId, name, threads, memoryLimitBytes: undefined, resources, hasNanny: false };
    this.worker(workerId, { type: "register-worker", ...registration });
  }

  dropWorker(workerId: string, blame = true): void {
    this.step({ type: "worker-left", atMs: this.nowMs, workerId, blame, death: death(workerId) });
  }

  /** Time passes; `woken` comes whenever it was asked for. */
  advance(ms: number): void {
    const end = this.nowMs + ms;
    while (this.wakeAtMs <= end) {
      this.nowMs = Math.max(this.nowMs, this.wakeAtMs);
      this.wakeAtMs = Infinity;
      this.step({ type: "woken", atMs: this.nowMs });
    }
    this.nowMs = end;
  }

  submit(key: string, how: Submission = {}, clientId = "c1"): void {
    this.client(clientId, submission(key, how));
  }

  finish(run: RunMessage | undefined, workerId = "w1", bytes = 10, durationMs = 100): void {
    assert(run !== undefined, "there is such a run");
    this.worker(workerId, finished(run.runId, bytes, durationMs));
  }

  /** All runs that a worker was sent. */
  runs(workerId = "w1"): RunMessage[] {
    return (this.toWorkers.get(workerId) ?? []).filter((m) => m.type === "run");
  }

  /** The last run of a key that a worker was sent. */
  run(key: string, workerId = "w1"): RunMessage {
    const run = this.runs(workerId).findLast((run) => run.key === key);
    assert(run !== undefined, `worker ${workerId} was sent a run of ${key}`);
    return run;
  }

  /** What a client was told of a key, in order. */
  told(key: string, clientId = "c1"): string[] {
    const messages = this.toClients.get(clientId) ?? [];
    return messages.flatMap((m) => "key" in m && m.key === key ? [m.type] : []);
  }

  last(clientId = "c1"): SchedulerToClient | undefined {
    return this.toClients.get(clientId)?.at(-1);
  }

  stateOf(key: string): string {
    const task = this.state.tasks.get(key);
    return task === undefined ? "unknown" : STATE_NAMES[task.state]!;
  }

  /** Keys that a worker was told to free, in order. */
  freed(workerId = "w1"): string[] {
    return (this.toWorkers.get(workerId) ?? []).flatMap((m) => m.type === "free" ? m.keys : []);
  }

  /** How many times a worker was told this. */
  count(workerId: string, type: SchedulerToWorker["type"]): number {
    return (this.toWorkers.get(workerId) ?? []).filter((m) => m.type === type).length;
  }
}

export function submission(key: string, how: Submission = {}): ClientToScheduler {
  const deps = how.deps ?? [];
  return {
    type: "submit",
    key,
    fn: how.fn ?? "f",
    args: how.args ?? deps.map((_, index) => [index] as const),
    deps,
    options: how.options === undefined ? undefined : { ...OPTIONS, ...how.options },
    parent: how.parent,
  };
}

export function finished(runId: number, bytes = 10, durationMs = 100): WorkerToScheduler {
  return { type: "finished", runId, bytes, valueType: "number", durationMs, hasValue: true, value: runId };
}

export function failed(runId: number, text = "Error: boom", retriable = true): WorkerToScheduler {
  return { type: "failed", runId, error: { text, value: undefined }, durationMs: 1, retriable };
}

function push<T>(map: Map<string, T[]>, id: string, messages: readonly T[]): void {
  const list = map.get(id) ?? [];
  list.push(...messages);
  map.set(id, list);
}
