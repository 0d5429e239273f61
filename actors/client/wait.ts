import { describe, troupeError } from "../base/errors.ts";
import { Future } from "./future.ts";
import type { FutureState } from "./future_state.ts";
import { checkWaitOptions, waitFor, type WaitOptions, type WaitScope } from "./waiting.ts";

const ACTION = "wait for futures";

/** Waits until all (or the first) are done; failures do not reject. */
export async function wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions & { returnWhen?: "all" | "first" } = {},
): Promise<{ done: F[]; notDone: F[] }> {
  checkWaitOptions(options, ACTION);
  const { returnWhen = "all" } = options;
  if (returnWhen !== "all" && returnWhen !== "first") {
    throw troupeError("input/invalid", `Cannot ${ACTION}: option "returnWhen" is ${describe(returnWhen)}`, {
      hint: 'Give "all" or "first"',
    });
  }
  const list = futureList(futures, ACTION);
  const states = list.map((future) => Future.stateOf(future, ACTION));
  const pending = states.filter((state) => !state.isSettled);
  const [first] = pending;
  const isOver = first === undefined || (returnWhen === "first" && pending.length < states.length);
  if (!isOver) {
    const target = returnWhen === "all" ? pending.length : 1;
    await waitFor(first.owner, options, ACTION, (scope) => countSettled(pending, target, scope));
  }
  return { done: list.filter((future) => future.done), notDone: list.filter((future) => !future.done) };
}

/** A list of futures; throws `input/invalid` for one future and for what is no list. */
export function futureList<F extends Future<unknown>>(futures: Iterable<F>, action: string): F[] {
  if (typeof futures === "object" && futures !== null && Symbol.iterator in futures) return [...futures];
  const what = Future.is(futures) ? "one future is no list" : `${describe(futures)} is no list of futures`;
  throw troupeError("input/invalid", `Cannot ${action}: ${what}`, { hint: "Give the futures as one list: [a, b]" });
}

/** Resolves when so many of these pending states are settled. */
function countSettled(pending: readonly FutureState[], target: number, scope: WaitScope): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    const onSettled = () => {
      if (++count === target) resolve();
    };
    for (const state of pending) {
      state.addWaiter(onSettled);
      scope.onEnd(() => state.removeWaiter(onSettled));
    }
  });
}
