/** `map`, `scatter` and `gather` over async iterables: their items in flight are tasks, values on their way, results. @module */
import { describe } from "../base/errors.ts";
import type { Stream } from "../base/stream.ts";
import { Future } from "./future.ts";
import type { FutureState } from "./future_state.ts";
import { errorsOption, type GatherOptions, stateToGather } from "./gather.ts";
import { itemSource, ZippedSource } from "./item_source.ts";
import { settled } from "./result_reader.ts";
import { scatterer, type ScatterOptions } from "./scatter.ts";
import type { Session } from "./session.ts";
import { SKIPPED, startStream } from "./stream_pump.ts";
import { addTaskOptions, type TaskOptions } from "./task_options.ts";
import { checkWaitOptions, type WaitScope } from "./waiting.ts";

/** Submits one call of a stream, by its arguments and its place. */
export type SubmitCall = (args: readonly unknown[], index: number) => Future<unknown>;

/** One task per row of the sources. */
export function mapStream(
  session: Session,
  options: TaskOptions,
  name: string,
  sources: readonly unknown[],
  submit: SubmitCall,
): Stream<Future<unknown>> {
  const action = `map task ${describe(name)}`;
  const rows = new ZippedSource(sources.map((source, index) => itemSource(source, action, `source ${index + 1}`)));
  let count = 0;
  return startStream<readonly unknown[], Future<unknown>>(session, {
    action,
    source: rows,
    concurrency: options.concurrency,
    isOrdered: options.ordered ?? true,
    wait: undefined,
    signal: options.signal,
    begin(row, scope) {
      const future = submit(row, count++);
      rows.release(row); // the task holds them from now on
      const state = Future.stateOf(future, action);
      return { early: { item: future }, done: settled(state, scope).then(() => future) };
    },
    drop: (future) => future.release(),
  });
}

/** One future per item, in the cluster when it is handed out. */
export function scatterStream(
  session: Session,
  view: TaskOptions,
  data: AsyncIterable<unknown>,
  options: ScatterOptions & { concurrency?: number } = {},
): Stream<Future<unknown>> {
  const action = "scatter";
  checkWaitOptions(options, action);
  const { concurrency } = addTaskOptions(view, { concurrency: options.concurrency });
  const scatter = scatterer(session, options);
  let count = 0;
  return startStream<unknown, Future<unknown>>(session, {
    action,
    source: itemSource(data, action, "data"),
    concurrency,
    isOrdered: view.ordered ?? true,
    wait: options,
    signal: options.signal,
    begin: (item) => ({ done: scatter(item, `item ${count++}`) }),
    drop: (future) => future.release(),
  });
}

/** The value of each future. */
export function gatherStream(
  session: Session,
  view: TaskOptions,
  futures: AsyncIterable<unknown>,
  options: GatherOptions = {},
): Stream<unknown> {
  const action = "gather";
  checkWaitOptions(options, action);
  const isSkipping = errorsOption(options) === "skip";
  const source = itemSource(futures, action, "what is gathered");
  const read = async (state: FutureState, scope: WaitScope) => {
    try {
      return await session.unpackLoading(await session.reader.packedValue(state, scope));
    } catch (error) {
      if (isSkipping && state.status !== "finished") return SKIPPED;
      throw error;
    }
  };
  return startStream<unknown, unknown>(session, {
    action,
    source,
    concurrency: view.concurrency,
    isOrdered: view.ordered ?? true,
    wait: options,
    signal: options.signal,
    begin(future, scope) {
      const state = stateToGather(session, future);
      scope.onEnd(() => source.release(future)); // held until its value is here, or nobody waits for it any more
      return { done: read(state, scope) };
    },
    drop: () => undefined,
  });
}
