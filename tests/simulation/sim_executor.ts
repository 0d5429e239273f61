/** An executor thread as a simulation sees it. */
import type { Random } from "../../actors/base/random.ts";
import type { ExecutorToWorker, WorkerToExecutor } from "../../actors/protocol/worker_executor.ts";

type ExecuteMessage = Extract<WorkerToExecutor, { type: "execute" }>;

const DURATION_MS: Readonly<Record<string, number>> = { tiny: 0.01, short: 1, long: 50 };

/** A run as its executor sees it. */
interface HeldRun {
  readonly message: ExecuteMessage;
  phase: "waiting" | "begun" | "suspended";
}

/** Messages take a while in both directions, but what has begun is known at once, as through shared memory. */
export class SimExecutor {
  readonly id: string;
  isReady = false;
  isEnding = false;
  /** Ignores cancellations and hardly gets on. */
  isStubborn: boolean;
  readonly inbox: WorkerToExecutor[] = [];
  readonly outbox: ExecutorToWorker[] = [];
  readonly #held: Map<number, HeldRun> = new Map();
  readonly #random: Random;

  constructor(id: string, isStubborn: boolean, random: Random) {
    this.id = id;
    this.isStubborn = isStubborn;
    this.#random = random;
  }

  /** Whether a run is in its hands. */
  has(runId: number): boolean {
    return this.#held.has(runId);
  }

  /** A run is on its way to it. */
  hold(message: ExecuteMessage): void {
    this.#held.set(message.runId, { message, phase: "waiting" });
  }

  /** Lets go of those runs that have not begun. */
  giveBack(runIds: readonly number[]): number[] {
    const taken = runIds.filter((runId) => this.#held.get(runId)?.phase === "waiting");
    for (const runId of taken) this.#held.delete(runId);
    return taken;
  }

  /** Runs that had begun, and have not ended as far as anybody has heard. */
  startedRuns(): number[] {
    const begun = [...this.#held.values()].filter((held) => held.phase !== "waiting");
    const said = this.outbox.flatMap((message) => "runId" in message ? [message.runId] : []);
    return [...begun.map((held) => held.message.runId), ...said];
  }

  /** Reads some messages and gets on with its runs. */
  turn(isHealing: boolean): void {
    while (this.inbox.length > 0 && !this.#chance(0.2)) this.#receive(this.inbox.shift()!, isHealing);
    for (const held of [...this.#held.values()]) this.#advance(held, isHealing);
  }

  #receive(message: WorkerToExecutor, isHealing: boolean): void {
    if (message.type === "cancel") {
      const held = this.#held.get(message.runId);
      if (held === undefined || this.isStubborn && held.phase !== "waiting") return;
      this.#held.delete(message.runId);
      this.outbox.push({ type: "stopped", runId: message.runId });
    } else if (message.type === "ping") {
      const heapLimitBytes = isHealing || this.#chance(0.9) ? 100 : 200;
      this.outbox.push({ type: "pong", pingId: message.pingId, heapLimitBytes, runIds: [...this.#held.keys()] });
    }
  }

  #advance(held: HeldRun, isHealing: boolean): void {
    const { message } = held;
    const { runId } = message;
    if (this.inbox.some((other) => other.type === "execute" && other.runId === runId)) return;
    if (this.isStubborn && this.#chance(isHealing ? 0.1 : 0.9)) return;
    if (held.phase === "waiting") {
      if ([...this.#held.values()].some((other) => other.phase === "begun")) return;
      held.phase = "begun";
      if (message.announce || message.timeoutMs !== undefined) this.outbox.push({ type: "started", runIds: [runId] });
    } else if (this.#chance(0.15)) {
      held.phase = held.phase === "begun" ? "suspended" : "begun";
      this.outbox.push({ type: held.phase === "begun" ? "resumed" : "suspended", runId });
    } else if (held.phase === "begun") {
      this.#held.delete(runId);
      this.outbox.push(this.#outcome(message));
    }
  }

  #outcome({ runId, fn }: ExecuteMessage): ExecutorToWorker {
    const durationMs = DURATION_MS[fn] ?? 0;
    const kind = this.#random.next();
    if (kind < 0.1) return { type: "rescheduled", runId };
    const error = { text: "Error: no", value: undefined };
    if (kind < 0.2) return { type: "failed", runId, error, durationMs, retriable: true };
    return { type: "finished", runId, value: 1, bytes: 5, valueType: "number", durationMs };
  }

  #chance(part: number): boolean {
    return this.#random.next() < part;
  }
}
