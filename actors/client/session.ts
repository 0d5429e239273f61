/**
 * One connection of a client: its futures, what it has to say, what it waits for. Told what the scheduler says by
 * {@linkcode Session.receive}, and of the end by {@linkcode Session.connectionLost}.
 *
 * @module
 */
import { unreachable } from "../base/assert.ts";
import type { Clock } from "../base/clock.ts";
import { asError, describe, troupeError } from "../base/errors.ts";
import type { CapturedFunction } from "../code/captured_function.ts";
import { whenLoaded } from "../code/loading.ts";
import type { ClientToScheduler, SchedulerToClient } from "../protocol/client_scheduler.ts";
import type { ClusterOrder } from "../protocol/cluster_order.ts";
import type { Packed } from "../protocol/packed.ts";
import type { TaskKey } from "../protocol/task.ts";
import { unpackValue } from "../wire/value_codec.ts";
import type { SpecialValue } from "../wire/value_writer.ts";
import { readNumbers } from "./answers.ts";
import { cancelOptionsOf } from "./cancel_options.ts";
import type { ClientWorld } from "./client_world.ts";
import { CodecValues } from "./codec_values.ts";
import { Definitions } from "./definitions.ts";
import { Future } from "./future.ts";
import type { FutureNote } from "./future_codec.ts";
import type { CancelOptions, FutureClaim, FutureOwner, FutureState } from "./future_state.ts";
import { FutureTable } from "./future_table.ts";
import { SchedulerOutbox } from "./scheduler_outbox.ts";
import { Requests, type SchedulerAnswer } from "./requests.ts";
import { NOT_AT_HAND, ResultReader, settled } from "./result_reader.ts";
import { SharedDesk } from "./shared_desk.ts";
import { readSpecial, writeSpecial } from "./special_values.ts";
import { decodeError, loadedFailure } from "./task_error.ts";
import { checkWaitOptions, waitFor, type WaitOptions } from "./waiting.ts";

/** Where a client's connection stands. */
export type ClientStatus = "connecting" | "running" | "closing" | "closed";

/** One client's connection, from `begin` to `close` or `connectionLost`. */
export class Session implements FutureOwner {
  /** What it was given. */
  readonly world: ClientWorld;
  /** The results that it claims. */
  readonly futures: FutureTable;
  /** Finds their values. */
  readonly reader: ResultReader;
  /** The scheduler's address; set by `welcome`, empty before. */
  address = "";
  /** The dashboard's page; set by `welcome`. */
  dashboardUrl: string | undefined = undefined;
  /** The client of this session, which a task may capture; undefined before it is made. */
  client: object | undefined = undefined;
  /** Workers of the cluster, as last heard. */
  workerCount = 0;
  /** Executors of the cluster, as last heard. */
  threadCount = 0;
  /** Made when somebody first asks for them. */
  #codecs: CodecValues | undefined;
  #status: ClientStatus = "connecting";
  /** Functions that the scheduler knows from this session. */
  readonly #definitions = new Definitions((message) => this.say(message));
  readonly #outbox: SchedulerOutbox;
  readonly #requests = new Requests();
  /** Made at the first use of something shared. */
  #desk: SharedDesk | undefined = undefined;
  readonly #watchers = new Set<() => void>();
  readonly #welcome = Promise.withResolvers<void>();
  readonly #gone = Promise.withResolvers<void>();
  #waitCount = 0;
  /** Why it is over; set once. */
  #end: Error | undefined = undefined;
  /** Resolves when `close` has done its work; set by the first call. */
  #closed: Promise<void> | undefined = undefined;

  /** A session that has said nothing yet. */
  constructor(world: ClientWorld) {
    this.world = world;
    this.#outbox = new SchedulerOutbox((messages) => world.tellScheduler(messages));
    this.futures = new FutureTable((key) => this.#outbox.release(key));
    this.reader = new ResultReader({
      random: world.random,
      fetch: (worker, keys) => world.fetch(worker, keys),
      unpack: (packed) => this.unpack(packed),
      locate: (stack, site) => world.capturer.origins.locate(stack, site),
      say: (message) => this.say(message),
      ask: (say) => this.ask(say),
    });
    // A failed welcome concerns who called `begin`, and nobody else.
    this.#welcome.promise.catch(() => undefined);
  }

  /**
   * Registers with the scheduler; resolves when it has welcomed this client.
   *
   * @param name Shown on the dashboard.
   * @param graceMs How long the claims outlive a lost connection.
   */
  begin(name: string, graceMs: number): Promise<void> {
    this.say({ type: "register-client", clientId: this.world.clientId, name, graceMs });
    this.flush();
    return this.#welcome.promise;
  }

  /** Where the connection stands. */
  get status(): ClientStatus {
    return this.#status;
  }

  /** Resolves when the connection is over. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** Time. */
  get clock(): Clock {
    return this.world.clock;
  }

  /** Throws `client/closed` when the session is over or ending. */
  assertOpen(action: string): void {
    if (this.#status === "running" || this.#status === "connecting") return;
    throw troupeError("client/closed", `Cannot ${action}: client is closed`, { cause: this.#end });
  }

  /** Says something to the scheduler at the end of this microtask. */
  say(message: ClientToScheduler): void {
    this.#outbox.say(message);
  }

  /** Sends now what was said. */
  flush(): void {
    this.#outbox.flush();
  }

  /** Asks the scheduler for something; rejects when it refuses and when the session ends. */
  ask(say: (ackId: number) => ClientToScheduler): Promise<SchedulerAnswer> {
    return this.#requests.ask((ackId) => this.say(say(ackId)));
  }

  /** Has the scheduler carry out an order; rejects when it refuses and when the session ends. */
  order(order: ClusterOrder): Promise<SchedulerAnswer> {
    return this.ask((ackId) => ({ type: "order", ackId, order }));
  }

  /** The arguments or the value of this task name these results: they live as long as it does. */
  keep(key: TaskKey, keys: readonly TaskKey[]): void {
    if (keys.length > 0) this.say({ type: "keep", key, keys });
  }

  /** Where queues, variables, locks and their like are asked for. */
  get desk(): SharedDesk {
    this.#desk ??= new SharedDesk(this, this.#requests);
    return this.#desk;
  }

  /** Makes a function known to the scheduler, with all that it requires, once. */
  define(captured: CapturedFunction): void {
    this.#definitions.define(captured);
  }

  // ----- futures

  /** A future object of this state was made; the answer is its claim. */
  addObject(state: FutureState, future: object): FutureClaim {
    return this.futures.addObject(state, future);
  }

  /** A future object gives up its claim. */
  releaseObject(claim: FutureClaim): void {
    this.futures.releaseObject(claim);
  }

  /** The result of this key as a future, claimed by this session. */
  claim(key: TaskKey): Future<unknown> {
    this.assertOpen(`claim future ${describe(key)}`);
    let state = this.futures.get(key);
    if (state === undefined) {
      state = this.futures.add(key, this);
      this.say({ type: "claim", keys: [key] });
    }
    return Future.of(state);
  }

  /** The value, decoded anew; rejects with what the task failed with. */
  async result(state: FutureState, wait: WaitOptions | undefined): Promise<unknown> {
    // Only a wait with options can fail for its own sake: then its message names the task.
    const action = wait === undefined ? "get the result" : `get the result of task ${describe(state.key)}`;
    try {
      if (state.isSettled) {
        checkWaitOptions(wait, action);
        const value = this.reader.atHand(state);
        if (value !== NOT_AT_HAND) return await this.unpackLoading(value);
        this.assertOpen(action);
      }
      const value = await waitFor(this, wait, action, (scope) => this.reader.packedValue(state, scope));
      return await this.unpackLoading(value);
    } catch (thrown) {
      throw await loadedFailure(thrown);
    }
  }

  /** What `result` would reject with, or null. */
  async exception(state: FutureState, wait: WaitOptions | undefined): Promise<Error | null> {
    const action = `get the exception of task ${describe(state.key)}`;
    if (state.isSettled) checkWaitOptions(wait, action);
    else await waitFor(this, wait, action, (scope) => settled(state, scope));
    if (state.status === "finished") return null;
    try {
      return this.reader.failureOf(state);
    } catch (thrown) {
      return asError(await loadedFailure(thrown));
    }
  }

  /** Stops these tasks; resolves when the scheduler has done so. */
  async cancel(states: readonly FutureState[], options: CancelOptions | undefined): Promise<void> {
    const { force, reason } = cancelOptionsOf(options);
    this.assertOpen("cancel");
    const claimed = this.#claimed(states);
    if (claimed.length === 0) return;
    const keys = claimed.map((state) => state.key);
    this.futures.beginCancel(claimed);
    const ask = () => this.ask((ackId) => ({ type: "cancel", ackId, keys, force, reason }));
    await waitFor(this, undefined, "cancel", async () => {
      await ask();
      this.futures.endCancel(claimed, reason);
    });
  }

  /** Runs these failed tasks again; resolves when the scheduler has done so. */
  async retry(states: readonly FutureState[]): Promise<void> {
    this.assertOpen("retry");
    const keys = this.#claimed(states).map((state) => state.key);
    if (keys.length === 0) return;
    await waitFor(this, undefined, "retry", () => this.ask((ackId) => ({ type: "retry", ackId, keys })));
  }

  /** This task goes on although nobody may hold it any more. */
  fireAndForget(state: FutureState): void {
    if (state.isSettled) return;
    this.assertOpen(`fire and forget task ${describe(state.key)}`);
    if (this.futures.isClaimed(state)) this.say({ type: "fire-and-forget", keys: [state.key] });
  }

  /** How many tasks these results still need, themselves left out, by name. */
  async unfinishedInputs(keys: readonly TaskKey[]): Promise<Readonly<Record<string, number>>> {
    this.assertOpen("ask for unfinished inputs");
    const answer = await this.ask((ackId) => ({ type: "query", ackId, what: "unfinished-inputs", about: keys }));
    return answer.type === "answer" ? readNumbers(answer.value) : {};
  }

  #claimed(states: readonly FutureState[]): FutureState[] {
    return [...new Set(states)].filter((state) => this.futures.isClaimed(state));
  }

  // ----- values

  /** Decodes a value that came from the cluster, when the modules of functions in it are loaded. */
  unpackLoading(packed: Packed): unknown {
    if (typeof packed !== "object" || packed === null) return packed;
    return whenLoaded(() => this.unpack(packed));
  }

  /** Decodes a value that came from the cluster. Throws `LoadingError` while a module of a function in it is not loaded. */
  unpack(packed: Packed): unknown {
    return typeof packed === "object" && packed !== null ? unpackValue(packed, { special: this }) : packed;
  }

  /** Codecs of classes. */
  get codecs(): CodecValues {
    return this.#codecs ??= new CodecValues(this, this);
  }

  /** Hook of the value codec: special values leave. */
  write(value: object | symbol, action = "encode value", note?: FutureNote): SpecialValue | undefined {
    return writeSpecial(value, this, action, note);
  }

  /** Hook of the value codec: special values arrive; futures among them are claimed. */
  read(tag: string, payload: unknown): unknown {
    return readSpecial(tag, payload, this);
  }

  // ----- waiting

  /** A wait has begun: the process stays alive. */
  enterWait(): void {
    if (this.#waitCount++ === 0) this.world.keepAlive(true);
  }

  /** A wait has ended. */
  leaveWait(): void {
    if (--this.#waitCount === 0) this.world.keepAlive(false);
  }

  /** Calls back when the number of workers has changed, and at the end of the session. The answer ends that. */
  watchWorkers(onChange: () => void): () => void {
    this.#watchers.add(onChange);
    return () => void this.#watchers.delete(onChange);
  }

  // ----- what it is told

  /** The scheduler said these things, in this order. */
  receive(messages: readonly SchedulerToClient[]): void {
    for (const message of messages) this.#receiveOne(message);
  }

  #receiveOne(message: SchedulerToClient): void {
    switch (message.type) {
      case "finished":
      case "failed":
      case "cancelled":
      case "lost":
      case "pending":
        return this.futures.apply(message);
      case "done":
      case "placed":
      case "holders":
      case "answer":
      case "handed":
        return this.#requests.answer(message);
      case "published":
        return this.#desk?.published(message);
      case "refused":
        return this.#requests.refuse(message.ackId, decodeError(message.error, (packed) => this.unpack(packed)));
      case "printed":
        return this.world.print(message.stream, message.text);
      case "welcome":
        return this.#welcomed(message);
      case "workers-changed":
        return this.#workersChanged(message);
      case "closing":
        return this.connectionLost(message.reason);
      default:
        return unreachable(message);
    }
  }

  #welcomed(message: Extract<SchedulerToClient, { readonly type: "welcome" }>): void {
    this.address = message.address;
    this.dashboardUrl = message.dashboardUrl;
    if (this.#status === "connecting") this.#status = "running";
    this.#welcome.resolve();
  }

  #workersChanged(message: Extract<SchedulerToClient, { readonly type: "workers-changed" }>): void {
    this.workerCount = message.workers;
    this.threadCount = message.threads;
    for (const onChange of this.#watchers) onChange();
  }

  // ----- its end

  /** The connection is gone, and with it what was pending: those futures are lost. */
  connectionLost(reason: string): void {
    if (this.#end !== undefined) return;
    const cause = troupeError("link/down", `Cannot go on: the connection to the scheduler is gone: ${reason}`);
    this.futures.end("lost", reason, (state) => {
      const message = `Cannot get the result of task ${describe(state.key)}: the connection to the scheduler is gone`;
      return troupeError("task/lost", message, { cause, details: { key: state.key, reason } });
    });
    if (this.#status !== "closing") this.#status = "closed";
    this.#ended(cause);
  }

  /** Gives up all claims and ends the connection. The same promise at every call. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#status = "closing";
    this.say({ type: "unregister-client" });
    this.flush();
    if (this.#end === undefined) {
      this.futures.end("cancelled", "the client was closed", (state) => {
        const message = `Cannot get the result of task ${describe(state.key)}: client is closed`;
        return troupeError("client/closed", message, { details: { key: state.key } });
      });
      this.#ended(troupeError("client/closed", "Cannot wait for an answer: client is closed"));
    }
    try {
      await this.world.disconnect();
    } finally {
      this.#status = "closed";
    }
  }

  #ended(error: Error): void {
    this.#end = error;
    this.#requests.end(error);
    this.#desk?.end(error);
    this.#welcome.reject(error);
    for (const onChange of this.#watchers) onChange();
    this.#watchers.clear();
    this.#gone.resolve();
  }
}
