/** Calls that are recorded instead of made, and run together later. @module */
import { describe, troupeError } from "../base/errors.ts";
import { isFunction } from "../code/captured_function.ts";
import type { Entry, IsList, Opaque } from "./argument.ts";
import { CallKeys } from "./call_keys.ts";
import { CallNode } from "./call_node.ts";
import { defaultScheduler, lastOpenClient, runningTask, useScheduler } from "./defaults.ts";
import { Future } from "./future.ts";
import { showAs } from "./inspect.ts";
import { replaceParts } from "./nested_futures.ts";
import { SharedCluster, type SharedClusterKind } from "./shared_cluster.ts";
import { computeHere } from "./sync_computation.ts";
import { checkWaitOptions, type WaitOptions } from "./waiting.ts";

/** What runs delayed computations in a cluster: a client, or a view of one. */
export interface DelayedClient {
  /** Starts a delayed computation. */
  compute<T>(delayed: Delayed<T>): Future<T>;
  /** The same computation with its result held in the cluster. */
  persist<T>(delayed: Delayed<T>): Delayed<T>;
}

/**
 * Where a delayed computation runs: in this thread, call by call (`"sync"`, to debug with plain stack traces); in a local
 * cluster of threads or of processes, which computations share and which ends with the last of them; or in the cluster of
 * a client.
 */
export type DelayedScheduler = "sync" | "threads" | "processes" | DelayedClient;

/** What a delayed function's parameter of type `T` accepts. */
export type DelayedArg<T> =
  | T
  | Future<T>
  | Delayed<T>
  | (T extends Opaque ? never
    : IsList<T> extends true ? readonly DelayedArg<Entry<T>>[]
    : { readonly [K in keyof T]: DelayedArg<T[K]> });

/** {@linkcode DelayedArg} for a whole parameter list. */
export type DelayedArgs<P extends readonly unknown[]> = { readonly [K in keyof P]: DelayedArg<P[K]> };

/** The result type of a delayed computation. */
export type DelayedResult<D> = D extends Delayed<infer T> ? T : never;

/** A call that is not made yet, or a future of its result. */
type Source<T> = CallNode | Future<T>;

/** A call that has not been made yet. Made by a function that went through {@linkcode delayed}. */
export class Delayed<out T> {
  readonly #source: Source<T>;
  /** Names calls; made with the first name. */
  static #keys: CallKeys | undefined = undefined;

  private constructor(source: Source<T>) {
    this.#source = source;
  }

  /**
   * Names the result, as the key of a future of the same call would.
   *
   * @throws `task/not-serializable` when function or arguments cannot travel.
   */
  get key(): string {
    if (Future.is(this.#source)) return this.#source.key;
    Delayed.#keys ??= new CallKeys();
    return Delayed.#keys.keyOf(this.#source);
  }

  /** Names the type; marks it as one value. */
  get [Symbol.toStringTag](): "Delayed" {
    return "Delayed";
  }

  /**
   * Runs it and all it needs; rejects with the error of the call that failed.
   *
   * @param options `scheduler`: where it runs; by default what {@linkcode setDefaultScheduler} says, else the current
   * client, else `"threads"`.
   */
  async compute(options: WaitOptions & { scheduler?: DelayedScheduler } = {}): Promise<T> {
    checkWaitOptions(options, "compute");
    const scheduler = options.scheduler === undefined ? usualScheduler() : checkScheduler(options.scheduler, "compute");
    const { timeoutMs, signal } = options;
    return await this.#computeOn(scheduler, { timeoutMs, signal });
  }

  /** The same computation with its result held in the cluster of this client; by default that of the current client. */
  persist(options: { client?: DelayedClient } = {}): Delayed<T> {
    const { client = currentClient() } = options;
    if (client === undefined) {
      throw troupeError("client/none", "Cannot persist: no client is connected", {
        hint: "Call `await Client.connect()` first",
      });
    }
    if (!isDelayedClient(client)) {
      throw troupeError("input/invalid", `Cannot persist: option "client" is ${describe(client)}`, {
        hint: "Give a client",
      });
    }
    return client.persist(this);
  }

  /** A delayed value. For Troupe's own code. */
  static of<T>(source: Source<T>): Delayed<T> {
    return new Delayed<T>(source);
  }

  /** Whether a value is a delayed one. For Troupe's own code. */
  static is(value: unknown): value is Delayed<unknown> {
    return typeof value === "object" && value !== null && #source in value;
  }

  /** What stands behind a delayed value; throws `input/invalid` for what is none. For Troupe's own code. */
  static sourceOf(value: unknown, action: string): CallNode | Future<unknown> {
    if (Delayed.is(value)) return value.#source;
    throw troupeError("input/invalid", `Cannot ${action}: ${describe(value)} is not a delayed value`, {
      hint: "Make one with `delayed(fn)(...args)`",
    });
  }

  static {
    showAs(this.prototype, (delayed) => {
      if (!Delayed.is(delayed)) return "Delayed {}"; // the prototype itself
      const source = delayed.#source;
      return Future.is(source)
        ? `<Delayed: persisted, key: ${source.key}>`
        : `<Delayed: ${source.fn.name || "lambda"}>`;
    });
  }

  async #computeOn(scheduler: DelayedScheduler, wait: WaitOptions): Promise<T> {
    const source = this.#source;
    if (Future.is(source)) return await source.result(wait) as T; // made from a `Delayed<T>`
    if (scheduler === "sync") return await computeHere(source, wait) as T; // what a call gives has no closer type
    if (scheduler === "threads" || scheduler === "processes") {
      return await SharedCluster.compute(scheduler, source, wait, Delayed.prototype.compute) as T;
    }
    using future = scheduler.compute(this);
    return await future.result(wait);
  }
}

/**
 * The function, made to record calls instead of making them.
 *
 * A recorded call takes values, futures and other recorded calls, in arrays and plain objects too. Nothing runs before
 * `compute`, `client.compute` or `client.persist`; a call that several others need runs once. Arguments are read when it
 * is computed: do not change them in between.
 *
 * @throws `input/invalid` for what is no function.
 *
 * @example
 * ```ts
 * import { delayed } from "@troupe/troupe";
 * import { assertEquals } from "@std/assert";
 *
 * const inc = delayed((x: number) => x + 1);
 * const add = delayed((x: number, y: number) => x + y);
 * const total = add(inc(6), inc(7));
 * assertEquals(await total.compute({ scheduler: "sync" }), 15);
 * ```
 */
export function delayed<P extends readonly unknown[], R>(
  fn: (...args: P) => R | Promise<R>,
): (...args: DelayedArgs<P>) => Delayed<R> {
  if (!isFunction(fn)) {
    throw troupeError("input/invalid", `Cannot delay ${describe(fn)}: it is not a function`, {
      hint: "Give the function, then its arguments: `delayed(fn)(...args)`",
    });
  }
  return (...args) =>
    Delayed.of<R>(new CallNode(fn, args.map((arg) => replaceParts(arg, Delayed.is, (one) => sourceOf(one)))));
}

/**
 * Where `compute()` runs by default: the current client, else `"threads"`. `null` goes back to that.
 *
 * @throws `input/invalid` for what is no scheduler.
 */
export function setDefaultScheduler(scheduler: DelayedScheduler | null): void {
  useScheduler(scheduler === null ? undefined : checkScheduler(scheduler, "set the default scheduler"));
}

function sourceOf(value: Delayed<unknown>): CallNode | Future<unknown> {
  return Delayed.sourceOf(value, "delay");
}

function usualScheduler(): DelayedScheduler {
  const chosen = defaultScheduler() ?? currentClient();
  return isScheduler(chosen) ? chosen : "threads";
}

/** The client inside a task, else the one connected last and still open. */
function currentClient(): DelayedClient | undefined {
  const client: object | undefined = runningTask()?.client() ?? lastOpenClient();
  return isDelayedClient(client) ? client : undefined;
}

const KINDS: readonly (SharedClusterKind | "sync")[] = ["sync", "threads", "processes"];

function checkScheduler(scheduler: unknown, action: string): DelayedScheduler {
  if (isScheduler(scheduler)) return scheduler;
  throw troupeError("input/invalid", `Cannot ${action}: ${describe(scheduler)} is no scheduler`, {
    hint: 'Give "sync", "threads", "processes" or a client',
  });
}

function isScheduler(value: unknown): value is DelayedScheduler {
  return typeof value === "string" ? KINDS.some((kind) => kind === value) : isDelayedClient(value);
}

function isDelayedClient(value: unknown): value is DelayedClient {
  if (typeof value !== "object" || value === null) return false;
  return typeof Reflect.get(value, "compute") === "function" && typeof Reflect.get(value, "persist") === "function";
}
