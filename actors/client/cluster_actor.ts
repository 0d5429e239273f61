/** Actors in a cluster: refs that are claims, and calls whose replies are futures. @module */
import { type ActorMethod, type BaseRef, type Down, type Message, methodsOf, type Tell } from "../actor/actor_ref.ts";
import type { Actor } from "../actor/actor_system.ts";
import { describe, TroupeError, troupeError } from "../base/errors.ts";
import { nameOfKey } from "../base/key_name.ts";
import type { Limits } from "../base/limits.ts";
import type { Random } from "../base/random.ts";
import type { Stream } from "../base/stream.ts";
import { type AnyFunction, type CapturedFunction, isFunction } from "../code/captured_function.ts";
import type { Capturer } from "../code/capture.ts";
import type { ClientToScheduler } from "../protocol/client_scheduler.ts";
import { fields, text } from "../protocol/parse.ts";
import type { TaskKey } from "../protocol/task.ts";
import { ClusterReply, type StreamSession } from "./actor_stream.ts";
import { AbortGroup } from "./abort_group.ts";
import type { Args } from "./argument.ts";
import { ArgumentPacker, type PackingPlace } from "./arguments.ts";
import { claimBy } from "./claim_behind.ts";
import { refuseAtImport, runningTask } from "./defaults.ts";
import { Future } from "./future.ts";
import type { FutureState } from "./future_state.ts";
import { showAs } from "./inspect.ts";
import type { SchedulerAnswer } from "./requests.ts";
import { SubmitSites } from "./submit_sites.ts";
import { actorOptionsOf, type TaskOptions } from "./task_options.ts";
import { checkWaitOptions, waitFor, type WaitOptions } from "./waiting.ts";

/**
 * What a cluster `ask` gives for a method that returns `R`: a {@linkcode Stream} for an `async function*` and its like, else a
 * {@linkcode Future}; of a queue, which travels, a future, too.
 */
export type FutureReply<R> = unknown extends R ? Future<Awaited<R>>
  : [R] extends [never] ? Future<never>
  : [R] extends [{ readonly [Symbol.toStringTag]: "Queue" }] ? Future<R>
  : [R] extends [AsyncIterable<infer T>] ? Stream<T>
  : Future<Awaited<R>>;

/** The public methods of `A`, answered by futures, or by streams for `async function*` methods; futures are fine as arguments. */
export type AskFuture<A> = {
  readonly [K in ActorMethod<A>]: A[K] extends (...args: infer P) => infer R
    ? (...args: Args<Message<P>>) => FutureReply<R>
    : never;
};

/**
 * A ref to an actor in a cluster, and a claim on it: an actor without a name ends when the last ref to it is released or
 * collected. Refs in arguments and results of tasks, in queues and variables, and in other actors count as long as they are
 * there.
 *
 * Calls of one caller (a program, a task, an actor) begin in the order in which they were made, also behind one that waits
 * for a future among its arguments; calls of others go on meanwhile. One message is handled at a time, with all that it
 * awaits, unless the actor is reentrant. A call is carried out although its reply may be wanted by nobody.
 *
 * An `async function*` gives a stream at once. Each step of it is a message of the actor, made only as far as somebody reads
 * (up to 32 items ahead). Leaving the stream closes the generator; an error of it arrives as itself, and the end of the
 * actor as `actor/terminated`. A stream is read by one reader, and holds its actor.
 *
 * @example A stream of an actor
 * ```ts
 * import { Actor, Client } from "@troupe/troupe";
 * import { assertEquals } from "@std/assert";
 *
 * class Counter extends Actor {
 *   async *count(to: number): AsyncGenerator<number> {
 *     for (let i = 0; i < to; i++) yield i;
 *   }
 * }
 *
 * await using client = await Client.connect({ threadsPerWorker: 1 });
 * using counter = await client.actor(Counter);
 * const seen: number[] = [];
 * for await (const i of counter.ask.count(Infinity)) if (seen.push(i) === 3) break;
 * assertEquals(seen, [0, 1, 2]);
 * ```
 */
export interface ClusterActorRef<A extends Actor> extends BaseRef, Disposable {
  /** Names the type; marks it as one value. */
  readonly [Symbol.toStringTag]: "ClusterActorRef";
  /** Calls; the reply is a future, there at once, and that of an `async function*` a stream. */
  readonly ask: AskFuture<A>;
  /** Sends without reply; the promise resolves at once. */
  readonly tell: Tell<A>;
  /** The same ref, as a claim of its own, with a deadline (`actor/timeout`) or signal for its asks. */
  with(options: WaitOptions): ClusterActorRef<A>;
  /** Gives up this claim; later use throws `future/released`. `using` does the same. */
  release(): void;
}

/** The tag of a ref among special values; its payload is that of the future that it stands on. */
export const CLUSTER_ACTOR_TAG = "cluster-actor";

const RANDOM_CHARACTERS = 16;

/** A session, as far as actors need to know it. */
export interface ActorSession extends StreamSession, PackingPlace {
  readonly address: string;
  readonly client: object | undefined;
  /** Tells what a task failed with. */
  readonly reader: StreamSession["reader"] & { failureOf(state: FutureState): Error };
  readonly world: { readonly capturer: Capturer; readonly random: Random; readonly limits: Limits };
  /** Asks the scheduler for something. */
  ask(say: (ackId: number) => ClientToScheduler): Promise<SchedulerAnswer>;
  /** Makes a function known. */
  define(captured: CapturedFunction): void;
  /** What a task names lives as long as it does. */
  keep(key: TaskKey, keys: readonly TaskKey[]): void;
}

/** What the calls of one session share. */
class CallDesk {
  static readonly #all = new WeakMap<object, CallDesk>();
  readonly packer: ArgumentPacker;
  readonly sites: SubmitSites;
  readonly #stem: string;
  #nameCount = 0;

  private constructor(session: ActorSession) {
    this.packer = new ArgumentPacker(session, session.world.limits.besideBytesMin);
    this.sites = new SubmitSites(session.clock);
    this.#stem = session.world.random.text(RANDOM_CHARACTERS);
  }

  static of(session: ActorSession): CallDesk {
    const known = CallDesk.#all.get(session);
    if (known !== undefined) return known;
    const desk = new CallDesk(session);
    CallDesk.#all.set(session, desk);
    return desk;
  }

  uniqueText(): string {
    return `${this.#stem}${(this.#nameCount++).toString(36)}`;
  }
}

/** A ref to an actor in a cluster. */
export class ClusterActor<A extends Actor> implements ClusterActorRef<A> {
  readonly #session: ActorSession;
  /** Claims the actor: it is the value of this key. */
  readonly #future: Future<unknown>;
  readonly #options: WaitOptions;
  readonly ask: AskFuture<A>;
  readonly tell: Tell<A>;

  private constructor(session: ActorSession, future: Future<unknown>, options: WaitOptions) {
    this.#session = session;
    this.#future = future;
    this.#options = options;
    this.ask = methodsOf((method, args) => this.#call(method, args, false)) as AskFuture<A>;
    this.tell = methodsOf((method, args) => this.#tell(method, args)) as Tell<A>;
    claimBy(this, future);
  }

  /** A ref that stands on this future. */
  static at<A extends Actor>(session: ActorSession, future: Future<unknown>): ClusterActor<A> {
    return new ClusterActor<A>(session, future, {});
  }

  get [Symbol.toStringTag](): "ClusterActorRef" {
    return "ClusterActorRef";
  }

  get address(): string {
    return `${this.#session.address}/${this.#future.key}`;
  }

  with(options: WaitOptions): ClusterActorRef<A> {
    checkWaitOptions(options, "ask actor");
    const own = Future.of(this.#state("use"));
    return new ClusterActor<A>(this.#session, own, { ...this.#options, ...options });
  }

  watch(callback: (down: Down) => void): Disposable {
    const state = this.#state("watch");
    if (!isFunction(callback)) {
      throw troupeError("input/invalid", `Cannot watch ${this.#label}: ${describe(callback)} is not a function`);
    }
    let isOver = false;
    // It holds the ref: what is watched is claimed.
    const look = () => {
      if (isOver) return;
      const down = downOf(this.#session, this.address, state);
      if (down !== undefined) queueMicrotask(() => isOver || callback(down));
      else if (!state.isReleased) state.addWaiter(look);
    };
    look();
    return {
      [Symbol.dispose]() {
        isOver = true;
        state.removeWaiter(look);
      },
    };
  }

  async stop(wait?: WaitOptions): Promise<void> {
    await this.#end("stop", false, wait);
  }

  async kill(wait?: WaitOptions): Promise<void> {
    await this.#end("kill", true, wait);
  }

  release(): void {
    this.#future.release();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  get #label(): string {
    return `actor ${describe(nameOfKey(this.#future.key))}`;
  }

  #state(action: string): FutureState {
    return Future.stateOf(this.#future, `${action} ${this.#label}`);
  }

  #tell(method: string, args: readonly unknown[]): Promise<void> {
    this.#call(method, args, true).release();
    return Promise.resolve();
  }

  #call(method: string, args: readonly unknown[], isTell: boolean): Future<unknown> {
    const session = this.#session;
    const actor = this.#state("ask").key;
    session.assertOpen(`ask ${this.#label}`);
    const desk = CallDesk.of(session);
    const name = `${nameOfKey(actor)}.${method}`;
    const packed = desk.packer.pack(args, { name, environment: undefined });
    const key = `${name}-${desk.uniqueText()}`;
    const state = session.futures.add(key, session);
    state.site = desk.sites.capture(name, Reflect.get(isTell ? this.tell : this.ask, method));
    const task = runningTask();
    session.say({
      ...{ type: "call-actor", key, actor, args: [method, ...packed.args], deps: packed.deps, isTell },
      ...{ caller: task?.caller ?? "", parent: task?.runId, timeoutMs: this.#options.timeoutMs },
    });
    session.keep(key, packed.kept);
    if (this.#options.signal !== undefined) new AbortGroup(this.#options.signal).add(state);
    return new ClusterReply(state, this.#options);
  }

  async #end(action: "stop" | "kill", isKill: boolean, wait: WaitOptions | undefined): Promise<void> {
    const { key } = this.#state(action);
    this.#session.assertOpen(`${action} ${this.#label}`);
    const ask = () => this.#session.ask((ackId) => ({ type: "end-actor", ackId, key, isKill }));
    await waitFor(this.#session, wait, `${action} ${this.#label}`, ask);
  }

  static {
    showAs(
      this.prototype,
      (ref) => #future in ref ? `<ClusterActorRef: ${describe(ref.address)}>` : "ClusterActorRef {}",
    );
  }
}

/** How an actor ended, if it has. */
function downOf(session: ActorSession, address: string, state: FutureState): Down | undefined {
  if (state.status === "pending" || state.status === "finished") return undefined;
  if (state.status !== "error") return { address, reason: state.status === "lost" ? "link/down" : "stopped" };
  const error = session.reader.failureOf(state);
  const how = TroupeError.is(error, "actor/terminated") ? error.details["reason"] : "failed";
  if (how === "stopped" || how === "killed") return { address, reason: how };
  return { address, reason: "failed", error };
}

/** Starts an actor; resolves when it has started. `entry` is the public function that was called. */
export async function startActor<A extends Actor>(
  session: ActorSession,
  options: TaskOptions,
  type: unknown,
  args: readonly unknown[],
  entry: AnyFunction,
): Promise<ClusterActorRef<A>> {
  session.assertOpen("start actor");
  refuseAtImport("start actor");
  if (!isFunction(type) || typeof type.prototype !== "object" || !("context" in type.prototype)) {
    throw troupeError("input/invalid", `Cannot start actor: ${describe(type)} is no class that extends Actor`);
  }
  const desk = CallDesk.of(session);
  const captured = desk.packer.captureClass(type, "start actor");
  const packed = desk.packer.pack(args, captured);
  const key = `${captured.name}-${desk.uniqueText()}`;
  session.define(captured);
  const state = session.futures.add(key, session);
  state.site = desk.sites.capture(captured.hash, entry);
  const parent = runningTask()?.runId;
  const submitted = actorOptionsOf(options);
  session.say({
    ...{ type: "submit", key, fn: captured.hash, args: packed.args, deps: packed.deps, options: submitted, parent },
  });
  session.keep(key, packed.kept);
  if (options.signal !== undefined) new AbortGroup(options.signal).add(state);
  const future = Future.of(state);
  await future.result();
  return ClusterActor.at<A>(session, future);
}

/** Finds an actor by its name. */
export async function lookupActor<A extends Actor>(
  session: ActorSession,
  name: string,
  wait: WaitOptions | undefined,
): Promise<ClusterActorRef<A>> {
  const action = `find actor ${describe(name)}`;
  session.assertOpen(action);
  if (typeof name !== "string" || name === "") throw troupeError("input/invalid", `Cannot ${action}: it is no name`);
  const waits = wait?.timeoutMs !== undefined || wait?.signal !== undefined;
  try {
    const answer = await waitFor(session, wait, action, (scope) =>
      session.ask((ackId) => {
        scope.onEnd((isDone) => isDone || session.say({ type: "give-up", ackIds: [ackId] }));
        return { type: "find-actor", ackId, name, waits };
      }));
    const [key] = fields(answer.type === "answer" ? answer.value : undefined);
    const future = session.claim(text([key], 0));
    // A name is taken before its actor has started.
    await future.result();
    return ClusterActor.at<A>(session, future);
  } catch (error) {
    if (!TroupeError.is(error, "wait/timeout")) throw error;
    throw troupeError("actor/not-found", `Cannot ${action}: there was none in ${wait?.timeoutMs} ms`, { cause: error });
  }
}
