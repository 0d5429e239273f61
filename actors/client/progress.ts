/** Progress of futures, for people. @module */
import { Future } from "./future.ts";
import type { FutureState } from "./future_state.ts";
import { futureList, wait } from "./wait.ts";

const ACTION = "show progress";

/**
 * Shows the progress of futures, and of the tasks that they still need, until all are done. Never rejects, so it may run
 * unawaited; failures stay in their futures.
 *
 * On a terminal there is a bar per function name with count, rate and time left, red where tasks failed. Elsewhere, and
 * inside tasks, it prints a line from time to time and one at the end. It goes to standard error, so that the program's
 * own output stays its own; `$NO_COLOR` is respected.
 *
 * @throws `input/invalid` for what is no future; `future/released`.
 *
 * @example
 * ```ts
 * import { Client, progress } from "@troupe/troupe";
 *
 * await using client = await Client.connect({ threadsPerWorker: 1 });
 * const futures = client.map((x: number) => x + 1, [1, 2, 3]);
 * await progress(futures); // progress: lambda 3/3; in 0.0 s
 * ```
 */
export function progress(futures: Future<unknown> | Iterable<Future<unknown>>): Promise<void> {
  const list = Future.is(futures) ? [futures] : futureList(futures, ACTION);
  const states = list.map((future) => Future.stateOf(future, ACTION));
  return states.length === 0 ? Promise.resolve() : show(list, states);
}

async function show(futures: readonly Future<unknown>[], states: readonly FutureState[]): Promise<void> {
  // Loaded when somebody looks: most programs never do, and executors start quicker without.
  const { beginShow } = await import("./progress_show.ts");
  const endShow = beginShow(states);
  try {
    await wait(futures);
  } finally {
    endShow();
  }
}
