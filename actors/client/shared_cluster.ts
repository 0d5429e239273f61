/** Local clusters that delayed computations share when there is no client. @module */
import { keepingAlive } from "../base/keep_alive.ts";
import type { CallNode } from "./call_node.ts";
import { type OpenedSession, openSession } from "./connect.ts";
import type { LocalClusterOptions } from "./connect_options.ts";
import { ownLibrary, sharedClusters } from "./defaults.ts";
import { Submitter, SubmitTools } from "./submission.ts";
import type { WaitOptions } from "./waiting.ts";

/** What its tasks run in. */
export type SharedClusterKind = "threads" | "processes";

/** A local cluster, from the first computation that needs it to the last: nothing of it stays when nobody computes. */
export class SharedCluster {
  readonly #opened: Promise<OpenedSession>;
  #tools: SubmitTools | undefined = undefined;
  #userCount = 0;

  private constructor(kind: SharedClusterKind) {
    this.#opened = openSession(optionsOf(kind), undefined, ownLibrary());
  }

  /**
   * Computes a call in the shared cluster of this kind.
   *
   * @param entry The public function that the program called.
   */
  static async compute(
    kind: SharedClusterKind,
    call: CallNode,
    wait: WaitOptions,
    entry: (...args: never[]) => unknown,
  ): Promise<unknown> {
    const clusters = sharedClusters();
    const known = clusters.get(kind);
    const cluster = known instanceof SharedCluster ? known : new SharedCluster(kind);
    clusters.set(kind, cluster);
    cluster.#userCount++;
    try {
      return await cluster.#compute(call, wait, entry);
    } finally {
      if (--cluster.#userCount === 0) {
        clusters.delete(kind);
        await keepingAlive(() => cluster.#close());
      }
    }
  }

  async #compute(call: CallNode, wait: WaitOptions, entry: (...args: never[]) => unknown): Promise<unknown> {
    const { session } = await this.#opened;
    this.#tools ??= new SubmitTools(session);
    const [future] = new Submitter(this.#tools, {}).graph([call], entry);
    using claim = future!; // one call, one future
    return await claim.result(wait);
  }

  async #close(): Promise<void> {
    // What could not be opened has told everyone who asked.
    const opened = await this.#opened.catch(() => undefined);
    try {
      await opened?.session.close();
    } finally {
      await opened?.cluster.close();
    }
  }
}

function optionsOf(kind: SharedClusterKind): LocalClusterOptions {
  const common = { name: "delayed", dashboardPort: false } as const;
  if (kind === "threads") return common;
  return { ...common, processes: true, workers: navigator.hardwareConcurrency, threadsPerWorker: 1 };
}
