/** A function run once on every worker, outside of scheduling. @module */
import { describe, troupeError } from "../base/errors.ts";
import { readSchedulerInfo } from "./answers.ts";
import type { Future } from "./future.ts";
import { gather } from "./gather.ts";
import { setOwn } from "./nested_futures.ts";
import { Submitter, type SubmitTools } from "./submission.ts";
import type { TaskOptions } from "./task_options.ts";
import { waitFor } from "./waiting.ts";

const ACTION = "run everywhere";

/**
 * Runs a function once on each worker; gives what it returned, by address. Rejects with what the first of them threw.
 *
 * @param entry The public function that was called.
 */
export async function runEverywhere(
  tools: SubmitTools,
  options: TaskOptions,
  fn: unknown,
  args: readonly unknown[],
  entry: (...args: never[]) => unknown,
): Promise<Record<string, unknown>> {
  const { session } = tools;
  session.assertOpen(ACTION);
  const { workers, timeoutMs, signal } = options;
  const about = workers === undefined ? [] : [workers].flat();
  const ask = () => session.ask((ackId) => ({ type: "query", ackId, what: "info", about }));
  const answer = await waitFor(session, undefined, ACTION, ask);
  const addresses = Object.keys(readSchedulerInfo(answer.type === "answer" ? answer.value : undefined).workers);
  if (addresses.length === 0 && about.length > 0) {
    const message = `Cannot ${ACTION}: no worker is one of ${describe(about)}`;
    throw troupeError("task/no-worker", message, { hint: "Give addresses, names or hosts of workers" });
  }
  const futures: Record<string, Future<unknown>> = {};
  for (const address of addresses) {
    // A worker that leaves meanwhile is not waited for.
    const own: TaskOptions = { workers: address, pure: false, noWorkerTimeoutMs: 0, priority: Number.MAX_VALUE };
    if (timeoutMs !== undefined) own.timeoutMs = timeoutMs;
    if (signal !== undefined) own.signal = signal;
    setOwn(futures, address, new Submitter(tools, own, true).submit(fn, args, entry));
  }
  const results = await gather(session, futures) as Record<string, unknown>; // the shape of what went in
  for (const future of Object.values(futures)) future.release();
  return results;
}
