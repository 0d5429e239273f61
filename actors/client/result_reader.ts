import { describe, troupeError } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import type { ClientToScheduler } from "../protocol/client_scheduler.ts";
import type { Packed } from "../protocol/packed.ts";
import type { FutureState } from "./future_state.ts";
import type { SchedulerAnswer } from "./requests.ts";
import { type FetchFromWorker, ResultFetcher } from "./result_fetcher.ts";
import { type ErrorReading, failureOf } from "./task_error.ts";
import type { WaitScope } from "./waiting.ts";

/** What reading results needs of a session. */
export interface ResultSource extends ErrorReading {
  /** Chooses among holders. */
  readonly random: Random;
  /** Gets results from a worker. */
  readonly fetch: FetchFromWorker;
  /** Says something to the scheduler. */
  say(message: ClientToScheduler): void;
  /** Asks the scheduler. */
  ask(say: (ackId: number) => ClientToScheduler): Promise<SchedulerAnswer>;
}

/** Instead of a value: it must be fetched. */
export const NOT_AT_HAND: unique symbol = Symbol("not at hand");

/** How often a result is looked for that its holders do not have, before it counts as lost. */
const ATTEMPTS_MAX = 10;

/** Finds the values of results, wherever they are. */
export class ResultReader {
  readonly #source: ResultSource;
  readonly #fetcher: ResultFetcher;

  /** A reader for one session. */
  constructor(source: ResultSource) {
    this.#source = source;
    this.#fetcher = new ResultFetcher(source.fetch);
  }

  /** What a settled state failed with, made anew. */
  failureOf(state: FutureState): Error {
    return failureOf(state, this.#source);
  }

  /** The value of a settled state if it rode along, or {@linkcode NOT_AT_HAND}; throws what the task failed with. */
  atHand(state: FutureState): Packed | typeof NOT_AT_HAND {
    if (state.status !== "finished" || state.isReleased) throw this.failureOf(state);
    return state.hasValue ? state.value : NOT_AT_HAND;
  }

  /** The value, once it is there. A result that its holders lost is waited for again. */
  async packedValue(state: FutureState, scope: WaitScope): Promise<Packed> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      await settled(state, scope);
      const value = this.atHand(state);
      if (value !== NOT_AT_HAND) return value;
      const fetched = await this.#fetch(state);
      if (fetched !== undefined) return fetched.value;
    }
    const message = `Cannot get the result of task ${describe(state.key)}: none of its holders has it`;
    throw troupeError("task/lost", message, { details: { key: state.key, holders: state.holders } });
  }

  /** Asks one holder after the other; when none has it, tells the scheduler, and learns who has. */
  async #fetch(state: FutureState): Promise<{ readonly value: Packed } | undefined> {
    const { holders, key } = state;
    const first = Math.floor(this.#source.random.next() * holders.length);
    for (let i = 0; i < holders.length; i++) {
      const holder = holders[(first + i) % holders.length];
      const item = holder === undefined ? undefined : await this.#fetcher.get(holder, key, state.bytes);
      if (item !== undefined) return item;
    }
    const isStale = () => state.holders !== holders || state.status !== "finished";
    if (isStale()) return undefined;
    if (holders.length > 0) this.#source.say({ type: "report-missing", keys: [key], workers: holders });
    const answer = await this.#source.ask((ackId) => ({ type: "ask-holders", ackId, keys: [key] }));
    if (isStale() || answer.type !== "holders") return undefined;
    state.holders = answer.workers[0] ?? [];
    // Nobody has it: it is being computed again, and the scheduler says so when it is there.
    if (state.holders.length === 0) state.status = "pending";
    return undefined;
  }
}

/** Resolves when a state is settled; forgets it when nobody waits any more. */
export function settled(state: FutureState, scope: WaitScope): Promise<void> {
  if (state.isSettled) return Promise.resolve();
  return new Promise((resolve) => {
    const onSettled = () => resolve();
    state.addWaiter(onSettled);
    scope.onEnd(() => state.removeWaiter(onSettled));
  });
}
