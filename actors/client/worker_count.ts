/** Waiting for workers. @module */
import { describe, TroupeError, troupeError } from "../base/errors.ts";
import type { Session } from "./session.ts";
import { waitFor, type WaitOptions } from "./waiting.ts";

/** Waits until this many workers are there; out of time it says how many came. */
export async function awaitWorkers(session: Session, count: number, wait: WaitOptions | undefined): Promise<void> {
  const action = "wait for workers";
  if (!Number.isSafeInteger(count) || count < 1) {
    throw troupeError("input/invalid", `Cannot ${action}: ${describe(count)} is no number of workers`, {
      hint: "Give a whole number from 1 up",
    });
  }
  session.assertOpen(action);
  if (session.workerCount >= count) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const endWatch = session.watchWorkers(() => {
    if (session.workerCount >= count) return resolve();
    if (session.status !== "running") reject(troupeError("client/closed", `Cannot ${action}: client is closed`));
  });
  try {
    await waitFor(session, wait, action, () => promise);
  } catch (error) {
    if (!TroupeError.is(error, "wait/timeout")) throw error;
    const message = `Cannot ${action}: ${session.workerCount} of ${count} came within ${wait?.timeoutMs} ms`;
    throw troupeError("wait/timeout", message);
  } finally {
    endWatch();
  }
}
