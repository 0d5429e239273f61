/** A small world around the scheduler machine: clients and workers that do everything that may happen, by a seed. */
import { seededRandom } from "../../actors/base/random.ts";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import type { ClientToScheduler, SchedulerToClient } from "../../actors/protocol/client_scheduler.ts";
import type { SchedulerToWorker, WorkerToScheduler } from "../../actors/protocol/worker_scheduler.ts";
import type { SchedulerEvent } from "../../actors/scheduler/machine/event.ts";
import { createSchedulerState, type SchedulerState } from "../../actors/scheduler/machine/state.ts";
import { step } from "../../actors/scheduler/machine/step.ts";
import { validate } from "../../actors/scheduler/machine/validate.ts";
import { SimClient } from "./sim_client.ts";
import { SimWorker } from "./sim_worker.ts";

/** What a key of this world computes: always the same, so that every result can be checked. */
export interface TaskPlan {
  readonly key: string;
  readonly deps: readonly string[];
  /** How many attempts throw; Infinity for a task that always does. */
  readonly throws: number;
  /** The executor dies under it once begun. */
  readonly kills: boolean;
  readonly resources: Readonly<Record<string, number>> | undefined;
  readonly workers: readonly string[] | undefined;
}

const LIMITS = { ...DEFAULT_LIMITS, prefetchMax: 4 };

/** One seed's world. */
export class SchedulerWorld {
  readonly state: SchedulerState;
  readonly plans: TaskPlan[] = [];
  readonly clients: SimClient[] = [];
  /** Members, alive. */
  readonly workers: Map<string, SimWorker> = new Map();
  readonly #random: () => number;
  readonly endedRuns: Set<number> = new Set();
  readonly scattered: Set<string> = new Set();
  nowMs = 0;
  #wakeAtMs = Infinity;
  #born = 0;
  steps = 0;
  readonly #retired: SimWorker[] = [];
  readonly #restarted: SimWorker[] = [];
  /** Faults happen; false once the world heals. */
  isHostile = true;

  constructor(seed: number) {
    this.#random = seededRandom(seed).next;
    this.state = createSchedulerState({
      address: "sim",
      dashboardUrl: undefined,
      limits: LIMITS,
      noWorkerTimeoutMs: 500,
      heartbeatMs: 100,
      storyTimeOffsetMs: 0,
      makeError: (code, message) => ({ text: `${code}: ${message}`, value: undefined }),
    });
    for (let i = 0; i < 4 + this.below(20); i++) this.plans.push(this.#plan(i));
    for (let i = 0; i < 1 + this.below(3); i++) this.addClient();
    for (let i = 0; i < this.below(4); i++) this.addWorker();
  }

  /** A whole number from 0 up to, not including, `n`. */
  below(n: number): number {
    return Math.floor(this.#random() * n);
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
  }

  #plan(index: number): TaskPlan {
    const deps: string[] = [];
    for (let i = 0; i < Math.min(index, this.below(4)); i++) {
      const key = `k${this.below(index)}`;
      if (!deps.includes(key)) deps.push(key);
    }
    if (this.chance(0.15)) deps.push(`d${this.below(3)}`);
    const throws = this.chance(0.08) ? Infinity : this.chance(0.1) ? 1 + this.below(2) : 0;
    const resources = this.chance(0.1) ? { gpu: 1 } : undefined;
    const workers = this.chance(0.08) ? [this.chance(0.5) ? "even" : "odd"] : undefined;
    return { key: `k${index}`, deps, throws, kills: this.chance(0.03), resources, workers };
  }

  plan(key: string): TaskPlan | undefined {
    return this.plans.find((plan) => plan.key === key);
  }

  /** The right value of a key; undefined for one that always fails somewhere. */
  expected(key: string): string | undefined {
    const plan = this.plan(key);
    if (plan === undefined) return `scattered ${key}`;
    if (plan.throws === Infinity) return undefined;
    const inputs = plan.deps.map((dep) => this.expected(dep));
    return inputs.includes(undefined) ? undefined : `${key}(${inputs.join(",")})`;
  }

  addClient(): void {
    this.clients.push(new SimClient(this, `c${this.#born++}`));
  }

  addWorker(name?: string): void {
    const number = this.#born++;
    const alias = name ?? (number % 2 === 0 ? "even" : "odd");
    const worker = new SimWorker(this, `sim://h${number}/worker`, alias, 1 + this.below(3), this.chance(0.3));
    this.workers.set(worker.id, worker);
  }

  /** A worker says goodbye, and goes. */
  retireWorker(worker: SimWorker): void {
    this.#retired.push(worker);
  }

  /** A worker's process ends on request; its nanny starts another. */
  replaceWorker(worker: SimWorker): void {
    this.#restarted.push(worker);
  }

  /** What was decided while a worker heard: no step happens within another. */
  #settleWorkers(): void {
    for (const worker of this.#retired.splice(0)) {
      if (this.workers.has(worker.id)) this.#endWorker(worker, false);
    }
    for (const worker of this.#restarted.splice(0)) {
      if (!this.workers.has(worker.id)) continue;
      this.killWorker(worker);
      this.addWorker(worker.name);
    }
  }

  /** A worker's connection breaks: what it said last may still arrive, what was said to it does not. */
  killWorker(worker: SimWorker): void {
    worker.outbox.length = this.below(worker.outbox.length + 1);
    this.#endWorker(worker, this.chance(0.6));
  }

  #endWorker(worker: SimWorker, blame: boolean): void {
    while (worker.outbox.length > 0) this.hearWorker(worker);
    this.workers.delete(worker.id);
    const death = {
      worker: worker.id,
      reason: "was killed by SIGKILL",
      exitCode: undefined,
      signal: "SIGKILL",
      lastLines: [],
      lastRssBytes: undefined,
    };
    this.step({ type: "worker-left", atMs: this.nowMs, workerId: worker.id, blame, death });
  }

  step(event: SchedulerEvent): void {
    this.steps++;
    const effects = step(this.state, event);
    validate(this.state);
    for (const effect of effects) {
      if (effect.type === "tell-client") this.#toClient(effect.clientId, effect.messages);
      else if (effect.type === "tell-worker") this.#toWorker(effect.workerId, effect.messages);
      else if (effect.type === "wake") this.#wakeAtMs = effect.atMs;
      else if (effect.type === "log" && effect.level === "error") throw new Error(effect.text);
    }
  }

  #toClient(id: string, messages: readonly SchedulerToClient[]): void {
    const client = this.clients.find((client) => client.id === id);
    if (client === undefined) throw new Error(`The scheduler tells client ${id}, which is gone`);
    client.inbox.push(...messages);
  }

  #toWorker(id: string, messages: readonly SchedulerToWorker[]): void {
    const worker = this.workers.get(id);
    if (worker === undefined) throw new Error(`The scheduler tells worker ${id}, which is gone`);
    worker.inbox.push(...messages);
  }

  /** Delivers some of what a worker said. */
  hearWorker(worker: SimWorker): void {
    const messages: WorkerToScheduler[] = worker.outbox.splice(0, 1 + this.below(worker.outbox.length));
    if (messages.length > 0) this.step({ type: "worker-said", atMs: this.nowMs, workerId: worker.id, messages });
  }

  /** Delivers some of what a client said. */
  hearClient(client: SimClient): void {
    const messages: ClientToScheduler[] = client.outbox.splice(0, 1 + this.below(client.outbox.length));
    if (messages.length > 0) this.step({ type: "client-said", atMs: this.nowMs, clientId: client.id, messages });
  }

  pass(ms: number): void {
    this.nowMs += ms;
    if (this.#wakeAtMs > this.nowMs) return;
    this.#wakeAtMs = Infinity;
    this.step({ type: "woken", atMs: this.nowMs });
  }

  /** Something happens somewhere. */
  turn(): void {
    this.pass(this.chance(0.1) ? this.below(60) : this.chance(0.5) ? 1 : 0);
    const worker = this.pick([...this.workers.values()]);
    const client = this.pick(this.clients)!;
    switch (this.below(this.isHostile ? 9 : 6)) {
      case 0:
      case 1:
        return worker === undefined ? undefined : this.hearWorker(worker);
      case 2:
        return this.hearClient(client);
      case 3:
        worker?.hear();
        return this.#settleWorkers();
      case 4:
        return client.hear();
      case 5:
        return worker?.work();
      case 6:
        return client.act();
      case 7:
        return this.chance(0.5) ? client.act() : worker?.misbehave();
      case 8:
        return this.#shakeUp(worker, client);
    }
  }

  #shakeUp(worker: SimWorker | undefined, client: SimClient): void {
    if (this.chance(0.1) && worker !== undefined) this.killWorker(worker);
    else if (this.chance(0.15) && this.workers.size < 5) this.addWorker();
    else if (this.chance(0.05)) client.reconnect();
    else if (this.chance(0.03) && this.clients.length > 1) this.endClient(client);
  }

  endClient(client: SimClient): void {
    this.clients.splice(this.clients.indexOf(client), 1);
    if (this.chance(0.5)) {
      this.step({
        type: "client-said",
        atMs: this.nowMs,
        clientId: client.id,
        messages: [...client.outbox, { type: "unregister-client" }],
      });
    } else {
      this.step({ type: "client-left", atMs: this.nowMs, clientId: client.id, reason: "gone" });
    }
  }

  /** No more faults and wishes: works until nothing is on its way. */
  drain(): void {
    this.isHostile = false;
    for (let i = 0; i < 20_000; i++) {
      // One of each name: what a client had retired, somebody starts again.
      for (const needed of ["even", "odd"]) {
        if (![...this.workers.values()].some((worker) => worker.name === needed)) this.addWorker(needed);
      }
      this.turn();
      if (i % 50 === 0) {
        for (const worker of this.workers.values()) worker.beat();
        this.pass(100);
      }
      if (i % 10 === 0 && this.#isQuiet()) return;
    }
    throw new Error("The world does not come to rest");
  }

  #isQuiet(): boolean {
    for (const client of this.clients) if (client.inbox.length + client.outbox.length > 0) return false;
    for (const worker of this.workers.values()) {
      if (worker.inbox.length + worker.outbox.length + worker.inHand.size > 0) return false;
    }
    return this.state.runs.size === 0 && this.clients.every((client) => client.isContent());
  }
}
