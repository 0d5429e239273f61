/** What a client asks of a cluster, and orders for it, as a whole. @module */
import { rebalanceWorkers, replicateResults, restartCluster, retire } from "./administration.ts";
import { readNumbers, readSchedulerInfo, readStory, readTextLists } from "./answers.ts";
import { datasetNames, openDataset, publishDataset, type PublishOptions, unpublishDataset } from "./datasets.ts";
import type { Future } from "./future.ts";
import { futureStates } from "./future_states.ts";
import type { SchedulerInfo, StoryEvent } from "./scheduler_info.ts";
import type { Session } from "./session.ts";
import { dumpState } from "./state_dump.ts";
import { waitFor, type WaitOptions } from "./waiting.ts";
import { awaitWorkers } from "./worker_count.ts";

/** What a client asks of a cluster, and orders for it, as a whole: part of every client and its views. */
export class ClusterView {
  readonly #session: Session;

  /** For Troupe's own code: others use `Client.connect`. */
  protected constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Keeps futures alive under a name: one, or data that holds some at any depth. Whoever connects to the cluster gets
   * them with {@linkcode dataset}, also after this client has closed.
   *
   * @throws `dataset/exists` for a taken name, unless `replace`; `task/not-serializable`, `future/released`.
   */
  publish(name: string, futures: unknown, options?: PublishOptions): Promise<void> {
    return publishDataset(this.#session, name, futures, options);
  }

  /** The published names. */
  datasets(): Promise<string[]> {
    return datasetNames(this.#session);
  }

  /**
   * What was published under this name, with futures of this client in it; rejects with `dataset/not-found`.
   *
   * @example
   * ```ts
   * import { Client, type Future, LocalCluster } from "@troupe/troupe";
   * import { assertEquals } from "@std/assert";
   *
   * await using cluster = await LocalCluster.start({ executors: "inline" });
   * const alice = await Client.connect(cluster);
   * await alice.publish("squares", alice.map((x: number) => x * x, [1, 2, 3]));
   * await alice.close();
   *
   * await using bob = await Client.connect(cluster);
   * const squares = await bob.dataset<Future<number>[]>("squares");
   * assertEquals(await bob.gather(squares), [1, 4, 9]);
   * ```
   */
  async dataset<T>(name: string): Promise<T> {
    return await openDataset(this.#session, name) as T; // as it was published: only the caller knows its type
  }

  /** Forgets a published name: what nobody else claims is freed. A name that is not there is forgotten already. */
  unpublish(name: string): Promise<void> {
    return unpublishDataset(this.#session, name);
  }

  /** Waits until this many workers are there. */
  waitForWorkers(count: number, wait?: WaitOptions): Promise<void> {
    return awaitWorkers(this.#session, count, wait);
  }

  /** What the scheduler knows of its workers. */
  async schedulerInfo(): Promise<SchedulerInfo> {
    return readSchedulerInfo(await this.#query("info", []));
  }

  /**
   * Forgets all tasks, those of other clients too, and all published names, and starts all workers anew: those under a
   * nanny as new processes, others with new executors. All futures become `"cancelled"`, and may be submitted again; what
   * holds futures in queues and variables is taken out, plain data stays. Resolves when the workers are back.
   */
  restart(wait?: WaitOptions): Promise<void> {
    return restartCluster(this.#session, wait);
  }

  /**
   * Lets workers leave, without any loss: they get no new work, what runs there finishes, results that only they have are
   * copied to others, nothing is computed again. One that has results which nobody else can take stays.
   *
   * @param workers Addresses or names; or how many, then those that do least and hold least. Names that are not there
   * are passed over.
   * @returns The addresses of those that have left.
   *
   * @example
   * ```ts
   * import { Client } from "@troupe/troupe";
   * import { assertEquals } from "@std/assert";
   *
   * await using client = await Client.connect({ workers: 2, threadsPerWorker: 1, executors: "inline" });
   * const squares = client.map((x: number) => x * x, [1, 2, 3, 4]);
   * const [left] = await client.retireWorkers(1);
   * assertEquals((await client.schedulerInfo()).workers[left!], undefined);
   * assertEquals(await client.gather(squares), [1, 4, 9, 16]);
   * ```
   */
  retireWorkers(workers: number | readonly string[], wait?: WaitOptions): Promise<string[]> {
    return retire(this.#session, workers, wait);
  }

  /**
   * Has each result on `copies` workers, or on all if there are fewer: further copies are made, surplus ones freed.
   * Waits for unfinished ones first; rejects with what one of them failed with.
   */
  async replicate(futures: Future<unknown> | Iterable<Future<unknown>>, copies: number): Promise<void> {
    await replicateResults(this.#session, futureStates(futures, "replicate"), copies);
  }

  /** Evens out the bytes that workers hold, by moving these results (when they are finished) or, without any, all. */
  async rebalance(futures?: Iterable<Future<unknown>>): Promise<void> {
    const states = futures === undefined ? undefined : futureStates(futures, "rebalance");
    await rebalanceWorkers(this.#session, states);
  }

  /** Worker addresses by key. */
  async whoHas(futures?: Iterable<Future<unknown>>): Promise<Record<string, string[]>> {
    const keys = futures === undefined ? [] : futureStates(futures, "ask who has").map((state) => state.key);
    return futures !== undefined && keys.length === 0 ? {} : readTextLists(await this.#query("who-has", keys));
  }

  /** Keys by worker address. */
  async hasWhat(workers?: readonly string[]): Promise<Record<string, string[]>> {
    return readTextLists(await this.#query("has-what", workers ?? []));
  }

  /** Running keys by worker address. */
  async processing(workers?: readonly string[]): Promise<Record<string, string[]>> {
    return readTextLists(await this.#query("processing", workers ?? []));
  }

  /** Sizes in bytes by key. */
  async nbytes(keys?: readonly string[]): Promise<Record<string, number>> {
    return readNumbers(await this.#query("nbytes", keys ?? []));
  }

  /** What happened to a task, oldest first. */
  async story(key: string): Promise<StoryEvent[]> {
    return readStory(await this.#query("story", [key]));
  }

  /**
   * Writes the state of scheduler and workers, without values and code, for looking at it later: MessagePack, or JSON when
   * the name ends in `.json`. A worker that cannot be reached is noted in its place.
   */
  async dumpState(path: string | URL): Promise<void> {
    await dumpState(this.#session, path);
  }

  async #query(what: string, about: readonly string[]): Promise<unknown> {
    const session = this.#session;
    session.assertOpen(`ask for ${what}`);
    const ask = () => session.ask((ackId) => ({ type: "query", ackId, what, about }));
    const answer = await waitFor(session, undefined, `ask for ${what}`, ask);
    return answer.type === "answer" ? answer.value : undefined;
  }
}
