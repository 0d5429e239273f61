/** What a client does, but opening and closing. @module */
import { describe, troupeError } from "../base/errors.ts";
import { rebalanceWorkers, replicateResults, restartCluster, retire } from "./administration.ts";
import type { Stream } from "../base/stream.ts";
import type { AnyFunction } from "../code/captured_function.ts";
import { readNumbers, readSchedulerInfo, readStory, readTextLists } from "./answers.ts";
import type {
  AnySources,
  Args,
  Items,
  Opaque,
  Resolved,
  ResolvedArgs,
  Scattered,
  Sources,
  Survivors,
} from "./argument.ts";
import { type Cluster, RemoteCluster } from "./cluster_handle.ts";
import { datasetNames, openDataset, publishDataset, type PublishOptions, unpublishDataset } from "./datasets.ts";
import type { Delayed, DelayedResult } from "./delayed.ts";
import { DelayedWork } from "./delayed_work.ts";
import { runEverywhere } from "./everywhere.ts";
import { Future } from "./future.ts";
import type { CancelOptions, FutureState } from "./future_state.ts";
import { gather, type GatherOptions } from "./gather.ts";
import { isAsyncIterable, isSyncIterable } from "./item_source.ts";
import type { Graph, GraphResult } from "./raw_graph.ts";
import { type ScatterOptions, scatterValues } from "./scatter.ts";
import type { SchedulerInfo, StoryEvent } from "./scheduler_info.ts";
import type { ClientStatus, Session } from "./session.ts";
import { SharedThing } from "./shared_thing.ts";
import { Submitter, type SubmitTools, zipSources } from "./submission.ts";
import { dumpState } from "./state_dump.ts";
import { addTaskOptions, type TaskOptions } from "./task_options.ts";
import { gatherStream, mapStream, scatterStream } from "./task_stream.ts";
import { waitFor, type WaitOptions } from "./waiting.ts";
import { awaitWorkers } from "./worker_count.ts";

/** What a view stands on. */
export interface ViewGround {
  /** The connection. */
  readonly session: Session;
  /** The cluster behind it; undefined for one that is known by its address only. */
  readonly cluster: Cluster | undefined;
  /** What all submissions of the session share. */
  readonly tools: SubmitTools;
}

/** Everything that a client does, but opening and closing. `client.with(options)` gives a view with other options. */
export class ClientView {
  readonly #ground: ViewGround;
  readonly #options: TaskOptions;
  readonly #submitter: Submitter;
  readonly #delayedWork: DelayedWork;

  /** For Troupe's own code: others use `Client.connect` and `with`. */
  protected constructor(ground: ViewGround, options: TaskOptions) {
    this.#ground = ground;
    this.#options = options;
    this.#submitter = new Submitter(ground.tools, options);
    this.#delayedWork = new DelayedWork(ground.session, this.#submitter);
  }

  /** Runs `fn` with these arguments in the cluster, and returns at once. */
  submit<P extends Args<A>, A extends readonly unknown[] = ResolvedArgs<P>, R = unknown>(
    fn: (...args: A) => R | Promise<R>,
    ...args: P
  ): Future<R> {
    return this.#submitter.submit<R>(fn, args, ClientView.prototype.submit);
  }

  /**
   * One task per item; several sources are zipped to the shortest, and read at once. From 100 kB on, what items have in
   * common (the same object as an argument, or what `fn` captured) is sent once.
   */
  map<S extends Sources<A>, A extends readonly unknown[] = Items<S>, R = unknown>(
    fn: (...args: A) => R | Promise<R>,
    ...sources: S
  ): Future<R>[];
  /** One task per item, with bounded work in flight; sync and async sources may be mixed. */
  map<S extends AnySources<A>, A extends readonly unknown[] = Items<S>, R = unknown>(
    fn: (...args: A) => R | Promise<R>,
    ...sources: S
  ): Stream<Future<R>>;
  map(fn: AnyFunction, ...sources: readonly unknown[]): Future<unknown>[] | Stream<Future<unknown>> {
    if (sources.some((source) => isAsyncIterable(source) && !isSyncIterable(source))) {
      const { name, submit } = this.#submitter.stream(fn, ClientView.prototype.map);
      return mapStream(this.#ground.session, this.#options, name, sources, submit);
    }
    const calls = zipSources(`task ${describe(fn.name)}`, sources);
    return this.#submitter.map(fn, calls, ClientView.prototype.map);
  }

  /**
   * The results of these keys of a raw graph: an object of key to value, to key, or to `[fn, ...args]`. A text that is a
   * key of the graph means that key's result, in arrays and plain objects too. Runs what the keys need, and no more.
   *
   * @throws `input/invalid` for an unknown key and for entries that need each other in a circle.
   *
   * @example
   * ```ts
   * import { Client } from "@troupe/troupe";
   * import { assertEquals } from "@std/assert";
   *
   * await using client = await Client.connect({ threadsPerWorker: 1 });
   * const inc = (x: number) => x + 1;
   * const add = (x: number, y: number) => x + y;
   * assertEquals(await client.get({ x: 1, y: [inc, "x"], z: [add, "y", 10] }, ["y", "z"]), [2, 12]);
   * ```
   */
  get<const G extends Graph, const K extends readonly (keyof G & string)[]>(
    graph: G,
    keys: K,
    wait?: WaitOptions,
  ): Promise<{ -readonly [I in keyof K]: GraphResult<G[K[I]]> }>;
  /** The result of this key of a raw graph. */
  get<const G extends Graph, K extends keyof G & string>(
    graph: G,
    key: K,
    wait?: WaitOptions,
  ): Promise<GraphResult<G[K]>>;
  get(graph: unknown, keys: unknown, wait?: WaitOptions): Promise<unknown> {
    return this.#delayedWork.get(graph, keys, wait, ClientView.prototype.get);
  }

  /** Starts a delayed computation. */
  compute<T>(delayed: Delayed<T>): Future<T>;
  /** Starts several delayed computations as one graph. */
  compute<const D extends readonly Delayed<unknown>[]>(
    delayed: D,
  ): { -readonly [K in keyof D]: Future<DelayedResult<D[K]>> };
  compute(delayed: unknown): unknown {
    const list = Array.isArray(delayed) ? delayed : [delayed];
    const futures = this.#delayedWork.compute(list, "compute", ClientView.prototype.compute);
    return Array.isArray(delayed) ? futures : futures[0];
  }

  /** The same computation with its result held in the cluster. */
  persist<T>(delayed: Delayed<T>): Delayed<T>;
  /** The same computations with their results held in the cluster. */
  persist<const D extends readonly Delayed<unknown>[]>(delayed: D): { -readonly [K in keyof D]: D[K] };
  persist(delayed: unknown): unknown {
    const list = Array.isArray(delayed) ? delayed : [delayed];
    const held = this.#delayedWork.persist(list, ClientView.prototype.persist);
    return Array.isArray(delayed) ? held : held[0];
  }

  /**
   * Runs `fn` once on every worker (or those of `with({ workers })`), outside scheduling: at once, beside whatever runs
   * there, and without taking anybody's turn. It runs on one executor of each worker, where it may await; only code that
   * keeps all of them computing makes it wait.
   *
   * @returns What it returned, by worker address. Rejects with what the first of them threw.
   *
   * @example
   * ```ts
   * import { Client } from "@troupe/troupe";
   * import { assertEquals } from "@std/assert";
   *
   * await using client = await Client.connect({ workers: 2, executors: "inline" });
   * const pids = await client.run(() => Deno.pid);
   * assertEquals(Object.values(pids), [Deno.pid, Deno.pid]);
   * ```
   */
  async run<P extends Args<A>, A extends readonly unknown[] = ResolvedArgs<P>, R = unknown>(
    fn: (...args: A) => R | Promise<R>,
    ...args: P
  ): Promise<Record<string, R>> {
    const entry = ClientView.prototype.run;
    return await runEverywhere(this.#ground.tools, this.#options, fn, args, entry) as Record<string, R>; // as fn gives
  }

  /** A view with these options on top of this one's, for submit, map and streams, get, compute, persist, run. */
  with(options: TaskOptions): ClientView {
    return new ClientView(this.#ground, addTaskOptions(this.#options, options));
  }

  /** The scheduler's address. */
  get address(): string {
    return this.#ground.session.address;
  }

  /** The dashboard's page; undefined without a dashboard. */
  get dashboardUrl(): string | undefined {
    return this.#ground.session.dashboardUrl;
  }

  /** The cluster. Connected by address, its `scale`, `adapt` and `close` reject with `cluster/not-managed`. */
  get cluster(): Cluster {
    return this.#ground.cluster ?? new RemoteCluster(this.address, this.dashboardUrl);
  }

  /** Where the connection stands. */
  get status(): ClientStatus {
    return this.#ground.session.status;
  }

  static {
    SharedThing.useClients((client) => #ground in client ? client.#ground.session : undefined);
  }

  /** Names the type; marks it as one value. */
  get [Symbol.toStringTag](): "Client" {
    return "Client";
  }

  /** The value of each future, as they come. A failed one ends the stream, unless `errors` is `"skip"`. */
  gather<T>(futures: AsyncIterable<Future<T>>, options?: GatherOptions): Stream<T>;
  /** The same collection with values, without the entries that failed. */
  gather<const T extends readonly unknown[] | Readonly<Record<string, unknown>>>(
    nested: T,
    options: GatherOptions & { errors: "skip" },
  ): Promise<Survivors<T>>;
  /** The same shape with values in place of futures. */
  gather<const T>(nested: T, options?: GatherOptions & { errors?: "throw" }): Promise<Resolved<T>>;
  gather(nested: unknown, options?: GatherOptions): Promise<unknown> | Stream<unknown> {
    if (isAsyncIterable(nested)) return gatherStream(this.#ground.session, this.#options, nested, options);
    return gather(this.#ground.session, nested, options);
  }

  /** Puts each item into the cluster as it comes. */
  scatter<T>(data: AsyncIterable<T>, options?: ScatterOptions & { concurrency?: number }): Stream<Future<T>>;
  /** Puts one value into the cluster. */
  scatter<T extends Opaque>(value: T, options?: ScatterOptions): Promise<Future<T>>;
  /** Puts each entry of an array or plain object into the cluster. To keep one whole: `[f] = await client.scatter([it])`. */
  scatter<T extends readonly unknown[] | [] | object>(data: T, options?: ScatterOptions): Promise<Scattered<T>>;
  scatter(data: unknown, options?: ScatterOptions): Promise<unknown> | Stream<Future<unknown>> {
    if (isAsyncIterable(data)) return scatterStream(this.#ground.session, this.#options, data, options);
    return scatterValues(this.#ground.session, data, options);
  }

  /** Cancels tasks and what depends on them, unless other clients want them. */
  async cancel(futures: Future<unknown> | Iterable<Future<unknown>>, options?: CancelOptions): Promise<void> {
    await this.#ground.session.cancel(this.#states(futures, "cancel"), options);
  }

  /** The result of a key that somebody else submitted, as a future; lost when nobody claims the key. */
  future<T>(key: string): Future<T> {
    if (typeof key !== "string" || key === "") {
      throw troupeError("input/invalid", `Cannot claim future: ${describe(key)} is no key`);
    }
    return this.#ground.session.claim(key) as Future<T>; // only who submitted it knows its type
  }

  /** Runs failed tasks again. */
  async retry(futures: Future<unknown> | Iterable<Future<unknown>>): Promise<void> {
    await this.#ground.session.retry(this.#states(futures, "retry"));
  }

  /**
   * Keeps futures alive under a name: one, or data that holds some at any depth. Whoever connects to the cluster gets
   * them with {@linkcode dataset}, also after this client has closed.
   *
   * @throws `dataset/exists` for a taken name, unless `replace`; `task/not-serializable`, `future/released`.
   */
  publish(name: string, futures: unknown, options?: PublishOptions): Promise<void> {
    return publishDataset(this.#ground.session, name, futures, options);
  }

  /** The published names. */
  datasets(): Promise<string[]> {
    return datasetNames(this.#ground.session);
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
    return await openDataset(this.#ground.session, name) as T; // as it was published: only the caller knows its type
  }

  /** Forgets a published name: what nobody else claims is freed. A name that is not there is forgotten already. */
  unpublish(name: string): Promise<void> {
    return unpublishDataset(this.#ground.session, name);
  }

  /** Waits until this many workers are there. */
  waitForWorkers(count: number, wait?: WaitOptions): Promise<void> {
    return awaitWorkers(this.#ground.session, count, wait);
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
    return restartCluster(this.#ground.session, wait);
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
    return retire(this.#ground.session, workers, wait);
  }

  /**
   * Has each result on `copies` workers, or on all if there are fewer: further copies are made, surplus ones freed.
   * Waits for unfinished ones first; rejects with what one of them failed with.
   */
  async replicate(futures: Future<unknown> | Iterable<Future<unknown>>, copies: number): Promise<void> {
    await replicateResults(this.#ground.session, this.#states(futures, "replicate"), copies);
  }

  /** Evens out the bytes that workers hold, by moving these results (when they are finished) or, without any, all. */
  async rebalance(futures?: Iterable<Future<unknown>>): Promise<void> {
    const states = futures === undefined ? undefined : this.#states(futures, "rebalance");
    await rebalanceWorkers(this.#ground.session, states);
  }

  /** Worker addresses by key. */
  async whoHas(futures?: Iterable<Future<unknown>>): Promise<Record<string, string[]>> {
    const keys = futures === undefined ? [] : this.#states(futures, "ask who has").map((state) => state.key);
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
    await dumpState(this.#ground.session, path);
  }

  async #query(what: string, about: readonly string[]): Promise<unknown> {
    const { session } = this.#ground;
    session.assertOpen(`ask for ${what}`);
    const ask = () => session.ask((ackId) => ({ type: "query", ackId, what, about }));
    const answer = await waitFor(session, undefined, `ask for ${what}`, ask);
    return answer.type === "answer" ? answer.value : undefined;
  }

  #states(futures: Future<unknown> | Iterable<Future<unknown>>, action: string): FutureState[] {
    if (Future.is(futures)) return [Future.stateOf(futures, action)];
    if (typeof futures !== "object" || futures === null || !(Symbol.iterator in futures)) {
      throw troupeError("input/invalid", `Cannot ${action}: ${describe(futures)} is no future or list of futures`);
    }
    return Array.from(futures, (future) => Future.stateOf(future, action));
  }
}
