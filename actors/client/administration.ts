/** What a client asks of the cluster as a whole: copies of results, fewer workers, a new beginning. @module */
import { describe, troupeError } from "../base/errors.ts";
import { fields, texts } from "../protocol/parse.ts";
import type { FutureState } from "./future_state.ts";
import { settled } from "./result_reader.ts";
import type { Session } from "./session.ts";
import { waitFor, type WaitOptions, type WaitScope } from "./waiting.ts";

/** Has each result on that many workers. */
export async function replicateResults(
  session: Session,
  states: readonly FutureState[],
  copies: number,
): Promise<void> {
  if (!Number.isSafeInteger(copies) || copies < 1) {
    throw troupeError("input/invalid", `Cannot replicate: ${describe(copies)} is no number of copies`, {
      hint: "Give a whole number from 1 up",
    });
  }
  session.assertOpen("replicate");
  await waitFor(session, undefined, "replicate", async (scope) => {
    const keys = await finishedKeys(session, states, scope);
    if (keys.length > 0) await session.order({ type: "replicate", keys, copies });
  });
}

/** Evens out what workers hold. */
export async function rebalanceWorkers(session: Session, states: readonly FutureState[] | undefined): Promise<void> {
  session.assertOpen("rebalance");
  await waitFor(session, undefined, "rebalance", async (scope) => {
    const keys = states === undefined ? undefined : await finishedKeys(session, states, scope);
    if (keys?.length !== 0) await session.order({ type: "rebalance", keys });
  });
}

/** Has workers leave; gives the addresses of those that left. */
export async function retire(
  session: Session,
  which: number | readonly string[],
  wait: WaitOptions | undefined,
): Promise<string[]> {
  const isCount = Number.isSafeInteger(which) && Number(which) >= 0;
  if (!isCount && !(Array.isArray(which) && which.every((one) => typeof one === "string" && one !== ""))) {
    throw troupeError("input/invalid", `Cannot retire workers: ${describe(which)} says not which`, {
      hint: "Give how many, or a list of addresses or names",
    });
  }
  const workers = typeof which === "number" ? undefined : which;
  const count = typeof which === "number" ? which : 0;
  session.assertOpen("retire workers");
  const ask = () => session.order({ type: "retire-workers", workers, count });
  const answer = await waitFor(session, wait, "retire workers", ask);
  return [...texts(fields([answer.type === "answer" ? answer.value : undefined]), 0)];
}

/** Forgets all tasks, and has all workers begin anew. */
export async function restartCluster(session: Session, wait: WaitOptions | undefined): Promise<void> {
  session.assertOpen("restart");
  await waitFor(session, wait, "restart", () => session.order({ type: "restart" }));
}

/** The keys, once all are finished; rejects with what the first one failed with. */
async function finishedKeys(
  session: Session,
  states: readonly FutureState[],
  scope: WaitScope,
): Promise<readonly string[]> {
  for (const state of states) {
    if (!state.isSettled) await settled(state, scope);
    if (state.status !== "finished") throw session.reader.failureOf(state);
  }
  return [...new Set(states.map((state) => state.key))];
}
