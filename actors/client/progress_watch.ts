/** How a set of futures stands, by function name. @module */
import type { Clock } from "../base/clock.ts";
import { nameOfKey } from "../base/key_name.ts";
import type { FutureOwner, FutureState } from "./future_state.ts";
import type { ProgressSection } from "./progress_board.ts";
import type { ProgressGroup, ProgressState } from "./progress_view.ts";

/** Up to here the tasks that the futures still need are asked for, too; beyond it the futures themselves show enough. */
const ASKED_FUTURES_MAX = 1_000;
/** Time between two questions; longer when the answer takes long. */
const ASK_MS_MIN = 250;
const ASK_SHARE = 4;

interface Count {
  total: number;
  done: number;
  failed: number;
}

/** Watches futures, and the tasks that they still need. */
export class ProgressWatch implements ProgressSection {
  readonly #states: readonly FutureState[];
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #before: ReadonlyMap<string, Count>;
  /** Needed tasks that are not among the futures: the most that were unfinished at once, and how many are now. */
  readonly #needed = new Map<string, { most: number; now: number }>();
  #askAtMs = 0;
  #endMs: number | undefined = undefined;

  /** Watches these futures from now on. */
  constructor(states: readonly FutureState[], clock: Clock) {
    this.#states = states;
    this.#clock = clock;
    this.#startMs = clock.nowMs();
    this.#before = countByName(states);
    if (states.length > ASKED_FUTURES_MAX) this.#askAtMs = Infinity;
  }

  /** All is done. */
  end(): void {
    this.#endMs = this.#clock.nowMs();
    // What is done, or has failed, needs nothing any more.
    for (const count of this.#needed.values()) count.now = 0;
  }

  /** How it stands now. */
  look(): ProgressState {
    const nowMs = this.#endMs ?? this.#clock.nowMs();
    if (this.#endMs === undefined && nowMs >= this.#askAtMs) void this.#ask(nowMs);
    const counts = countByName(this.#states);
    const names = new Set([...this.#needed.keys(), ...counts.keys()]);
    const groups = Array.from(names, (name): ProgressGroup => {
      const own = counts.get(name) ?? { total: 0, done: 0, failed: 0 };
      const { most, now } = this.#needed.get(name) ?? { most: 0, now: 0 };
      const before = this.#before.get(name)?.done ?? 0;
      return { name, total: own.total + most, done: own.done + most - now, failed: own.failed, before };
    });
    return { groups, elapsedMs: nowMs - this.#startMs, isOver: this.#endMs !== undefined };
  }

  /** Asks the scheduler which tasks the futures still need. A session that has ended has no more to say. */
  async #ask(nowMs: number): Promise<void> {
    this.#askAtMs = Infinity;
    const pending = this.#states.filter((state) => !state.isSettled);
    const byOwner = Map.groupBy(pending, (state) => state.owner);
    const answers = await Promise.allSettled(Array.from(byOwner, ([owner, states]) => unfinished(owner, states)));
    if (this.#endMs !== undefined) return;
    const found = new Map<string, number>();
    for (const answer of answers) {
      if (answer.status === "rejected") return;
      for (const [name, count] of Object.entries(answer.value)) found.set(name, (found.get(name) ?? 0) + count);
    }
    for (const name of new Set([...this.#needed.keys(), ...found.keys()])) {
      const now = found.get(name) ?? 0;
      this.#needed.set(name, { most: Math.max(now, this.#needed.get(name)?.most ?? 0), now });
    }
    const tookMs = this.#clock.nowMs() - nowMs;
    this.#askAtMs = nowMs + Math.max(ASK_MS_MIN, ASK_SHARE * tookMs);
  }
}

function unfinished(owner: FutureOwner, states: readonly FutureState[]): Promise<Readonly<Record<string, number>>> {
  return owner.unfinishedInputs(states.map((state) => state.key));
}

function countByName(states: readonly FutureState[]): Map<string, Count> {
  const counts = new Map<string, Count>();
  for (const state of states) {
    const name = nameOfKey(state.key);
    let count = counts.get(name);
    if (count === undefined) counts.set(name, count = { total: 0, done: 0, failed: 0 });
    count.total++;
    if (state.isSettled) count.done++;
    if (state.isDone && state.status !== "finished") count.failed++;
  }
  return counts;
}
