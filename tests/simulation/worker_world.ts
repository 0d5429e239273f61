/** A small world around one worker machine: a scheduler, executors and peers that behave at random, some of them badly. */
import { assert, assertEquals } from "@std/assert";
import { unreachable } from "../../actors/base/assert.ts";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import { type Random, seededRandom } from "../../actors/base/random.ts";
import type { DeathRecord } from "../../actors/protocol/task.ts";
import type { ExecutorToWorker, WorkerToExecutor } from "../../actors/protocol/worker_executor.ts";
import type { RunMessage, SchedulerToWorker, WorkerToScheduler } from "../../actors/protocol/worker_scheduler.ts";
import type { WorkerEffect } from "../../actors/worker/machine/effect.ts";
import type { WorkerEvent } from "../../actors/worker/machine/event.ts";
import { wantsFetched } from "../../actors/worker/machine/fetching.ts";
import { wantsResult } from "../../actors/worker/machine/reports.ts";
import { createWorkerState, type WorkerState } from "../../actors/worker/machine/state.ts";
import { begin, step } from "../../actors/worker/machine/step.ts";
import { validate } from "../../actors/worker/machine/validate.ts";
import { SimExecutor } from "./sim_executor.ts";

const FUNCTIONS = ["tiny", "short", "long"];
const PEERS = ["w2", "w3", "w4"];
const KEY_COUNT = 12;

/** One seeded world. */
export class WorkerWorld {
  readonly #random: Random;
  readonly #state: WorkerState;
  readonly #executors: Map<string, SimExecutor> = new Map();
  readonly #dead: SimExecutor[] = [];
  readonly #fetches: Map<number, readonly string[]> = new Map();
  /** What the shell's store holds: the generation of each key. */
  readonly #store: Map<string, number> = new Map();
  /** Goes up with each `free`: what is made under the key later is another thing. */
  readonly #generations: Map<string, number> = new Map();
  /** Runs that have had no end, with the generation of each input when they were sent. */
  readonly #open: Map<number, { readonly message: RunMessage; readonly generations: readonly number[] }> = new Map();
  readonly #answers: WorkerEvent[] = [];
  readonly #gone: Set<string> = new Set();
  #nowMs = 0;
  #wakeAtMs = Infinity;
  #lastRunId = 0;
  #isHealing = false;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    const limits = { ...DEFAULT_LIMITS, cancelGraceMs: 20, prefetchMax: this.#pick([0, 2, 256]) };
    this.#state = createWorkerState({
      workerId: "w1",
      name: "w1",
      threads: this.#pick([1, 2, 3]),
      memoryLimitBytes: 1000,
      resources: {},
      hasNanny: false,
      limits,
      makeError: (code, message) => ({ text: `${code}: ${message}`, value: undefined }),
    });
    this.#apply(begin(this.#state));
    const functions = FUNCTIONS.map((hash) => ({ type: "define-function", hash, name: hash, code: null }) as const);
    this.#say({ type: "welcome-worker", heartbeatMs: 1000 }, ...functions);
  }

  /** Random events, bad ones among them. */
  disturb(turns: number): void {
    for (let turn = 0; turn < turns; turn++) {
      this.#turn();
      if (this.#chance(0.3)) this.#pass(this.#random.next() * this.#pick([1, 10, 300]));
    }
  }

  /** No more faults: everything in hand must come to its end, and nothing may be left. */
  heal(): void {
    this.#isHealing = true;
    this.#event({ type: "memory-measured", atMs: this.#nowMs, rssBytes: 10 });
    for (let round = 0; round < 2000 && !this.#isAtRest(); round++) {
      for (const executor of [...this.#executors.values()]) this.#progress(executor);
      for (const fetchId of [...this.#fetches.keys()]) this.#answerFetch(fetchId);
      this.#pass(5);
    }
    assertEquals([...this.#open.keys()], [], "runs without an end");
    const keys = [...this.#state.values.keys(), ...this.#state.inputs.keys()];
    this.#say({ type: "free", keys });
    for (const fetchId of [...this.#fetches.keys()]) this.#answerFetch(fetchId);
    const { runs, values, storedBytes, inputs, peers, alarms, activeCount } = this.#state;
    const left = [runs.size, values.size, storedBytes, inputs.size, peers.size, alarms.size, activeCount];
    assertEquals(left, [0, 0, 0, 0, 0, 0, 0], "something is left");
    assertEquals(this.#store.size, 0, "the store is empty");
  }

  #isAtRest(): boolean {
    return this.#open.size === 0 && this.#fetches.size === 0 && this.#state.runs.size === 0;
  }

  #turn(): void {
    const executor = this.#pick([...this.#executors.values(), undefined]);
    const runId = this.#pick([...this.#open.keys(), this.#lastRunId + 5]);
    const kind = this.#random.next();
    if (kind < 0.25) this.#submit();
    else if (kind < 0.6) { if (executor !== undefined) this.#progress(executor); }
    else if (kind < 0.7) { if (this.#fetches.size > 0) this.#answerFetch(this.#pick([...this.#fetches.keys()])); }
    else if (kind < 0.74) this.#say({ type: "take-back", runIds: [runId, this.#pick([...this.#open.keys(), 0])] });
    else if (kind < 0.78) this.#say({ type: "cancel-run", runId, reason: "x", graceMs: this.#pick([0, 10, 100]) });
    else if (kind < 0.81) this.#free(this.#key());
    else if (kind < 0.84) this.#put(this.#key());
    else if (kind < 0.86) this.#say({ type: "replicate", keys: [this.#key()], holders: [this.#holders()] });
    else if (kind < 0.87) this.#loseWorker();
    else if (kind < 0.9) { if (executor !== undefined) this.#die(executor, "broke"); }
    else if (kind < 0.93) this.#sayStale();
    else if (kind < 0.95) this.#measure(this.#pick([10, 500, 850, 960]));
    else if (kind < 0.97) { if (executor !== undefined) executor.isStubborn = true; }
    else this.#pass(this.#random.next() * 30);
  }

  #submit(): void {
    const messages: RunMessage[] = [];
    for (let count = this.#pick([1, 1, 2, 8]); count > 0; count--) {
      const deps = Array.from({ length: this.#pick([0, 0, 1, 2]) }, () => this.#key());
      const runId = ++this.#lastRunId;
      const message: RunMessage = {
        type: "run",
        runId,
        key: this.#key(),
        fn: this.#pick(FUNCTIONS),
        args: [],
        deps,
        holders: deps.map(() => this.#holders()),
        attempt: 1,
        clientId: "c1",
        announce: this.#chance(0.3),
        timeoutMs: this.#chance(0.2) ? 40 : undefined,
        user: this.#pick([0, 0, 1]),
        depth: this.#pick([0, 0, 1]),
        order: runId,
      };
      this.#open.set(runId, { message, generations: deps.map((key) => this.#generation(key)) });
      messages.push(message);
    }
    this.#say(...messages);
  }

  #free(key: string): void {
    this.#generations.set(key, this.#generation(key) + 1);
    this.#say({ type: "free", keys: [key] });
  }

  #put(key: string): void {
    this.#store.set(key, this.#generation(key));
    this.#event({ type: "value-put", atMs: this.#nowMs, key, bytes: 7, valueType: "number" });
  }

  #loseWorker(): void {
    const workerId = this.#pick(PEERS);
    this.#gone.add(workerId);
    this.#say({ type: "worker-gone", workerId });
  }

  #measure(rssBytes: number): void {
    this.#event({ type: "memory-measured", atMs: this.#nowMs, rssBytes });
  }

  /** The dead say things that were under way, and the living things that are long over. */
  #sayStale(): void {
    const dead = this.#dead.at(-1);
    if (dead !== undefined) this.#deliver(dead, [...dead.outbox]);
    const alive = this.#pick([...this.#executors.values()]);
    const runId = this.#pick([1, this.#lastRunId + 3]);
    if (alive === undefined || alive.has(runId)) return;
    this.#deliver(alive, [{ type: "suspended", runId }, { type: "resumed", runId }, { type: "stopped", runId }]);
  }

  #progress(executor: SimExecutor): void {
    if (executor.isEnding) return this.#die(executor, "ended");
    if (!executor.isReady) {
      executor.isReady = true;
      return this.#event({ type: "executor-ready", atMs: this.#nowMs, executorId: executor.id });
    }
    executor.turn(this.#isHealing);
    if (!this.#isHealing && this.#chance(0.3)) return;
    this.#deliver(executor, executor.outbox.splice(0));
  }

  /** As the shell does: a wanted result goes into the store before the machine hears of it. */
  #deliver(executor: SimExecutor, messages: readonly ExecutorToWorker[]): void {
    for (const message of messages) {
      if (message.type === "finished" && wantsResult(this.#state, executor.id, message.runId)) {
        const { key } = this.#open.get(message.runId)!.message;
        this.#store.set(key, this.#generation(key));
      }
      this.#event({ type: "executor-said", atMs: this.#nowMs, executorId: executor.id, messages: [message] });
    }
  }

  #die(executor: SimExecutor, reason: string): void {
    this.#executors.delete(executor.id);
    this.#dead.push(executor);
    const startedRuns = executor.startedRuns();
    this.#event({
      type: "executor-died",
      atMs: this.#nowMs,
      executorId: executor.id,
      startedRuns,
      death: death(reason),
    });
  }

  #answerFetch(fetchId: number): void {
    const keys = this.#fetches.get(fetchId)!;
    this.#fetches.delete(fetchId);
    const reachable = this.#isHealing || this.#chance(0.8);
    const found: string[] = [];
    const missing: string[] = [];
    for (const key of reachable ? keys : []) {
      const kind = this.#random.next();
      if (kind < 0.7) found.push(key);
      else if (kind < 0.9) missing.push(key);
    }
    for (const key of found) {
      if (wantsFetched(this.#state, fetchId, key)) this.#store.set(key, this.#generation(key));
    }
    this.#event({
      type: "fetch-answered",
      atMs: this.#nowMs,
      fetchId,
      found: found.map((key) => ({ key, bytes: 3, valueType: "number" })),
      missing,
      reachable,
    });
  }

  #pass(ms: number): void {
    this.#nowMs += ms;
    if (this.#nowMs < this.#wakeAtMs) return;
    this.#wakeAtMs = Infinity;
    this.#event({ type: "woken", atMs: this.#nowMs });
  }

  #say(...messages: SchedulerToWorker[]): void {
    this.#event({ type: "scheduler-said", atMs: this.#nowMs, messages });
  }

  #event(event: WorkerEvent): void {
    this.#answers.push(event);
    for (let next = this.#answers.shift(); next !== undefined; next = this.#answers.shift()) {
      this.#apply(step(this.#state, next));
      validate(this.#state);
      this.#compareStores();
    }
  }

  #compareStores(): void {
    assertEquals(this.#store.size, this.#state.values.size, "the store holds what the machine thinks");
    for (const key of this.#store.keys()) assert(this.#state.values.has(key), `the machine knows ${key}`);
  }

  #apply(effects: readonly WorkerEffect[]): void {
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: WorkerEffect): void {
    switch (effect.type) {
      case "tell-scheduler":
        return effect.messages.forEach((message) => this.#hear(message));
      case "tell-executor":
        return effect.messages.forEach((message) => this.#send(this.#executors.get(effect.executorId), message));
      case "start-executor":
        return this.#start(effect.executorId);
      case "end-executor": {
        const executor = this.#executors.get(effect.executorId);
        assert(executor !== undefined && !executor.isEnding, "an executor is ended once, while it lives");
        executor.isEnding = true;
        return;
      }
      case "take-back":
        return this.#giveBack(effect.executorId, effect.runIds);
      case "fetch":
        assert(effect.from !== "w1", "nothing is fetched from itself");
        this.#fetches.set(effect.fetchId, effect.keys);
        return;
      case "drop-values":
        return effect.keys.forEach((key) => this.#store.delete(key));
      case "wake":
        assert(effect.atMs < this.#wakeAtMs, "a wake is asked for when it is earlier");
        this.#wakeAtMs = effect.atMs;
        return;
      case "log":
      case "restart":
      case "stop":
        return;
      default:
        return unreachable(effect);
    }
  }

  #start(id: string): void {
    const isStubborn = !this.#isHealing && this.#chance(0.1);
    this.#executors.set(id, new SimExecutor(id, isStubborn, this.#random));
  }

  #send(executor: SimExecutor | undefined, message: WorkerToExecutor): void {
    assert(executor !== undefined && executor.isReady && !executor.isEnding, "only the living are told something");
    executor.inbox.push(message);
    if (message.type !== "execute") return;
    const sent = this.#open.get(message.runId);
    assert(sent !== undefined, `run ${message.runId} is executed after its end`);
    for (const [i, key] of message.deps.entries()) {
      const generation = this.#store.get(key);
      assert(
        generation !== undefined && generation >= sent.generations[i]!,
        `run ${message.runId} has its input ${key}`,
      );
    }
    for (const other of this.#executors.values()) assert(!other.has(message.runId), "a run has one executor");
    executor.hold(message);
  }

  #giveBack(executorId: string, runIds: readonly number[]): void {
    const executor = this.#executors.get(executorId)!;
    assert(!executor.isEnding, "only the living are asked");
    const taken = executor.giveBack(runIds);
    this.#answers.push({ type: "runs-taken-back", atMs: this.#nowMs, executorId, runIds: taken });
  }

  #hear(message: WorkerToScheduler): void {
    switch (message.type) {
      case "finished":
      case "failed":
      case "rescheduled":
      case "stopped":
      case "died":
      case "missing-inputs":
      case "missing-functions":
        return this.#end(message.runId, message.type);
      case "returned":
        return message.runIds.forEach((runId) => this.#end(runId, message.type));
      case "started":
        return message.runIds.forEach((runId) => assert(this.#open.has(runId), `run ${runId} started after its end`));
      case "suspended":
      case "resumed":
        assert(this.#open.has(message.runId), `run ${message.runId} ${message.type} after its end`);
        return;
      case "heartbeat":
        assertEquals(message.runIds.toSorted(), [...this.#open.keys()].toSorted(), "heartbeat tells what is in hand");
        return;
      case "stored":
        assert(this.#store.has(message.key), `${message.key} is stored`);
        return;
      case "register-worker":
      case "printed":
      case "leaving":
      case "actor-ended":
      case "restarted":
      case "paused":
        return;
      case "copy-failed":
        for (const key of message.keys) assert(!this.#store.has(key), `${key} is there, but cannot be copied`);
        return;
      default:
        return unreachable(message);
    }
  }

  #end(runId: number, how: string): void {
    assert(this.#open.delete(runId), `run ${runId} has a second end: ${how}`);
  }

  #generation(key: string): number {
    return this.#generations.get(key) ?? 0;
  }

  #key(): string {
    return `k${Math.floor(this.#random.next() * KEY_COUNT)}`;
  }

  #holders(): string[] {
    return [...PEERS, "w1"].filter((id) => !this.#gone.has(id) && this.#chance(0.6));
  }

  #chance(part: number): boolean {
    return this.#random.next() < part;
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random.next() * items.length)]!;
  }
}

function death(reason: string): DeathRecord {
  return { worker: "w1", reason, exitCode: undefined, signal: undefined, lastLines: [], lastRssBytes: undefined };
}
