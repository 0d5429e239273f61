/** A worker machine on the test bench: events in short form, effects as lines of text, `validate` after every step. */
import { unreachable } from "../../../actors/base/assert.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../actors/base/limits.ts";
import type { DeathRecord } from "../../../actors/protocol/task.ts";
import type { ExecutorToWorker, WorkerToExecutor } from "../../../actors/protocol/worker_executor.ts";
import type { RunMessage, SchedulerToWorker, WorkerToScheduler } from "../../../actors/protocol/worker_scheduler.ts";
import type { WorkerEffect } from "../../../actors/worker/machine/effect.ts";
import type { WorkerEvent } from "../../../actors/worker/machine/event.ts";
import {
  createWorkerState,
  type WorkerMachineOptions,
  type WorkerState,
} from "../../../actors/worker/machine/state.ts";
import { begin, step } from "../../../actors/worker/machine/step.ts";
import { validate } from "../../../actors/worker/machine/validate.ts";

/** What a test may change of a {@linkcode Rig}. */
export interface RigOptions extends Partial<Omit<WorkerMachineOptions, "limits" | "makeError">> {
  readonly limits?: Partial<Limits>;
}

/** What a machine is made with in tests. */
export function workerOptions(options: RigOptions = {}): WorkerMachineOptions {
  return {
    workerId: "w1",
    name: "alice",
    threads: 1,
    memoryLimitBytes: undefined,
    resources: {},
    hasNanny: false,
    makeError: (code, message) => ({ text: `${code}: ${message}`, value: undefined }),
    ...options,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  };
}

/** One machine, its executors ready and functions `f` and `g` defined. */
export class Rig {
  readonly state: WorkerState;
  nowMs = 0;

  constructor(options: RigOptions = {}) {
    this.state = createWorkerState(workerOptions(options));
    begin(this.state);
    for (const executorId of [...this.state.executors.keys()]) {
      step(this.state, { type: "executor-ready", atMs: 0, executorId });
    }
    this.scheduler(define("f"), define("g"));
  }

  /** One step; gives its effects as lines, without wakes and logs. */
  step(event: WorkerEvent): string[] {
    return lines(this.effects(event)).filter((line) => !line.startsWith("wake ") && !line.startsWith("log "));
  }

  effects(event: WorkerEvent): WorkerEffect[] {
    this.nowMs = event.atMs;
    const effects = step(this.state, event);
    validate(this.state);
    return effects;
  }

  scheduler(...messages: SchedulerToWorker[]): string[] {
    return this.step({ type: "scheduler-said", atMs: this.nowMs, messages });
  }

  executor(number: number, ...messages: ExecutorToWorker[]): string[] {
    return this.step({ type: "executor-said", atMs: this.nowMs, executorId: `executor-${number}`, messages });
  }

  died(number: number, startedRuns: readonly number[], reason = "exited with code 7"): string[] {
    const executorId = `executor-${number}`;
    return this.step({ type: "executor-died", atMs: this.nowMs, executorId, startedRuns, death: death(reason) });
  }

  takenBack(number: number, ...runIds: number[]): string[] {
    return this.step({ type: "runs-taken-back", atMs: this.nowMs, executorId: `executor-${number}`, runIds });
  }

  fetched(fetchId: number, found: readonly string[], missing: readonly string[] = [], reachable = true): string[] {
    return this.step({
      type: "fetch-answered",
      atMs: this.nowMs,
      fetchId,
      found: found.map((key) => ({ key, bytes: 10, valueType: "number" })),
      missing,
      reachable,
    });
  }

  put(...keys: string[]): string[] {
    return keys.flatMap((key) =>
      this.step({ type: "value-put", atMs: this.nowMs, key, bytes: 10, valueType: "number" })
    );
  }

  woken(atMs: number): string[] {
    return this.step({ type: "woken", atMs });
  }

  /** Phase of a run; undefined when it is not in hand. */
  phase(runId: number): string | undefined {
    return this.state.runs.get(runId)?.phase;
  }
}

/** Defines a function called like its hash. */
export function define(hash: string, ...requires: string[]): SchedulerToWorker {
  return { type: "define-function", hash, name: hash, code: null, ...requires.length > 0 && { requires } };
}

/** A run of `f` with key `k<runId>`, changed by `changes`. */
export function run(runId: number, changes: Partial<RunMessage> = {}): RunMessage {
  return {
    type: "run",
    runId,
    key: `k${runId}`,
    fn: "f",
    args: [],
    deps: [],
    holders: [],
    attempt: 1,
    clientId: "c1",
    announce: false,
    timeoutMs: undefined,
    user: 0,
    depth: 0,
    order: runId,
    ...changes,
  };
}

/** What an executor says of a run that returned. */
export function finished(runId: number, durationMs = 0.01, bytes = 10): ExecutorToWorker {
  return { type: "finished", runId, value: 1, bytes, valueType: "number", durationMs };
}

/** The record of a death. */
export function death(reason: string): DeathRecord {
  return { worker: "w1", reason, exitCode: undefined, signal: undefined, lastLines: [], lastRssBytes: undefined };
}

/** Effects as text, one line per message. */
export function lines(effects: readonly WorkerEffect[]): string[] {
  return effects.flatMap(effectLines);
}

function effectLines(effect: WorkerEffect): string[] {
  switch (effect.type) {
    case "tell-scheduler":
      return effect.messages.map(schedulerLine);
    case "tell-executor":
      return effect.messages.map((message) => `${effect.executorId} < ${executorLine(message)}`);
    case "start-executor":
      return [`start ${effect.executorId}`];
    case "end-executor":
      return [`end ${effect.executorId}: ${effect.reason}`];
    case "take-back":
      return [`take-back ${effect.executorId} ${effect.runIds.join(" ")}`];
    case "fetch":
      return [`fetch ${effect.fetchId} ${effect.from} ${effect.keys.join(" ")}`];
    case "drop-values":
      return [`drop ${effect.keys.join(" ")}`];
    case "wake":
      return [`wake ${effect.atMs}`];
    case "log":
      return [`log ${effect.level}: ${effect.text}`];
    case "restart":
    case "stop":
      return [`${effect.type}: ${effect.reason}`];
    default:
      return unreachable(effect);
  }
}

function executorLine(message: WorkerToExecutor): string {
  switch (message.type) {
    case "define-function":
      return `define ${message.hash}`;
    case "execute":
      return `execute ${message.runId}`;
    case "cancel":
      return `cancel ${message.runId} ${message.reason}`;
    case "forget-functions":
      return `forget ${message.hashes.join(" ")}`;
    case "ping":
      return `ping ${message.pingId}`;
    case "end-actor":
      return `end-actor ${message.key}`;
    default:
      return unreachable(message);
  }
}

function schedulerLine(message: WorkerToScheduler): string {
  switch (message.type) {
    case "started":
    case "returned":
      return `> ${message.type} ${message.runIds.join(" ")}`;
    case "finished":
      return `> finished ${message.runId}${message.hasValue ? " with value" : ""}`;
    case "failed":
      return `> failed ${message.runId} ${message.error.text}`;
    case "died":
      return `> died ${message.runId} ${message.started ? "started" : "not started"}: ${message.death.reason}`;
    case "missing-inputs":
      return `> missing-inputs ${message.runId} ${message.keys.join(" ")} from ${message.from.join(" ")}`;
    case "missing-functions":
      return `> missing-functions ${message.runId} ${message.hashes.join(" ")}`;
    case "stored":
      return `> stored ${message.key}`;
    case "heartbeat":
      return `> heartbeat ${message.runIds.join(" ")} rss=${message.rssBytes} stored=${message.storedBytes}`;
    case "printed":
      return `> printed ${message.text}`;
    case "register-worker":
      return `> register-worker ${message.workerId} threads=${message.threads}`;
    case "actor-ended":
      return `> actor-ended ${message.key}${message.death === undefined ? "" : `: ${message.death.reason}`}`;
    case "leaving":
      return `> leaving ${message.reason}`;
    case "copy-failed":
      return `> copy-failed ${message.keys.join(" ")} from ${message.from.join(" ")}`;
    case "restarted":
      return `> restarted`;
    case "paused":
      return `> paused ${message.isPaused}`;
    case "suspended":
    case "resumed":
    case "rescheduled":
    case "stopped":
      return `> ${message.type} ${message.runId}`;
    default:
      return unreachable(message);
  }
}
