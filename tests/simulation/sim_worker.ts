import type { RunMessage, SchedulerToWorker, WorkerToScheduler } from "../../actors/protocol/worker_scheduler.ts";
import type { SchedulerWorld } from "./scheduler_world.ts";

/** A run in a simulated worker's hand. */
interface SimRun {
  readonly message: RunMessage;
  hasBegun: boolean;
  isSuspended: boolean;
  isCancelled: boolean;
  inputs: readonly string[];
}

/** A worker that runs, fails, loses and returns what it is sent, as the seed will have it. */
export class SimWorker {
  readonly id: string;
  readonly name: string;
  readonly threads: number;
  readonly inbox: SchedulerToWorker[] = [];
  readonly outbox: WorkerToScheduler[] = [];
  readonly inHand: Map<number, SimRun> = new Map();
  readonly store: Map<string, string> = new Map();
  /** Functions that it was ever told, and those of them that it lacks. */
  readonly #functions: Set<string> = new Set();
  readonly #forgotten: Set<string> = new Set();
  readonly #world: SchedulerWorld;
  readonly #hasNanny: boolean;
  #isPaused = false;

  constructor(world: SchedulerWorld, id: string, name: string, threads: number, hasNanny: boolean) {
    this.#hasNanny = hasNanny;
    this.#world = world;
    this.id = id;
    this.name = name;
    this.threads = threads;
    const registration = { workerId: id, name, threads, memoryLimitBytes: undefined, resources: { gpu: 2 } };
    this.outbox.push({ type: "register-worker", ...registration, hasNanny });
  }

  hear(): void {
    const count = 1 + this.#world.below(this.inbox.length);
    for (const message of this.inbox.splice(0, count)) this.#take(message);
  }

  #take(m: SchedulerToWorker): void {
    if (m.type === "define-function") this.#defined(m.hash);
    else if (m.type === "run") this.#takeRun(m);
    else if (m.type === "free") { for (const key of m.keys) this.store.delete(key); }
    else if (m.type === "take-back") this.#giveBack(m.runIds);
    else if (m.type === "cancel-run") this.#cancel(m.runId);
    else if (m.type === "replicate") m.keys.forEach((key, index) => this.#copy(key, m.holders[index]!));
    else if (m.type === "restart-worker") this.#restart();
    else if (m.type === "stop-worker") this.#leave();
  }

  #defined(hash: string): void {
    this.#functions.add(hash);
    this.#forgotten.delete(hash);
  }

  #takeRun(message: RunMessage): void {
    if (!this.#functions.has(message.fn)) throw new Error(`Worker ${this.id} was never told ${message.fn}`);
    if (this.#forgotten.has(message.fn) || this.#world.below(100) === 0) return this.#lackFunction(message);
    const state = { hasBegun: false, isSuspended: false, isCancelled: false };
    this.inHand.set(message.runId, { message, ...state, inputs: [] });
  }

  /** It has forgotten the function: the next run must come with it again. */
  #lackFunction({ runId, fn }: RunMessage): void {
    this.#forgotten.add(fn);
    this.outbox.push({ type: "missing-functions", runId, hashes: [fn] });
  }

  #giveBack(runIds: readonly number[]): void {
    const back = runIds.filter((id) => this.inHand.get(id)?.hasBegun === false);
    for (const id of back) this.#end(id);
    if (back.length > 0) this.outbox.push({ type: "returned", runIds: back });
  }

  #cancel(id: number): void {
    const run = this.inHand.get(id);
    if (run === undefined) return;
    run.isCancelled = true;
    if (run.hasBegun) return;
    this.#end(id);
    this.outbox.push({ type: "stopped", runId: id });
  }

  #end(id: number): void {
    this.inHand.delete(id);
    if (this.#world.endedRuns.has(id)) throw new Error(`Run ${id} ends twice`);
    this.#world.endedRuns.add(id);
  }

  put(key: string, value: string): void {
    this.store.set(key, value);
    this.outbox.push({ type: "stored", key, bytes: 8, valueType: "string" });
  }

  #copy(key: string, holders: readonly string[]): void {
    const asked = new Set<string>();
    if (this.store.has(key) || this.#fetch(key, holders, asked) !== undefined) return;
    this.outbox.push({ type: "copy-failed", keys: [key], from: [...asked] });
  }

  /** Its executors begin anew; under a nanny its process ends, and another takes its place. */
  #restart(): void {
    if (this.#hasNanny) return this.#world.replaceWorker(this);
    for (const runId of [...this.inHand.keys()]) {
      this.#end(runId);
      this.outbox.push({ type: "stopped", runId });
    }
    this.outbox.push({ type: "restarted" });
  }

  /** It was retired. (When no other is left, that ends what waits here for tasks that nobody could run.) */
  #leave(): void {
    this.outbox.push({ type: "leaving", reason: "retired" });
    this.#world.retireWorker(this);
  }

  /** Goes on with some run. */
  work(): void {
    const run = this.#world.pick([...this.inHand.values()]);
    if (run === undefined) return;
    const running = [...this.inHand.values()].filter((run) => run.hasBegun && !run.isSuspended).length;
    if (!run.hasBegun) {
      if (running < this.threads) this.#begin(run);
    } else if (run.isSuspended) {
      run.isSuspended = false;
      this.outbox.push({ type: "resumed", runId: run.message.runId });
    } else if (this.#world.isHostile && this.#world.chance(0.1)) {
      run.isSuspended = true;
      this.outbox.push({ type: "suspended", runId: run.message.runId });
    } else {
      this.#finish(run);
    }
  }

  #begin(run: SimRun): void {
    const { message } = run;
    const inputs: string[] = [];
    const missing: string[] = [];
    const asked = new Set<string>();
    message.deps.forEach((key, index) => {
      const value = this.store.get(key) ?? this.#fetch(key, message.holders[index]!, asked);
      if (value === undefined) missing.push(key);
      else inputs.push(value);
    });
    if (missing.length > 0) {
      this.#end(message.runId);
      this.outbox.push({ type: "missing-inputs", runId: message.runId, keys: missing, from: [...asked] });
      return;
    }
    run.inputs = inputs;
    run.hasBegun = true;
    if (message.announce) this.outbox.push({ type: "started", runIds: [message.runId] });
  }

  #fetch(key: string, holders: readonly string[], asked: Set<string>): string | undefined {
    for (const id of holders) {
      const value = this.#world.workers.get(id)?.store.get(key);
      const isReached = !this.#world.isHostile || !this.#world.chance(0.05);
      if (value === undefined || !isReached) {
        asked.add(id);
        continue;
      }
      this.put(key, value);
      return value;
    }
    return undefined;
  }

  #finish(run: SimRun): void {
    const { runId, key, attempt } = run.message;
    const plan = this.#world.plan(key)!;
    this.#end(runId);
    if (run.isCancelled) {
      this.outbox.push({ type: "stopped", runId });
    } else if (plan.kills && this.#world.isHostile) {
      this.outbox.push({ type: "died", runId, started: true, death: this.#death() });
    } else if (plan.throws >= attempt) {
      const error = { text: `Error: ${key}`, value: undefined };
      this.outbox.push({ type: "failed", runId, error, durationMs: 1, retriable: true });
    } else {
      const value = `${key}(${run.inputs.join(",")})`;
      this.store.set(key, value);
      const durationMs = this.#world.chance(0.8) ? 0.1 : 10;
      // Some results are worth waiting for at the worker that has them.
      const bytes = this.#world.chance(0.2) ? 20_000_000 : 8;
      this.outbox.push({ type: "finished", runId, bytes, valueType: "string", durationMs, hasValue: true, value });
    }
  }

  #death() {
    const none = { exitCode: undefined, signal: undefined, lastRssBytes: undefined };
    return { worker: this.id, reason: "ran out of memory", lastLines: [], ...none };
  }

  /** What workers should not do, but do. */
  misbehave(): void {
    const world = this.#world;
    const run = world.pick([...this.inHand.values()]);
    const kind = world.below(6);
    if (kind === 0) {
      // About a run of another worker, or one that ended. (What ended here may not be known there yet.)
      const runId = world.below(world.state.nextRunId);
      if (world.state.runs.get(runId)?.worker.id !== this.id) this.outbox.push({ type: "finished", runId, ...STALE });
    } else if (kind === 1 && run !== undefined) {
      this.#end(run.message.runId);
      this.outbox.push({ type: "rescheduled", runId: run.message.runId });
    } else if (kind === 2 && run !== undefined) {
      this.#end(run.message.runId);
      const { runId } = run.message;
      this.outbox.push({ type: "died", runId, started: run.hasBegun, death: this.#death() });
    } else if (kind === 3) {
      this.outbox.push({ type: "returned", runIds: [world.below(50) + 100_000] });
    } else if (kind === 4 && run !== undefined && world.chance(0.2)) {
      // It forgets a run: the watchdog must find out.
      this.#end(run.message.runId);
    } else if (kind === 5) {
      this.#isPaused = !this.#isPaused;
      this.outbox.push({ type: "paused", isPaused: this.#isPaused });
    }
  }

  beat(): void {
    this.outbox.push({ type: "heartbeat", runIds: [...this.inHand.keys()], rssBytes: 1, storedBytes: 1 });
  }
}

const STALE = { bytes: 1, valueType: "string", durationMs: 1, hasValue: true, value: "stale" } as const;
