import { Future } from "./future.ts";

/**
 * Keeps the task of this future running although nobody holds it any more: it is computed for its effect. Its result, or
 * its failure, is let go as soon as it ends, unless somebody else claims it.
 *
 * ```ts
 * import { Client, fireAndForget } from "@troupe/troupe";
 *
 * const client = await Client.connect({ executors: "inline" });
 * const future = client.submit((line: string) => line.length, "written to a log");
 * fireAndForget(future);
 * future.release(); // the task is run all the same
 * await client.close();
 * ```
 *
 * A cluster that ends with its client, as that of `Client.connect()` does, takes its tasks along.
 *
 * @throws `input/invalid` for what is no future, `future/released`, `client/closed`.
 */
export function fireAndForget(future: Future<unknown>): void {
  const state = Future.stateOf(future, "fire and forget");
  state.owner.fireAndForget(state);
}
