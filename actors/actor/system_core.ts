/** The kernel of an actor system: cells, asks, watches. What users see of it is `ActorSystem`. @module */
import { unreachable } from "../base/assert.ts";
import { asError, describe, troupeError } from "../base/errors.ts";
import type { Connection } from "../transport/connection.ts";
import { type ActorAddress, nobodyOf, parseActorAddress, type SystemId } from "./actor_address.ts";
import { type AskOutcome, packOutcome, terminatedError } from "./ask_outcome.ts";
import { Cell } from "./cell.ts";
import type { Conversation, DownNotice } from "./conversation.ts";
import type { Dialer } from "./dialer.ts";
import type { Envelope } from "./envelope.ts";
import { packError, parseError } from "./error_data.ts";
import type { Link, Pace } from "./link.ts";
import type { LostMessage } from "./lost_message.ts";
import { PendingAsks } from "./pending_asks.ts";
import { type Post, Ref } from "./ref.ts";
import { type LinkPeer, Router } from "./router.ts";
import type { SpawnSpec } from "./spawn_spec.ts";
import { DEFAULT_SUPERVISION, type Supervised } from "./supervision.ts";
import type { SystemWorld } from "./system_world.ts";
import { TellWindows } from "./tell_windows.ts";
import { immediateTurns, Turns } from "./turns.ts";
import { Watches } from "./watches.ts";

/** What a system is made of. */
export interface SystemCoreOptions extends SystemWorld {
  /** Shown to people; a random one by default. */
  readonly name?: string | undefined;
  /** Given by the parent to a hosted system; a random one by default. */
  readonly id?: SystemId | undefined;
}

/** How long an actor may take to stop when its system closes; then it is killed. */
const CLOSE_GRACE_MS = 5_000;

/** The actors of one thread or process, and their links. */
export class SystemCore implements Post {
  readonly id: SystemId;
  readonly name: string;
  readonly world: SystemWorld;
  /** Whether it lives in a thread, with a heap of its own. */
  isOnThread = false;
  /** Its promise resolves when it is closed. */
  readonly closed: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Actors by name, in the order of their start. A cell's types are those of its conversation. */
  readonly #cells = new Map<string, Cell<unknown, unknown>>();
  readonly #turns = new Turns();
  readonly #immediateTurns = immediateTurns();
  readonly #asks = new PendingAsks();
  readonly #watches = new Watches();
  readonly #windows = new TellWindows();
  readonly #router: Router;
  readonly #lostListeners = new Set<(lost: LostMessage) => void>();
  readonly #goneListeners = new Set<(system: SystemId) => void>();
  /** Names given to unnamed actors so far. */
  #unnamed = 0;
  /** Set by the first `close`. */
  #closing: Promise<void> | undefined;

  constructor(options: SystemCoreOptions) {
    this.world = { clock: options.clock, random: options.random, limits: options.limits };
    this.id = options.id ?? options.random.text(12);
    this.name = options.name ?? `system-${this.id.slice(0, 4)}`;
    this.#router = new Router(this.id, this.world, {
      take: (envelope, actor, from) => this.#take(envelope, actor, from),
      lost: (address, envelope, error, isOurs) => this.#undelivered(address, envelope, error, isOurs),
      systemGone: (system, error) => this.#systemGone(system, error),
    });
  }

  /** Links to others, on demand and by listening. */
  get dialer(): Dialer {
    return this.#router.dialer;
  }

  /** Where it can be reached: at its own port, else at its parent's; "" when there is neither. */
  get contact(): string {
    return this.dialer.contact;
  }

  /** The systems linked directly. */
  get linkedSystems(): readonly SystemId[] {
    return this.#router.links.map((link) => link.system);
  }

  /** The system that takes what nobody else knows a way for: the parent, or the scheduler. */
  get gateway(): SystemId | undefined {
    return this.#router.gateway;
  }

  /** From now on those linked are told of the systems in our hosts. */
  announceHosts = (): void => void (this.#router.announces = true);

  /** Whether it takes no more actors. */
  get isClosing(): boolean {
    return this.#closing !== undefined;
  }
  /** The actors here: name, messages that wait, restarts so far. */
  get actors(): readonly { name: string; depth: number; restarts: number }[] {
    return [...this.#cells].map(([name, cell]) => ({ name, depth: cell.depth, restarts: cell.restarts }));
  }

  /** Starts an actor here. Rejects when its start fails, or with `actor/name-taken`. */
  async spawn<M, R>(spec: SpawnSpec<M, R>): Promise<Ref<M, R>> {
    if (this.#closing !== undefined) throw troupeError("actor/terminated", "Cannot spawn actor: the system is closed");
    const name = spec.name ?? this.freeName();
    if (this.#cells.has(name)) {
      throw troupeError("actor/name-taken", `Cannot spawn actor ${describe(name)}: the name is taken`);
    }
    const address = this.addressOf(name);
    const cell = new Cell<M, R>({
      address,
      conversation: spec.conversation,
      create: spec.create,
      mailbox: {
        capacity: this.world.limits.mailboxCapacity,
        capacityBytes: Infinity,
        overflow: "wait",
        ...spec.mailbox,
      },
      supervision: { ...DEFAULT_SUPERVISION, ...spec.supervision },
      concurrency: spec.concurrency ?? (spec.reentrant === true ? Infinity : 1),
      turns: spec.isImmediate === true ? this.#immediateTurns : this.#turns,
      clock: this.world.clock,
      onDown: (notice) => this.#actorDown(name, notice, spec.onDown),
      onRestart: (error) => spec.onRestart?.(error),
      onEscalated: (error) => spec.onEscalated?.(error),
      onDeadLetter: (message, reason) => this.lose({ address, reason, message }),
    });
    const registered: unknown = cell;
    this.#cells.set(name, registered as Cell<unknown, unknown>);
    await cell.start();
    return new Ref(this, address, spec.conversation);
  }

  /** A name for an actor that was given none. */
  freeName(): string {
    let name: string;
    do name = `actor-${++this.#unnamed}`; while (this.#cells.has(name));
    return name;
  }

  /** The address of an actor of this name here. */
  addressOf(name: string): ActorAddress {
    return { system: this.id, actor: name, contact: this.contact };
  }

  /** A ref to an actor by its full address. */
  ref<M, R>(address: ActorAddress | string, conversation: Conversation<M, R>): Ref<M, R> {
    return new Ref(this, typeof address === "string" ? parseActorAddress(address) : address, conversation);
  }

  /** Whether an actor of this name lives here. */
  has(name: string): boolean {
    return this.#cells.has(name);
  }

  /** An actor here, for those who supervise it; undefined when there is none. */
  supervised = (name: string): Supervised | undefined => this.#cells.get(name);

  /** Adds a link over an open connection. A gateway takes the envelopes that nobody else knows a way for. */
  attach(connection: Connection, peer: LinkPeer): Link {
    return this.#router.attach(connection, peer);
  }

  /** From now on frames leave when `pace` says so: for executors, which know when their thread turns to something else. */
  setPace(pace: Pace): void {
    this.#router.setPace(pace);
  }

  /** Calls back for each message that found nobody. */
  onLost(callback: (lost: LostMessage) => void): Disposable {
    this.#lostListeners.add(callback);
    return { [Symbol.dispose]: () => void this.#lostListeners.delete(callback) };
  }

  /** Calls back for each system that cannot be reached any more. */
  onSystemGone(callback: (system: SystemId) => void): Disposable {
    this.#goneListeners.add(callback);
    return { [Symbol.dispose]: () => void this.#goneListeners.delete(callback) };
  }

  tell<M, R>(address: ActorAddress, conversation: Conversation<M, R>, message: M): void {
    if (address.system === this.id) {
      const cell = this.#cells.get(address.actor);
      if (cell === undefined) return this.lose({ address, reason: "terminated", message });
      return cell.deliver({ message, reply: undefined });
    }
    this.#router.send(address, { type: "tell", to: "", from: "", data: conversation.pack(message) });
  }

  ask<M, R>(
    address: ActorAddress,
    conversation: Conversation<M, R>,
    message: M,
    settle: (outcome: AskOutcome<R>) => void,
  ): () => void {
    if (address.system === this.id) return this.#askHere(address, message, settle);
    const data = conversation.pack(message);
    const askId = this.#asks.add(address, (outcome) => {
      if (!outcome.ok) return settle(outcome);
      try {
        settle({ ok: true, value: conversation.parseReply(outcome.value) });
      } catch (error) {
        settle({ ok: false, error: asError(error) });
      }
    });
    this.#router.send(address, { type: "ask", to: "", from: "", askId, data });
    return () => this.#asks.forget(askId);
  }

  watch(address: ActorAddress, callback: (notice: DownNotice) => void): Disposable {
    const watchId = this.#watches.add(address, callback);
    if (address.system !== this.id) this.#router.send(address, { type: "watch", to: "", from: "", watchId });
    else if (!this.#cells.has(address.actor)) {
      queueMicrotask(() => this.#watches.fire(watchId, "stopped", undefined));
    }
    const unwatch = () => {
      if (!this.#watches.remove(watchId) || address.system === this.id) return;
      this.#router.send(address, { type: "unwatch", to: "", from: "", watchId });
    };
    return { [Symbol.dispose]: unwatch };
  }

  end(address: ActorAddress, how: "stopped" | "killed"): Promise<void> {
    if (address.system === this.id) return this.#cells.get(address.actor)?.end(how) ?? Promise.resolve();
    return new Promise((resolve) => {
      this.watch(address, () => resolve());
      this.#router.send(address, { type: "end", to: "", from: "", how });
    });
  }

  room(address: ActorAddress, sizeBytes: number): Promise<void> | undefined {
    if (address.system === this.id) return this.#cells.get(address.actor)?.room();
    const room = this.#windows.room(address, sizeBytes, () => this.#askForRoom(address));
    return room ?? this.#router.drained(address.system);
  }

  after(delayMs: number, ring: () => void): Disposable {
    const timer = this.world.clock.after(delayMs, ring, { keepAlive: true });
    return { [Symbol.dispose]: () => timer.cancel() };
  }

  /** Tells those who listen that a message found nobody. */
  lose(lost: LostMessage): void {
    for (const listener of this.#lostListeners) listener(lost);
  }

  /** Stops all actors in reverse order of their start, then says goodbye on all links. Twice is fine. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const cell of [...this.#cells.values()].reverse()) {
      const grace = this.world.clock.after(CLOSE_GRACE_MS, () => void cell.end("killed"), { keepAlive: true });
      await cell.end("stopped");
      grace.cancel();
    }
    await this.#router.close();
    this.closed.resolve();
  }

  #askHere<M, R>(address: ActorAddress, message: M, settle: (outcome: AskOutcome<R>) => void): () => void {
    let isWanted = true;
    const cell = this.#cells.get(address.actor);
    const reply = (outcome: AskOutcome<unknown>) => {
      if (isWanted) settle(outcome as AskOutcome<R>);
      else this.lose({ address, reason: "late-reply", message });
    };
    if (cell === undefined) queueMicrotask(() => reply({ ok: false, error: terminatedError(address) }));
    else cell.deliver({ message, reply });
    return () => void (isWanted = false);
  }

  /** Resolves when that actor elsewhere has room, or is gone. */
  #askForRoom(address: ActorAddress): Promise<void> {
    return new Promise((resolve) => {
      const askId = this.#asks.add(address, () => resolve());
      this.#router.send(address, { type: "room", to: "", from: "", askId });
    });
  }

  #undelivered(address: ActorAddress, envelope: Envelope, error: Error, isOurs: boolean): void {
    if (envelope.type === "tell") this.lose({ address, reason: "link/down", message: envelope.data });
    if (!isOurs) return;
    if (envelope.type === "ask" || envelope.type === "room") {
      this.#asks.settle(envelope.askId, address.system, { ok: false, error });
    } else if (envelope.type === "watch") this.#watches.fire(envelope.watchId, "link/down", error);
  }

  #take(envelope: Envelope, actor: string, from: SystemId): void {
    switch (envelope.type) {
      case "tell":
        return this.#takeTell(actor, envelope.data);
      case "ask":
        return this.#takeAsk(actor, envelope.askId, envelope.data, from);
      case "reply":
        return this.#takeReply(envelope.askId, envelope.ok, envelope.data, from);
      case "watch":
        return this.#takeWatch(actor, envelope.watchId, from);
      case "unwatch":
        return this.#watches.removeWatcher(actor, from, envelope.watchId);
      case "down":
        return this.#takeDown(envelope.watchId, envelope.reason, envelope.error);
      case "end":
        return void this.#cells.get(actor)?.end(envelope.how);
      case "room":
        return this.#takeRoom(actor, envelope.askId, from);
      case "system-here":
      case "system-gone":
        return;
      default:
        return unreachable(envelope);
    }
  }

  #takeTell(actor: string, data: unknown): void {
    const cell = this.#cells.get(actor);
    const address = this.addressOf(actor);
    if (cell === undefined) return this.lose({ address, reason: "terminated", message: data });
    let message: unknown;
    try {
      message = cell.conversation.parse(data);
    } catch {
      // What was wrong with it is for whoever looks at the data.
      return this.lose({ address, reason: "malformed", message: data });
    }
    cell.deliver({ message, reply: undefined });
  }

  #takeAsk(actor: string, askId: number, data: unknown, from: SystemId): void {
    const cell = this.#cells.get(actor);
    const reply = (outcome: AskOutcome<unknown>) => this.#reply(from, askId, outcome, cell?.conversation);
    if (cell === undefined) return reply({ ok: false, error: terminatedError(this.addressOf(actor)) });
    let message: unknown;
    try {
      message = cell.conversation.parse(data);
    } catch (error) {
      return reply({ ok: false, error: asError(error) });
    }
    cell.deliver({ message, reply });
  }

  #reply(
    to: SystemId,
    askId: number,
    outcome: AskOutcome<unknown>,
    conversation: Conversation<unknown, unknown> | undefined,
  ): void {
    const { ok, data } = packOutcome(outcome, conversation);
    this.#router.send(nobodyOf(to), { type: "reply", to: "", from: "", askId, ok, data });
  }

  #takeReply(askId: number, ok: boolean, data: unknown, from: SystemId): void {
    const outcome: AskOutcome<unknown> = ok ? { ok, value: data } : { ok, error: parseError(data) };
    const lateFrom = this.#asks.settle(askId, from, outcome);
    if (lateFrom !== undefined) this.lose({ address: lateFrom, reason: "late-reply", message: data });
  }

  #takeWatch(actor: string, watchId: number, from: SystemId): void {
    if (this.#cells.has(actor)) return this.#watches.addWatcher(actor, from, watchId);
    this.#router.send(nobodyOf(from), {
      type: "down",
      to: "",
      from: "",
      watchId,
      reason: "stopped",
      error: undefined,
    });
  }

  #takeDown(watchId: number, reason: DownNotice["reason"], error: unknown): void {
    this.#watches.fire(watchId, reason, error === undefined || error === null ? undefined : parseError(error));
  }

  #takeRoom(actor: string, askId: number, from: SystemId): void {
    const room = this.#cells.get(actor)?.room() ?? Promise.resolve();
    void room.then(() => this.#reply(from, askId, { ok: true, value: undefined }, undefined));
  }

  #actorDown(name: string, notice: DownNotice, onDown: ((notice: DownNotice) => void) | undefined): void {
    this.#cells.delete(name);
    onDown?.(notice);
    this.#watches.actorDown(notice);
    const error = notice.error === undefined ? undefined : packError(notice.error);
    for (const { system, watchId } of this.#watches.takeWatchers(name)) {
      this.#router.send(nobodyOf(system), { type: "down", to: "", from: "", watchId, reason: notice.reason, error });
    }
  }

  #systemGone(system: SystemId, error: Error): void {
    this.#asks.systemGone(system, error);
    this.#watches.systemGone(system, error);
    this.#windows.systemGone(system);
    for (const listener of this.#goneListeners) listener(system);
  }
}
