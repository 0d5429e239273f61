/** Random clients around the coordination machine: nothing is lost, nothing is twice, nobody waits without a reason. */
import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../../../actors/base/random.ts";
import type { CoordinationRequest } from "../../../../actors/protocol/coordination.ts";
import type { CoordinationEffect } from "../../../../actors/scheduler/machine/coordination/effect.ts";
import type { CoordinationEvent } from "../../../../actors/scheduler/machine/coordination/event.ts";
import { CoordinationWorld } from "./coordination_world.ts";

const SEEDS = 50;
const STEPS = 300;
const FIRST = Number(Deno.env.get("COORDINATION_SEED") ?? 0);
const NAMES = ["a", "b", "c"];

/** What a client knows of one of its requests. */
interface Wish {
  readonly clientId: string;
  readonly ackId: number;
  readonly runId: number | undefined;
  readonly request: CoordinationRequest;
  status: "waiting" | "answered" | "over";
  /** What is on its way to the client. */
  readonly items: unknown[];
}

class RandomClients {
  readonly world = new CoordinationWorld();
  readonly #random: () => number;
  readonly wishes = new Map<string, Wish>();
  readonly #clients = ["c0", "c1", "c2"];
  #born = 3;
  #lastRun = 0;
  readonly #runs = new Map<number, string>();
  /** Items of queues by where they are; each is in exactly one. */
  readonly put = new Set<unknown>();
  readonly withFutures = new Set<unknown>();
  /** Swept away by a restart: where they are now, they may be used once, and never come back. */
  readonly gone = new Set<unknown>();
  readonly used = new Map<unknown, number>();
  /** Taken by a task that may still die: by run and queue. */
  readonly inHand = new Map<string, unknown[]>();

  constructor(seed: number) {
    this.#random = seededRandom(seed).next;
  }

  below(n: number): number {
    return Math.floor(this.#random() * n);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  turn(): void {
    const dice = this.below(20);
    if (dice < 10) return this.#ask();
    if (dice < 15) return this.#take();
    if (dice < 17) return this.#giveUp();
    if (dice === 17) return this.#endRun();
    if (dice === 18) return this.#run();
    if (this.below(4) === 0) this.#endSession();
    else if (this.below(8) === 0) this.#restart();
  }

  /** All futures are cancelled: items that hold some are gone, wherever they are. */
  #restart(): void {
    for (const item of this.withFutures) if (this.put.delete(item)) this.gone.add(item);
    this.withFutures.clear();
    this.#step({ type: "restarted" });
  }

  #run(): void {
    this.#runs.set(++this.#lastRun, this.pick(this.#clients));
  }

  #ask(): void {
    const runId = this.#runs.size > 0 && this.below(2) === 0 ? this.pick([...this.#runs.keys()]) : undefined;
    const clientId = runId === undefined ? this.pick(this.#clients) : this.#runs.get(runId)!;
    const request = this.#request();
    if (request.type === "queue-get" && runId !== undefined) this.#useUp(`${runId} ${request.name}`);
    if (request.type === "queue-put") {
      this.put.add(request.item);
      if (request.keys.length > 0) this.withFutures.add(request.item);
    }
    const ackId = this.wishes.size + 1;
    this.wishes.set(`${clientId}.${ackId}`, { clientId, ackId, runId, request, status: "waiting", items: [] });
    this.#step({ type: "asked", clientId, ackId, runId, request });
  }

  #request(): CoordinationRequest {
    const name = this.pick(NAMES);
    const item = `item-${this.wishes.size}`;
    const keys = this.below(2) === 0 ? [] : [`k${this.below(3)}`];
    const maxSize = name === "a" ? 2 : undefined;
    switch (this.below(15)) {
      case 0:
      case 1:
      case 2:
        return { type: "queue-put", name, maxSize, item, keys };
      case 3:
      case 4:
        return { type: "queue-get", name, maxSize, count: this.below(10) === 0 ? 0 : 1 + this.below(2) };
      case 5:
        return this.below(8) === 0 ? { type: "queue-close", name, maxSize } : { type: "queue-size", name, maxSize };
      case 6:
        return { type: "variable-set", name, item, keys };
      case 7:
        return { type: "variable-get", name };
      case 8:
        return { type: "variable-delete", name };
      case 9: {
        const names = NAMES.filter(() => this.below(2) === 0);
        return { type: "lock-acquire", names, count: Math.max(1, names.length - this.below(2)) };
      }
      case 10:
        return { type: "semaphore-acquire", name, leases: 2 };
      case 11:
        return { type: this.pick(["flag-set", "flag-clear", "flag-wait", "flag-is-set"] as const), name };
      case 12:
      case 13:
        return { type: "topic-publish", name, item, keys };
      default: {
        const overflow = this.pick(["wait", "reject", "drop-oldest"] as const);
        return { type: "topic-subscribe", name, capacity: 1 + this.below(3), capacityBytes: undefined, overflow };
      }
    }
  }

  #take(): void {
    const open = [...this.wishes.values()].filter((wish) => wish.status === "answered" && wish.items.length > 0);
    if (open.length === 0) return;
    const wish = this.pick(open);
    const isTopic = wish.request.type === "topic-subscribe";
    const items = wish.items.splice(0, isTopic ? 1 + this.below(wish.items.length) : Infinity);
    if (wish.request.type === "queue-get") this.#arrived(wish, wish.request.name, items);
    if (!isTopic) wish.status = "over";
    this.#step({ type: "taken", clientId: wish.clientId, ackId: wish.ackId, count: items.length });
  }

  #arrived(wish: Wish, queue: string, items: unknown[]): void {
    const runId = wish.runId !== undefined && this.#runs.has(wish.runId) ? wish.runId : undefined;
    if (runId === undefined) { for (const item of items) this.used.set(item, (this.used.get(item) ?? 0) + 1); }
    else this.inHand.set(`${runId} ${queue}`, [...this.inHand.get(`${runId} ${queue}`) ?? [], ...items]);
  }

  #useUp(hand: string): void {
    for (const item of this.inHand.get(hand) ?? []) this.used.set(item, (this.used.get(item) ?? 0) + 1);
    this.inHand.delete(hand);
  }

  #giveUp(): void {
    const open = [...this.wishes.values()].filter((wish) => wish.status !== "over");
    if (open.length === 0) return;
    const wish = this.pick(open);
    wish.status = "over";
    wish.items.length = 0;
    if (wish.request.type === "queue-put") this.#withdrawn(wish);
    this.#step({ type: "given-up", clientId: wish.clientId, ackId: wish.ackId });
  }

  #withdrawn(wish: Wish): void {
    if (wish.request.type === "queue-put") this.put.delete(wish.request.item);
  }

  #endRun(runId = this.pick([...this.#runs.keys()]), isDead = this.below(2) === 0): void {
    if (!this.#runs.delete(runId)) return;
    for (const queue of NAMES) {
      if (!isDead) this.#useUp(`${runId} ${queue}`);
      this.inHand.delete(`${runId} ${queue}`);
    }
    this.#endWishes((wish) => {
      const isPut = wish.request.type === "queue-put" || wish.request.type === "topic-publish";
      return wish.runId === runId && (isDead || !isPut);
    });
    this.#step({ type: "run-ended", runId, isDead });
  }

  #endSession(clientId = this.pick(this.#clients)): void {
    this.#clients.splice(this.#clients.indexOf(clientId), 1, `c${this.#born++}`);
    for (const [runId, owner] of this.#runs) {
      if (owner !== clientId) continue;
      this.#runs.delete(runId);
      for (const queue of NAMES) this.inHand.delete(`${runId} ${queue}`);
    }
    this.#endWishes((wish) => wish.clientId === clientId);
    this.#step({ type: "session-ended", clientId });
  }

  #endWishes(isOver: (wish: Wish) => boolean): void {
    for (const wish of this.wishes.values()) {
      if (wish.status === "over" || !isOver(wish)) continue;
      if (wish.status === "waiting") this.#withdrawn(wish);
      wish.status = "over";
      wish.items.length = 0;
    }
  }

  #step(event: CoordinationEvent): void {
    for (const effect of this.world.step(event)) this.#hear(effect);
  }

  #hear(effect: CoordinationEffect): void {
    if (!("ackId" in effect)) return;
    const wish = this.wishes.get(`${effect.clientId}.${effect.ackId}`);
    assert(wish !== undefined, `nobody asked what ${JSON.stringify(effect)} answers`);
    // Of two subscriptions that end together, the end of one may let an item out for the other.
    if (effect.type === "send-item" && wish.status === "over") return;
    assert(wish.status !== "over", `${JSON.stringify(effect)} answers what is over`);
    if (effect.type === "send-item") return void wish.items.push(effect.item);
    assertEquals(wish.status === "waiting" || wish.request.type === "topic-subscribe", true, "answered once");
    wish.status = effect.type === "refuse" ? "over" : "answered";
    if (effect.type === "refuse") this.#withdrawn(wish);
    if (effect.type === "hand-over") wish.items.push(...effect.items);
    const isHeld = effect.type === "hand-over" ? effect.isHeld : isLease(wish.request);
    if (!isHeld) wish.status = "over";
  }

  /** Each item that was put is inside, on its way, in a task's hand, or was used once. */
  checkItems(): void {
    const places = new Map<unknown, number>();
    const count = (items: Iterable<unknown>): void => {
      for (const item of items) places.set(item, (places.get(item) ?? 0) + 1);
    };
    for (const thing of this.world.state.things.values()) {
      if (thing.type !== "queue") continue;
      count(Array.from(thing.items, ({ item }) => item));
      count(Array.from(thing.putters, ({ item }) => item.item));
    }
    for (const item of this.gone) assertEquals(places.get(item), undefined, `${item} is in no queue`);
    for (const { request, items } of this.wishes.values()) if (request.type === "queue-get") count(items);
    for (const items of this.inHand.values()) count(items);
    for (const [item, times] of this.used) places.set(item, (places.get(item) ?? 0) + times);
    for (const item of this.put) assertEquals(places.get(item), 1, `${item} is somewhere, once`);
    assertEquals(
      [...places.keys()].filter((item) => !this.put.has(item) && !this.gone.has(item)),
      [],
      "nothing else is",
    );
  }

  endAll(): void {
    for (const runId of [...this.#runs.keys()]) this.#endRun(runId);
    for (const clientId of [...this.#clients]) this.#endSession(clientId);
  }
}

function isLease({ type }: CoordinationRequest): boolean {
  return type === "lock-acquire" || type === "semaphore-acquire" || type === "topic-subscribe";
}

Deno.test("coordinate() keeps its promises for random clients", () => {
  for (let seed = FIRST || 1; seed <= (FIRST || SEEDS); seed++) {
    try {
      const clients = new RandomClients(seed);
      for (let i = 0; i < STEPS; i++) {
        clients.turn();
        clients.checkItems();
      }
      clients.endAll();
      const { sessions, runs, things } = clients.world.state;
      assertEquals([sessions.size, runs.size], [0, 0]);
      for (const thing of things.values()) {
        const isContent = thing.type === "queue" && thing.items.size > 0 || thing.type === "flag" && thing.isSet ||
          thing.type === "variable" && thing.content !== undefined;
        assert(isContent, `${thing.id} is kept for nothing`);
      }
    } catch (cause) {
      throw new Error(`Broken by seed ${seed}: COORDINATION_SEED=${seed}`, { cause });
    }
  }
});
