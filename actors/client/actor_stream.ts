/**
 * Streams of actors in a cluster: what a generator method gives. Its items are pulled by calls of their own, so that dead
 * actors and dead workers are those of calls. The generator lives as long as the reply of the call that made it is claimed.
 *
 * @module
 */
import { asError, TroupeError, troupeError } from "../base/errors.ts";
import { nameOfKey } from "../base/key_name.ts";
import { type Stream, StreamFeed } from "../base/stream.ts";
import { STREAM_PULL } from "../protocol/cluster_actor.ts";
import type { ClientToScheduler } from "../protocol/client_scheduler.ts";
import type { Packed } from "../protocol/packed.ts";
import * as p from "../protocol/parse.ts";
import type { TaskKey } from "../protocol/task.ts";
import { runningTask } from "./defaults.ts";
import { Future } from "./future.ts";
import type { FutureOwner, FutureState } from "./future_state.ts";
import type { FutureTable } from "./future_table.ts";
import { waitFor, type WaitOptions, type WaitScope } from "./waiting.ts";

/** Items that wait here at most, or are on their way. */
const WINDOW = 32;

/** A session, as far as streams need to know it. */
export interface StreamSession extends FutureOwner {
  readonly futures: FutureTable;
  /** Finds the values of results. */
  readonly reader: { packedValue(state: FutureState, scope: WaitScope): Promise<Packed> };
  /** Throws `client/closed`. */
  assertOpen(action: string): void;
  /** Says something to the scheduler. */
  say(message: ClientToScheduler): void;
  /** Decodes a value that came from the cluster, when the modules of functions in it are loaded. */
  unpackLoading(packed: Packed): unknown;
  /** The result of this key as a future. */
  claim(key: TaskKey): Future<unknown>;
}

/** Nobody gives up waiting for a pull: it ends with its actor at the latest. */
const UNLIMITED: WaitScope = { onEnd: () => undefined };

/** Pulls the items of one stream while somebody reads. */
class ActorStreamReader {
  /** By the streams that they feed. */
  static readonly #all = new WeakMap<object, ActorStreamReader>();
  readonly #session: StreamSession;
  readonly #actor: TaskKey;
  /** The reply that the generator lives by. */
  readonly #reply: Future<unknown>;
  readonly #feed: StreamFeed<unknown>;
  #options: WaitOptions | undefined;
  #isPulling = false;
  /** Whether there may be more where it comes from. */
  #isOpen = true;
  #pullCount = 0;

  private constructor(session: StreamSession, actor: TaskKey, key: TaskKey) {
    this.#session = session;
    this.#actor = actor;
    this.#reply = session.claim(key);
    this.#feed = new StreamFeed<unknown>({ wait: (begin) => this.#wait(begin), close: () => this.#leave() });
  }

  /** A stream that reads what the generator of this call gives. */
  static open(session: StreamSession, actor: TaskKey, key: TaskKey): Stream<unknown> {
    const reader = new ActorStreamReader(session, actor, key);
    const stream = reader.#feed.stream();
    ActorStreamReader.#all.set(stream, reader);
    return stream;
  }

  /** A value as the stream that it is, whose waits have these limits from now on; undefined for anything else. */
  static limited(value: unknown, options: WaitOptions): Stream<unknown> | undefined {
    const reader = typeof value === "object" && value !== null ? ActorStreamReader.#all.get(value) : undefined;
    if (reader === undefined) return undefined;
    reader.#options = options;
    return value as Stream<unknown>; // what `open` gave
  }

  async #wait<R>(begin: () => Promise<R>): Promise<R> {
    const action = `read stream ${nameOfKey(this.#reply.key)}`;
    try {
      return await waitFor(this.#session, this.#options, action, () => {
        this.#pull();
        return begin();
      });
    } catch (error) {
      if (!TroupeError.is(error, "wait/timeout")) throw error;
      throw troupeError("actor/timeout", error.message, { cause: error });
    }
  }

  #pull(): void {
    const credit = WINDOW - this.#feed.size;
    if (this.#isPulling || !this.#isOpen || 2 * credit < WINDOW) return;
    this.#isPulling = true;
    this.#ask(credit).then(([items, isOver]) => this.#take(items, isOver), (error) => this.#fail(asError(error)));
  }

  async #ask(credit: number): Promise<readonly [readonly unknown[], boolean]> {
    const session = this.#session;
    const stream = this.#reply.key;
    session.assertOpen(`read stream ${nameOfKey(stream)}`);
    // A line of its own: it waits for no other call, and no other call for it.
    const key = `${stream}.${++this.#pullCount}`;
    const state = session.futures.add(key, session);
    session.say({
      ...{ type: "call-actor", key, actor: this.#actor, args: [STREAM_PULL, stream, credit], deps: [], isTell: false },
      ...{ caller: `stream:${stream}`, parent: runningTask()?.runId, timeoutMs: undefined },
    });
    using _claim = Future.of(state);
    // What it brings is claimed before the claim of the batch goes.
    const t = p.fields(await session.unpackLoading(await session.reader.packedValue(state, UNLIMITED)));
    return [p.fields(t[0]), p.flag(t, 1)];
  }

  #take(items: readonly unknown[], isOver: boolean): void {
    this.#isPulling = false;
    for (const item of items) this.#feed.push(item, () => this.#pull());
    if (!isOver) return this.#pull();
    this.#leave();
    this.#feed.end();
  }

  #fail(error: Error): void {
    this.#leave();
    this.#feed.fail(error);
  }

  #leave(): void {
    this.#isOpen = false;
    this.#reply.release();
  }
}

/** The stream behind a reply that arrived. */
export function readActorStream(payload: unknown, session: StreamSession): Stream<unknown> {
  const t = p.fields(payload);
  return ActorStreamReader.open(session, p.text(t, 0), p.text(t, 1));
}

/**
 * The reply to a call. Nobody knows what a method elsewhere will give, so one object is both: a future of the reply (of a
 * generator: the stream), and, read item by item, the stream.
 */
export class ClusterReply extends Future<unknown> implements Omit<Stream<unknown>, "throw"> {
  readonly #options: WaitOptions;
  #stream: Promise<Stream<unknown>> | undefined;

  /** A reply. @param options Limits of each wait for an item. */
  constructor(state: FutureState, options: WaitOptions) {
    super(state);
    this.#options = options;
  }

  /** The next item. */
  async next(): Promise<IteratorResult<unknown, undefined>> {
    this.#stream ??= this.#open();
    return await (await this.#stream).next();
  }

  /** Leaves the stream, and gives up the reply. */
  async return(): Promise<IteratorResult<unknown, undefined>> {
    this.release();
    const stream = await this.#stream?.catch(() => undefined); // whoever reads it hears why
    await stream?.return?.();
    return { done: true, value: undefined };
  }

  /** Itself: a stream is read once. */
  [Symbol.asyncIterator](): Stream<unknown> {
    return this;
  }

  /** Leaves the stream. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #open(): Promise<Stream<unknown>> {
    const stream = ActorStreamReader.limited(await this.result(), this.#options);
    // From here on the stream alone holds it, which gives it up at its end.
    if (stream !== undefined) {
      this.release();
      return stream;
    }
    throw troupeError("input/invalid", "Cannot read reply item by item: the method is no async generator", {
      hint: "Get it with result()",
    });
  }
}
