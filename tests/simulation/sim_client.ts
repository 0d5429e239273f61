import type { ClientToScheduler, SchedulerToClient } from "../../actors/protocol/client_scheduler.ts";
import type { ClusterOrder } from "../../actors/protocol/cluster_order.ts";
import type { CoordinationRequest } from "../../actors/protocol/coordination.ts";
import type { SchedulerWorld } from "./scheduler_world.ts";

/** A client that submits, claims, releases, cancels and retries as the seed will have it, and checks what it is told. */
export class SimClient {
  readonly id: string;
  readonly inbox: SchedulerToClient[] = [];
  readonly outbox: ClientToScheduler[] = [];
  /** The keys it claims, and what it knows of them. */
  readonly futures: Map<string, string> = new Map();
  readonly #world: SchedulerWorld;
  #acks = 0;
  #openAcks = 0;
  /** Requests for shared things: they may wait for ever. */
  readonly #shared: Set<number> = new Set();
  /** Keys of the scatters not answered yet, by their ackId. */
  readonly #scatters: Map<number, string> = new Map();

  constructor(world: SchedulerWorld, id: string) {
    this.#world = world;
    this.id = id;
    this.outbox.push(this.#registration(), { type: "define-function", hash: "f", name: "f", code: null });
  }

  #registration(): ClientToScheduler {
    return { type: "register-client", clientId: this.id, name: this.id, graceMs: this.#world.chance(0.5) ? 50 : 0 };
  }

  /** Whether it waits for nothing. */
  isContent(): boolean {
    return this.#openAcks === 0 && ![...this.futures.values()].includes("pending");
  }

  hear(): void {
    const count = 1 + this.#world.below(this.inbox.length);
    for (const message of this.inbox.splice(0, count)) this.#take(message);
  }

  /** What it wants done with the cluster as a whole. */
  #order(): void {
    const world = this.#world;
    const keys = [...this.futures.keys()].slice(0, world.below(4));
    const name = `n${world.below(2)}`;
    switch (world.below(7)) {
      case 0:
        return this.#say({ type: "replicate", keys, copies: 1 + world.below(3) });
      case 1:
        return this.#say({ type: "rebalance", keys: world.chance(0.3) ? keys : undefined });
      case 2:
        return this.#say({
          type: "retire-workers",
          workers: world.chance(0.3) ? ["even"] : undefined,
          count: world.below(3),
        });
      case 3:
        return this.#say({ type: "publish", name, keys, value: keys.join(), replace: world.chance(0.5) });
      case 4:
        return this.#say(world.chance(0.5) ? { type: "unpublish", name } : { type: "give-dataset", name });
      case 5:
        return void this.outbox.push({ type: "fire-and-forget", keys });
      case 6:
        if (world.chance(0.1)) this.#say({ type: "restart" });
    }
  }

  /** Forgets what was published by whomever. */
  unpublishAll(): void {
    for (const name of ["n0", "n1"]) this.#say({ type: "unpublish", name });
  }

  #say(order: ClusterOrder): void {
    this.outbox.push({ type: "order", ackId: this.#ack(), order });
  }

  #take(m: SchedulerToClient): void {
    if ("ackId" in m && this.#shared.has(m.ackId)) return this.#handed(m);
    if (m.type === "done" || m.type === "answer" || m.type === "holders" || m.type === "refused") this.#openAcks--;
    if (m.type === "answer" && typeof m.value === "object") this.#takeDataset(m.value);
    if (m.type === "placed") this.#put(m.ackId, m.workers);
    if (!("key" in m) || !this.futures.has(m.key)) return;
    if (m.type === "finished") {
      const expected = this.#world.expected(m.key);
      if (m.hasValue && m.value !== expected) throw new Error(`${m.key} is ${m.value}, expected ${expected}`);
      this.futures.set(m.key, "finished");
    } else if (m.type === "failed") {
      this.#checkFailure(m.key, m.error.text);
      this.futures.set(m.key, "failed");
    } else if (m.type === "pending") {
      this.futures.set(m.key, "pending");
    } else if (m.type === "cancelled" || m.type === "lost") {
      this.futures.delete(m.key);
      this.outbox.push({ type: "release", keys: [m.key] });
    }
  }

  /** It was given claims on these keys: it makes them its own. */
  #takeDataset(value: unknown): void {
    const keys = Array.isArray(value) && typeof value[0] === "string" && value[0] !== "" ? value[0].split(",") : [];
    for (const key of keys.filter((key) => /^[kd]\d+$/.test(key) && !this.futures.has(key))) {
      this.futures.set(key, "pending");
      this.outbox.push({ type: "claim", keys: [key] });
    }
  }

  #checkFailure(key: string, text: string): void {
    const mayFail = /^task\/(killed-worker|no-worker|lost)/.test(text) || text.startsWith("Error: ");
    if (!mayFail) throw new Error(`${key} failed by ${text}`);
  }

  /** Scattered values arrive on the workers by another way; some come late, some never since the worker is gone. */
  #put(ackId: number, lists: readonly (readonly string[])[]): void {
    this.#openAcks--;
    const key = this.#scatters.get(ackId)!;
    this.#scatters.delete(ackId);
    for (const id of lists[0] ?? []) this.#world.workers.get(id)?.put(key, `scattered ${key}`);
  }

  #ack(): number {
    this.#openAcks++;
    return this.#acks++;
  }

  act(): void {
    const world = this.#world;
    const key = world.pick([...this.futures.keys()]);
    switch (world.below(12)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return this.#submit(`k${world.below(world.plans.length)}`);
      case 4:
      case 5:
        if (key === undefined) return;
        this.release(key);
        // At once again: what is on its way about the old task meets the new one.
        if (key.startsWith("k") && world.chance(0.5)) this.#submit(key);
        return;
      case 6:
        if (key === undefined || world.chance(0.5)) return;
        return void this.outbox.push(
          { type: "cancel", ackId: this.#ack(), keys: [key], force: world.chance(0.2), reason: "no need" },
        );
      case 7:
        if (key !== undefined) this.outbox.push({ type: "retry", ackId: this.#ack(), keys: [key] });
        return;
      case 8:
        return this.#claimOther();
      case 9:
        return this.#scatter(`d${world.below(3)}`);
      case 10:
      case 11:
        return this.#order();
      default:
        return this.#share(key === undefined ? [] : [key]);
    }
  }

  /** Shares futures by name, and waits for, holds and gives up shared things, in the name of a run or not. */
  #share(keys: readonly string[]): void {
    const world = this.#world;
    const asks: CoordinationRequest[] = [
      { type: "variable-set", name: "v", item: null, keys },
      { type: "variable-get", name: "v" },
      { type: "queue-put", name: "q", maxSize: 3, item: null, keys },
      { type: "queue-get", name: "q", maxSize: 3, count: 1 },
      { type: "lock-acquire", names: ["a", "b"], count: 1 + world.below(2) },
      { type: "topic-publish", name: "t", item: null, keys },
      { type: "topic-subscribe", name: "t", capacity: 2, capacityBytes: undefined, overflow: "drop-oldest" },
    ];
    const request = asks[world.below(asks.length + 1)];
    if (request === undefined) return this.#giveUp();
    this.#askShared(request, world.chance(0.6) ? world.pick([...world.state.runs.keys()]) : undefined);
  }

  #askShared(request: CoordinationRequest, run: number | undefined): void {
    const ackId = this.#acks++;
    this.#shared.add(ackId);
    this.outbox.push({ type: "coordinate", ackId, run, request });
  }

  #giveUp(): void {
    const ackId = this.#world.pick([...this.#shared]);
    if (ackId !== undefined) this.outbox.push({ type: "give-up", ackIds: [ackId] });
  }

  #handed(m: SchedulerToClient & { readonly ackId: number }): void {
    const isHeld = m.type === "published" || (m.type === "handed" && m.isHeld);
    if (!isHeld) return;
    if (m.type === "published" || this.#world.chance(0.8)) {
      this.outbox.push({ type: "took", ackId: m.ackId, count: 1 });
    } else this.outbox.push({ type: "give-up", ackIds: [m.ackId] });
  }

  /** Gives up all that it shares, and empties what it knows. */
  unshare(): void {
    this.outbox.push({ type: "give-up", ackIds: [...this.#shared] });
    this.#askShared({ type: "variable-delete", name: "v" }, undefined);
    this.#askShared({ type: "queue-get", name: "q", maxSize: 3, count: 0 }, undefined);
    this.outbox.push({ type: "took", ackId: this.#acks - 1, count: 1 });
  }

  #submit(key: string): void {
    const plan = this.#world.plan(key)!;
    if (this.futures.has(key)) return;
    for (const dep of plan.deps) dep.startsWith("d") ? this.#scatter(dep) : this.#submit(dep);
    const options = {
      priority: this.#world.chance(0.2) ? this.#world.below(3) : undefined,
      retries: this.#world.below(3),
      timeoutMs: undefined,
      noWorkerTimeoutMs: undefined,
      resources: plan.resources,
      workers: plan.workers,
      allowOtherWorkers: false,
    };
    const run = this.#world.pick([...this.#world.state.runs.keys()]);
    const parent = this.#world.chance(0.2) ? run : undefined;
    this.futures.set(key, "pending");
    const args = plan.deps.map((_, index) => [index] as const);
    this.outbox.push({ type: "submit", key, fn: "f", args, deps: plan.deps, options, parent });
    if (this.#world.chance(0.5)) {
      for (const dep of plan.deps) if (this.#world.chance(0.7)) this.release(dep);
    }
  }

  release(key: string): void {
    if (this.futures.delete(key)) this.outbox.push({ type: "release", keys: [key] });
  }

  #claimOther(): void {
    const other = this.#world.pick(this.#world.clients)!;
    const key = this.#world.pick([...other.futures.keys()]);
    if (key === undefined || this.futures.has(key)) return;
    this.futures.set(key, "pending");
    this.outbox.push({ type: "claim", keys: [key] });
  }

  #scatter(key: string): void {
    if (this.futures.has(key)) return;
    this.futures.set(key, "pending");
    // A scattered key is never used twice: later it can be claimed only, if it is still there.
    if (this.#world.scattered.has(key)) return void this.outbox.push({ type: "claim", keys: [key] });
    this.#world.scattered.add(key);
    const ackId = this.#ack();
    this.#scatters.set(ackId, key);
    const copies = this.#world.below(3);
    this.outbox.push({ type: "scatter", ackId, keys: [key], bytes: [8], copies, workers: undefined });
  }

  /** The connection breaks and comes back within the grace time, or the session begins anew. */
  reconnect(): void {
    const world = this.#world;
    world.step({ type: "client-left", atMs: world.nowMs, clientId: this.id, reason: "broken" });
    world.clients.splice(world.clients.indexOf(this), 1);
    world.addClient();
  }
}
