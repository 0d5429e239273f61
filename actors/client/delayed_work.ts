/** What a client does with raw graphs and delayed computations. @module */
import { CallNode, nodesIn } from "./call_node.ts";
import { Delayed } from "./delayed.ts";
import type { Future } from "./future.ts";
import { stateFor } from "./future_codec.ts";
import { gather } from "./gather.ts";
import { replaceParts } from "./nested_futures.ts";
import { readGraph } from "./raw_graph.ts";
import type { Session } from "./session.ts";
import type { Submitter } from "./submission.ts";
import { checkWaitOptions, type WaitOptions } from "./waiting.ts";

/** The public function that the program called. */
type Caller = (...args: never[]) => unknown;

/** Graphs and delayed computations under the options of one view. */
export class DelayedWork {
  readonly #session: Session;
  readonly #submitter: Submitter;

  /** The work of a view. */
  constructor(session: Session, submitter: Submitter) {
    this.#session = session;
    this.#submitter = submitter;
  }

  /** The results of a key, or of a list of keys, of a raw graph. */
  async get(graph: unknown, keys: unknown, wait: WaitOptions | undefined, caller: Caller): Promise<unknown> {
    checkWaitOptions(wait, "get from graph");
    this.#session.assertOpen("get from graph");
    const asked = readGraph(graph, Array.isArray(keys) ? keys : [keys]);
    const nodes = nodesIn(asked);
    const futures = this.#submitter.graph<unknown>(nodes, caller);
    try {
      const futureOf = new Map(nodes.map((node, index) => [node, futures[index]]));
      const values = await gather(this.#session, replaceParts(asked, CallNode.is, (node) => futureOf.get(node)), wait);
      return Array.isArray(keys) ? values : Array.isArray(values) ? values[0] : undefined;
    } finally {
      for (const future of futures) future.release();
    }
  }

  /** Futures for delayed values, in one message. */
  compute(list: readonly unknown[], action: string, caller: Caller): Future<unknown>[] {
    const sources = list.map((one) => Delayed.sourceOf(one, action));
    const futures = this.#submitter.graph<unknown>(sources.filter(CallNode.is), caller).values();
    return sources.map((source) => {
      if (CallNode.is(source)) return futures.next().value!; // one per call, in their order
      // Claimed already, here or by another client of the cluster: a future object of its own.
      return this.#session.claim(stateFor(source, this.#session, action).key);
    });
  }

  /** Delayed values whose results are held in the cluster. */
  persist(list: readonly unknown[], caller: Caller): Delayed<unknown>[] {
    return this.compute(list, "persist", caller).map((future) => Delayed.of(future));
  }
}
