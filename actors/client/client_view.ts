/** What a client does, but opening and closing. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { Actor } from "../actor/actor_system.ts";
import type { Stream } from "../base/stream.ts";
import type { AnyFunction } from "../code/captured_function.ts";
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
import { type ClusterActorRef, lookupActor, startActor } from "./cluster_actor.ts";
import { ClusterView } from "./cluster_view.ts";
import type { Delayed, DelayedResult } from "./delayed.ts";
import { DelayedWork } from "./delayed_work.ts";
import { runEverywhere } from "./everywhere.ts";
import { Future } from "./future.ts";
import type { CancelOptions } from "./future_state.ts";
import { futureStates } from "./future_states.ts";
import { gather, type GatherOptions } from "./gather.ts";
import { isAsyncIterable, isSyncIterable } from "./item_source.ts";
import type { Graph, GraphResult } from "./raw_graph.ts";
import { type ScatterOptions, scatterValues } from "./scatter.ts";
import type { ClientStatus, Session } from "./session.ts";
import { SharedThing } from "./shared_thing.ts";
import { Submitter, type SubmitTools, zipSources } from "./submission.ts";
import { addTaskOptions, type TaskOptions } from "./task_options.ts";
import { gatherStream, mapStream, scatterStream } from "./task_stream.ts";
import type { WaitOptions } from "./waiting.ts";

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
export class ClientView extends ClusterView {
  readonly #ground: ViewGround;
  readonly #options: TaskOptions;
  readonly #submitter: Submitter;
  readonly #delayedWork: DelayedWork;

  /** For Troupe's own code: others use `Client.connect` and `with`. */
  protected constructor(ground: ViewGround, options: TaskOptions) {
    super(ground.session);
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

  /**
   * Starts an actor on one of the workers, and resolves when it has started. The ref is a claim on it: unnamed, it lives as
   * long as somebody has one; named (`with({ name })`), until `stop()`.
   *
   * Of the view's options it uses `name`, `retries` (how often it is started again, with the same arguments, when it could
   * not start, when its worker died, or when something failed in it outside of a call), `resources` (occupied as long as it
   * lives), `workers`, `allowOtherWorkers`, `noWorkerTimeoutMs`, `priority`, `signal` and `reentrant`.
   *
   * @throws `actor/name-taken`, `task/not-serializable`, `task/no-worker`, and what its constructor or `onStart` throws.
   *
   * @example
   * ```ts
   * import { Actor, Client } from "@troupe/troupe";
   * import { assertEquals } from "@std/assert";
   *
   * class Counter extends Actor {
   *   #n = 0;
   *   increment(by = 1): number {
   *     return this.#n += by;
   *   }
   * }
   *
   * await using client = await Client.connect({ threadsPerWorker: 1 });
   * using counter = await client.actor(Counter);
   * const two = counter.ask.increment(2);
   * const four = counter.ask.increment(two); // futures in, futures out
   * assertEquals(await client.gather([two, four]), [2, 4]);
   * ```
   */
  async actor<A extends Actor, P extends readonly unknown[]>(
    type: new (...args: P) => A,
    ...args: Args<P>
  ): Promise<ClusterActorRef<A>> {
    return await startActor<A>(this.#ground.session, this.#options, type, args, ClientView.prototype.actor);
  }

  /**
   * Finds the actor of this name. Rejects with `actor/not-found`: at once, or with a wait only after that time.
   *
   * @example
   * ```ts
   * import { Actor, Client } from "@troupe/troupe";
   * import { assertEquals } from "@std/assert";
   *
   * class Greeter extends Actor {
   *   greet(name: string): string {
   *     return `Hello, ${name}`;
   *   }
   * }
   *
   * await using client = await Client.connect({ threadsPerWorker: 1 });
   * await client.with({ name: "greeter" }).actor(Greeter);
   * const greeter = await client.lookupActor<Greeter>("greeter");
   * assertEquals(await greeter.ask.greet("Ada").result(), "Hello, Ada");
   * await greeter.stop();
   * ```
   */
  async lookupActor<A extends Actor>(name: string, wait?: WaitOptions): Promise<ClusterActorRef<A>> {
    return await lookupActor<A>(this.#ground.session, name, wait);
  }

  /** A view with these options on top of this one's, for submit, map, streams, get, compute, persist, run and actor. */
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
    if (isAsyncIterable(nested) && !Future.is(nested)) {
      return gatherStream(this.#ground.session, this.#options, nested, options);
    }
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
    await this.#ground.session.cancel(futureStates(futures, "cancel"), options);
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
    await this.#ground.session.retry(futureStates(futures, "retry"));
  }
}
