/** How many workers the load asks for: a small machine, without time or I/O. @module */
import type { ClusterLoad } from "./load.ts";

/** What the machine knows from one look to the next. */
export interface AdaptationState {
  /** Fewest workers. */
  readonly minimum: number;
  /** Most workers. */
  readonly maximum: number;
  /** Executors of each worker. */
  readonly threadsPerWorker: number;
  /** Looks in a row that asked for fewer workers than there are. */
  readonly shrinkCount: number;
}

/** What to do about the number of workers. */
export type AdaptationEffect =
  /** Start workers until there are this many. */
  | { readonly type: "grow"; readonly workers: number }
  /** End these: they run nothing, and what they hold has a place to go. */
  | { readonly type: "dismiss"; readonly names: readonly string[] };

/** Looks in a row that must ask for fewer before anybody goes: a pause between two batches is no reason. */
export const SHRINK_LOOKS = 3;

/**
 * Decides after one look at the load.
 *
 * Up at once, to one executor per task that could run now. Down slowly, and only workers that run nothing: first those
 * that hold no results, then the youngest. The last that holds some stays: nobody could take them.
 *
 * @param crew Aliases of the workers there, or being started, oldest first.
 */
export function adapt(
  state: AdaptationState,
  load: ClusterLoad,
  crew: readonly string[],
): [AdaptationState, AdaptationEffect | undefined] {
  const target = targetOf(state, load);
  if (target > crew.length) return [{ ...state, shrinkCount: 0 }, { type: "grow", workers: target }];
  if (target === crew.length) return [{ ...state, shrinkCount: 0 }, undefined];
  const shrinkCount = state.shrinkCount + 1;
  if (shrinkCount < SHRINK_LOOKS) return [{ ...state, shrinkCount }, undefined];
  const names = dismissible(load, crew).slice(0, crew.length - target);
  if (names.length === crew.length && load.workers.some(({ held }) => held > 0)) names.pop();
  return names.length === 0
    ? [{ ...state, shrinkCount }, undefined]
    : [{ ...state, shrinkCount: 0 }, { type: "dismiss", names }];
}

function targetOf({ minimum, maximum, threadsPerWorker }: AdaptationState, { ready }: ClusterLoad): number {
  return Math.min(maximum, Math.max(minimum, Math.ceil(ready / threadsPerWorker)));
}

/** The idle ones, in the order in which they may go. */
function dismissible({ workers }: ClusterLoad, crew: readonly string[]): string[] {
  const held = new Map(workers.filter(({ isIdle }) => isIdle).map(({ name, held }) => [name, held]));
  const idle = crew.filter((name) => held.has(name)).reverse();
  return [...idle.filter((name) => held.get(name) === 0), ...idle.filter((name) => held.get(name) !== 0)];
}
