/** Calls of actors under everything that may happen to them: each begins at most once, those of one caller in order. */
import { assert } from "@std/assert";
import { seededRandom } from "../../../actors/base/random.ts";
import { death, failed, finished, MachineWorld } from "./machine_world.ts";

const SEEDS = 150;

interface Caller {
  readonly clientId: string;
  readonly caller: string;
}

const CALLERS: readonly Caller[] = [
  { clientId: "c1", caller: "" },
  { clientId: "c1", caller: "run:1" },
  { clientId: "c2", caller: "" },
];

/** What happens, by a seed. Workers begin the calls of one caller in the order in which they came. */
class CallWorld {
  readonly world = new MachineWorld();
  readonly #next: () => number;
  /** Runs seen so far, per worker. */
  readonly #seen = new Map<string, number>();
  /** Runs in the hands of workers, oldest first. */
  readonly hands = new Map<string, { runId: number; key: string; actor: boolean; line: string }[]>();
  readonly #begun = new Set<string>();
  /** Number of the call of each caller that began last. */
  readonly #lastBegun = new Map<string, number>();
  /** Key of a call: whose, and which of theirs. */
  readonly #calls = new Map<string, { caller: string; number: number }>();
  #made = 0;
  #workers = 0;
  #inputs: string[] = [];

  constructor(seed: number) {
    this.#next = seededRandom(seed).next;
    this.world.addClient("c1");
    this.world.addClient("c2");
    for (let i = 0; i < 2; i++) this.#addWorker();
    this.world.submit("a", { options: { retries: 1_000, actor: { name: "a", isReentrant: false } } });
    this.#hear();
  }

  below(n: number): number {
    return Math.floor(this.#next() * n);
  }

  #addWorker(): void {
    const id = `w${++this.#workers}`;
    this.world.addWorker(id);
    this.hands.set(id, []);
  }

  /** Takes in what workers were sent. */
  #hear(): void {
    for (const [id, hand] of this.hands) {
      const runs = this.world.runs(id);
      for (const run of runs.slice(this.#seen.get(id) ?? 0)) {
        const line = run.actor?.type === "call" ? run.actor.caller : "";
        hand.push({ runId: run.runId, key: run.key, actor: run.actor?.type === "make", line });
      }
      this.#seen.set(id, runs.length);
    }
  }

  /** A call begins: never twice, and never before an earlier one of its caller that may still begin. */
  #begin(key: string): void {
    const call = this.#calls.get(key);
    if (call === undefined) return;
    assert(!this.#begun.has(key), `${key} begins once`);
    this.#begun.add(key);
    const last = this.#lastBegun.get(call.caller) ?? 0;
    assert(call.number > last, `${key} begins after ${last} of ${call.caller}`);
    this.#lastBegun.set(call.caller, call.number);
  }

  act(): void {
    const { world } = this;
    const [id, hand] = [...this.hands][this.below(this.hands.size)]!;
    switch (this.below(9)) {
      case 0:
      case 1:
      case 2:
        this.#call();
        break;
      case 3:
      case 4:
      case 5:
        this.#finish(id, hand);
        break;
      case 6:
        this.#giveBack(id, hand);
        break;
      case 7:
        if (this.below(4) === 0) this.#kill(id);
        break;
      case 8:
        if (this.#inputs.length < 20) world.submit(this.#input());
    }
    this.#hear();
  }

  #input(): string {
    const key = `i${this.#inputs.length}`;
    this.#inputs.push(key);
    return key;
  }

  #call(): void {
    const index = this.below(CALLERS.length);
    const { clientId, caller } = CALLERS[index]!;
    const number = ++this.#made;
    const key = `call-${number}`;
    this.#calls.set(key, { caller: `${clientId} ${caller}`, number });
    const known = this.#inputs.filter((input) => this.world.state.tasks.has(input));
    const deps = known.length > 0 && this.below(3) === 0 ? [known[this.below(known.length)]!] : [];
    this.world.client(clientId, {
      ...{ type: "call-actor", key, actor: "a", args: ["m"], deps, caller, parent: undefined, isTell: false },
      timeoutMs: undefined,
    });
    const fate = this.below(8);
    if (fate === 0) this.world.client(clientId, { type: "release", keys: [key] });
    if (fate === 1) {
      this.world.client(clientId, { type: "cancel", ackId: number, keys: [key], force: false, reason: "" });
    }
  }

  #finish(id: string, hand: { runId: number; key: string; actor: boolean }[]): void {
    const run = hand.shift();
    if (run === undefined) return;
    this.#begin(run.key);
    this.world.worker(id, this.below(10) === 0 && !run.actor ? failed(run.runId) : finished(run.runId));
  }

  /** The last one of a caller has an input that is not to be had, or an executor died before it began. */
  #giveBack(id: string, hand: { runId: number; key: string; line: string; actor: boolean }[]): void {
    const first = hand.find((run) => run.line !== "");
    if (first === undefined) return;
    const given = hand.filter((run) => run.line === first.line);
    for (const run of given) hand.splice(hand.indexOf(run), 1);
    this.world.worker(id, { type: "returned", runIds: given.map((run) => run.runId) });
  }

  #kill(id: string): void {
    this.hands.delete(id);
    this.world.step({ type: "worker-left", atMs: this.world.nowMs, workerId: id, blame: true, death: death(id) });
    this.#addWorker();
  }

  /** Nothing more goes wrong: everything comes to an end. */
  drain(): void {
    for (let i = 0; i < 5_000; i++) {
      const busy = [...this.hands].find(([, hand]) => hand.length > 0);
      if (busy === undefined) return;
      this.#finish(...busy);
      this.#hear();
    }
    throw new Error("It does not come to rest");
  }

  /** Every call has ended, by whatever. */
  check(): void {
    for (const task of this.world.state.tasks.values()) {
      assert(task.role?.type !== "call" || task.fate !== undefined || task.holders.length > 0, `${task.key} has ended`);
    }
  }
}

Deno.test("calls of an actor begin at most once, those of one caller in order, whatever happens", () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const world = new CallWorld(seed);
    try {
      for (let i = 0; i < 200; i++) world.act();
      world.drain();
      world.check();
    } catch (error) {
      throw new Error(`Seed ${seed}: ${error}`, { cause: error });
    }
  }
});
