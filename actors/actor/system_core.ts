/** The kernel of an actor system: cells, links, routes. What users see of it is `ActorSystem`. @module */
import type { Clock } from "../base/clock.ts";
import { asError, describe, troupeError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import type { Random } from "../base/random.ts";
import type { Connection } from "../transport/connection.ts";
import { type ActorAddress, formatAddress, parseActorAddress, publicAddress, type SystemId } from "./actor_address.ts";
import { type Answer, Cell, type MailboxPolicy } from "./cell.ts";
import type { Behaviour, Conversation, DownNotice } from "./conversation.ts";
import { Dialer } from "./dialer.ts";
import type { Envelope } from "./envelope.ts";
import { packError, parseError } from "./error_data.ts";
import { Link } from "./link.ts";
import { PendingAsks } from "./pending_asks.ts";
import { type Post, Ref } from "./ref.ts";
import { Routes } from "./routes.ts";
import { DEFAULT_SUPERVISION, type SupervisionPolicy } from "./supervision.ts";
import { Turns } from "./turns.ts";
import { Watches } from "./watches.ts";

/** The world of a system. */
export interface SystemWorld {
  /** Time. */
  readonly clock: Clock;
  /** Chance. */
  readonly random: Random;
  /** Limits. */
  readonly limits: Limits;
}

/** What a system is made of. */
export interface SystemCoreOptions extends SystemWorld {
  /** Shown to people; a random one by default. */
  readonly name?: string | undefined;
  /** Given by the parent to a hosted system; a random one by default. */
  readonly id?: SystemId | undefined;
}

/** What to spawn. */
export interface SpawnSpec<M, R> {
  /** Its name in the system; a random one by default. */
  readonly name?: string | undefined;
  /** How its messages travel. */
  readonly conversation: Conversation<M, R>;
  /** Makes its behaviour, for each start anew. */
  readonly create: () => Behaviour<M, R>;
  /** How much may wait; by default `limits.mailboxCapacity` messages, then senders wait. */
  readonly mailbox?: Partial<MailboxPolicy> | undefined;
  /** What a failure does. */
  readonly supervision?: Partial<SupervisionPolicy> | undefined;
  /** Whether async handlers may interleave. */
  readonly reentrant?: boolean | undefined;
  /** Hears of its end, before watchers do. */
  readonly onDown?: ((notice: DownNotice) => void) | undefined;
}

/** A message that found no actor, or no room. */
export interface LostMessage {
  /** Whom it was for. */
  readonly address: ActorAddress;
  /** Why it did not arrive. */
  readonly reason: "terminated" | "mailbox-full" | "late-reply" | "link/down";
  /** The message, typed or as data. */
  readonly message: unknown;
}

// A cell's types are those of its conversation; the registry cannot know them.
type AnyCell = Cell<unknown, unknown>;

/** The actors of one thread or process, and their links. */
export class SystemCore implements Post {
  readonly id: SystemId;
  readonly name: string;
  readonly world: SystemWorld;
  /** Links to others, on demand and by listening. */
  readonly dialer: Dialer;
  /** Actors by name, in the order of their start. */
  readonly #cells = new Map<string, AnyCell>();
  readonly #turns = new Turns();
  readonly #asks = new PendingAsks();
  readonly #watches = new Watches();
  readonly #routes = new Routes();
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
    this.dialer = new Dialer(this.id, this.world, (connection, hello, isGateway) =>
      this.attach(connection, { system: hello.system, contact: hello.address, isGateway }));
  }

  /** Where it listens; "" when it does not. */
  get contact(): string {
    return this.dialer.contact;
  }

  /** The actors here: name, messages that wait, restarts lately. */
  get actors(): readonly { name: string; depth: number; restarts: number }[] {
    return [...this.#cells].map(([name, cell]) => ({ name, depth: cell.depth, restarts: cell.restarts }));
  }

  /** Starts an actor here. Rejects when its start fails, or with `actor/name-taken`. */
  async spawn<M, R>(spec: SpawnSpec<M, R>): Promise<Ref<M, R>> {
    if (this.#closing !== undefined) throw troupeError("actor/terminated", "Cannot spawn actor: the system is closed");
    const name = spec.name ?? `actor-${++this.#unnamed}`;
    if (this.#cells.has(name)) {
      throw troupeError("actor/name-taken", `Cannot spawn actor ${describe(name)}: the name is taken`);
    }
    const address = this.addressOf(name);
    const cell = new Cell<M, R>({
      address,
      conversation: spec.conversation,
      create: spec.create,
      mailbox: { capacity: this.world.limits.mailboxCapacity, overflow: "wait", ...spec.mailbox },
      supervision: { ...DEFAULT_SUPERVISION, ...spec.supervision },
      reentrant: spec.reentrant ?? false,
      turns: this.#turns,
      clock: this.world.clock,
      onDown: (notice) => this.#actorDown(name, notice, spec.onDown),
      onDeadLetter: (message, reason) => this.#lost({ address, reason, message }),
    });
    this.#cells.set(name, cell as unknown as AnyCell);
    await cell.start();
    return new Ref(this, address, spec.conversation);
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

  /** Adds a link over an open connection. A gateway takes the envelopes that nobody else knows a way for. */
  attach(connection: Connection, peer: { system: SystemId; contact: string; isGateway: boolean }): Link {
    const link = new Link(peer.system, peer.contact, connection);
    this.#routes.add(link, peer.isGateway);
    link.open({ envelope: (envelope, from) => this.#arrived(envelope, from), down: (gone, why) => this.#down(gone, why) });
    return link;
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
      if (cell === undefined) return this.#lost({ address, reason: "terminated", message });
      return cell.deliver({ message, reply: undefined });
    }
    this.#send(address, { type: "tell", to: "", from: "", data: conversation.pack(message) });
  }

  ask<M, R>(
    address: ActorAddress,
    conversation: Conversation<M, R>,
    message: M,
    settle: (answer: Answer<R>) => void,
  ): () => void {
    if (address.system === this.id) return this.#askHere(address, message, settle);
    const askId = this.#asks.add(address.system, (answer) => {
      if (!answer.ok) return settle(answer);
      try {
        settle({ ok: true, value: conversation.parseReply(answer.value) });
      } catch (error) {
        settle({ ok: false, error: asError(error) });
      }
    });
    this.#send(address, { type: "ask", to: "", from: "", askId, data: conversation.pack(message) });
    return () => this.#asks.forget(askId);
  }

  watch(address: ActorAddress, callback: (notice: DownNotice) => void): Disposable {
    const watchId = this.#watches.add(address, callback);
    if (address.system !== this.id) this.#send(address, { type: "watch", to: "", from: "", watchId });
    else if (!this.#cells.has(address.actor)) {
      queueMicrotask(() => this.#watches.fire(watchId, "stopped", undefined));
    }
    const unwatch = () => {
      if (!this.#watches.remove(watchId) || address.system === this.id) return;
      const link = this.#routes.to(address.system);
      if (link !== undefined) this.#forward(link, address, { type: "unwatch", to: "", from: "", watchId });
    };
    return { [Symbol.dispose]: unwatch };
  }

  end(address: ActorAddress, how: "stopped" | "killed"): Promise<void> {
    if (address.system === this.id) return this.#cells.get(address.actor)?.end(how) ?? Promise.resolve();
    return new Promise((resolve) => {
      this.watch(address, () => resolve());
      this.#send(address, { type: "end", to: "", from: "", how });
    });
  }

  room(address: ActorAddress): Promise<void> {
    if (address.system === this.id) return this.#cells.get(address.actor)?.room() ?? Promise.resolve();
    return this.#routes.to(address.system)?.drained() ?? Promise.resolve();
  }

  after(delayMs: number, ring: () => void): Disposable {
    const timer = this.world.clock.after(delayMs, ring, { keepAlive: true });
    return { [Symbol.dispose]: () => timer.cancel() };
  }

  /** Stops all actors in reverse order of their start, then says goodbye on all links. Twice is fine. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const cell of [...this.#cells.values()].reverse()) await cell.end("stopped");
    await this.dialer.close();
    await Promise.all(this.#routes.links.map((link) => link.close()));
  }

  #askHere<M, R>(address: ActorAddress, message: M, settle: (answer: Answer<R>) => void): () => void {
    let isWanted = true;
    const cell = this.#cells.get(address.actor);
    const reply = (answer: Answer<unknown>) => {
      if (isWanted) settle(answer as Answer<R>);
      else this.#lost({ address, reason: "late-reply", message });
    };
    if (cell === undefined) queueMicrotask(() => reply({ ok: false, error: terminated(address) }));
    else cell.deliver({ message, reply });
    return () => void (isWanted = false);
  }

  /** Sends an envelope of ours towards an actor elsewhere. */
  #send(address: ActorAddress, envelope: Envelope): void {
    const link = this.#routes.to(address.system);
    if (link !== undefined) return this.#forward(link, address, envelope);
    if (address.contact === "" || this.dialer.isHosted) {
      const { gateway } = this.#routes;
      if (gateway === undefined) return this.#undeliverable(address, envelope, undefined);
      return this.#forward(gateway, address, envelope);
    }
    this.dialer.dial(address.contact, address.system).then(
      (dialled) => this.#forward(dialled, address, envelope),
      (error) => {
        const { gateway } = this.#routes;
        if (gateway !== undefined) this.#forward(gateway, address, envelope);
        else this.#undeliverable(address, envelope, error);
      },
    );
  }

  #forward(link: Link, address: ActorAddress, envelope: Envelope): void {
    const to = link.system === address.system ? address.actor : formatAddress(address);
    link.send({ ...envelope, to });
  }

  #undeliverable(address: ActorAddress, envelope: Envelope, cause: unknown): void {
    const error = troupeError("link/down", `Cannot reach actor "${publicAddress(address)}": no link leads there`, { cause });
    if (envelope.type === "ask") this.#asks.settle(envelope.askId, { ok: false, error });
    else if (envelope.type === "watch") this.#watches.fire(envelope.watchId, "link/down", error);
    else if (envelope.type === "tell") this.#lost({ address, reason: "link/down", message: envelope.data });
  }

  /** An envelope came over a link: for us, or to be passed on. */
  #arrived(envelope: Envelope, link: Link): void {
    const from = envelope.from === "" ? link.system : envelope.from;
    if (envelope.from !== "") this.#routes.learn(from, link);
    if (!envelope.to.includes("#")) return this.#take(envelope, envelope.to, from, link);
    const address = parseActorAddress(envelope.to);
    if (address.system === this.id) return this.#take(envelope, address.actor, from, link);
    this.#passOn(address, { ...envelope, from }, from);
  }

  #passOn(address: ActorAddress, envelope: Envelope, from: SystemId): void {
    const known = this.#routes.to(address.system);
    const send = (over: Link) => {
      this.#routes.passedOn(from, over);
      this.#forward(over, address, envelope);
    };
    if (known !== undefined) return send(known);
    const refuse = (cause: unknown) => this.#refusePassage(address, envelope, from, cause);
    if (address.contact === "") return refuse(undefined);
    this.dialer.dial(address.contact, address.system).then(send, refuse);
  }

  /** Tells the sender of an envelope that it cannot be passed on. */
  #refusePassage(address: ActorAddress, envelope: Envelope, from: SystemId, cause: unknown): void {
    const error = troupeError("link/down", `Cannot reach actor "${publicAddress(address)}" from here`, { cause });
    const back = { system: from, actor: "-", contact: "" };
    if (envelope.type === "ask") {
      this.#send(back, { type: "reply", to: "", from: "", askId: envelope.askId, ok: false, data: packError(error) });
    } else if (envelope.type === "watch") {
      const { watchId } = envelope;
      this.#send(back, { type: "down", to: "", from: "", watchId, reason: "link/down", error: packError(error) });
    } else this.#lost({ address, reason: "link/down", message: envelope });
  }

  #take(envelope: Envelope, actor: string, from: SystemId, link: Link): void {
    switch (envelope.type) {
      case "tell":
        return this.#takeTell(actor, envelope.data);
      case "ask":
        return this.#takeAsk(actor, envelope.askId, envelope.data, from);
      case "reply":
        return this.#takeReply(envelope.askId, envelope.ok, envelope.data, actor);
      case "watch":
        return this.#takeWatch(actor, envelope.watchId, from);
      case "unwatch":
        return this.#watches.removeWatcher(actor, from, envelope.watchId);
      case "down":
        return this.#watches.fire(
          envelope.watchId,
          envelope.reason,
          envelope.error === undefined || envelope.error === null ? undefined : parseError(envelope.error),
        );
      case "end":
        return void this.#cells.get(actor)?.end(envelope.how);
      case "system-gone":
        if (this.#routes.systemGone(envelope.system, link)) this.#systemGone(envelope.system, undefined);
        return;
    }
  }

  #takeTell(actor: string, data: unknown): void {
    const cell = this.#cells.get(actor);
    if (cell === undefined) return this.#lost({ address: this.addressOf(actor), reason: "terminated", message: data });
    cell.deliver({ message: cell.conversation.parse(data), reply: undefined });
  }

  #takeAsk(actor: string, askId: number, data: unknown, from: SystemId): void {
    const cell = this.#cells.get(actor);
    const back = { system: from, actor: "-", contact: "" };
    const reply = (answer: Answer<unknown>) => {
      const packed = packAnswer(answer, cell?.conversation);
      this.#send(back, { type: "reply", to: "", from: "", askId, ok: packed.ok, data: packed.data });
    };
    if (cell === undefined) return reply({ ok: false, error: terminated(this.addressOf(actor)) });
    cell.deliver({ message: cell.conversation.parse(data), reply });
  }

  #takeReply(askId: number, ok: boolean, data: unknown, actor: string): void {
    const answer: Answer<unknown> = ok ? { ok, value: data } : { ok, error: parseError(data) };
    if (this.#asks.settle(askId, answer)) return;
    this.#lost({ address: this.addressOf(actor), reason: "late-reply", message: data });
  }

  #takeWatch(actor: string, watchId: number, from: SystemId): void {
    if (this.#cells.has(actor)) return this.#watches.addWatcher(actor, from, watchId);
    const back = { system: from, actor: "-", contact: "" };
    this.#send(back, { type: "down", to: "", from: "", watchId, reason: "stopped", error: undefined });
  }

  #actorDown(name: string, notice: DownNotice, onDown: ((notice: DownNotice) => void) | undefined): void {
    this.#cells.delete(name);
    onDown?.(notice);
    this.#watches.actorDown(notice);
    const error = notice.error === undefined ? undefined : packError(notice.error);
    for (const { system, watchId } of this.#watches.takeWatchers(name)) {
      const back = { system, actor: "-", contact: "" };
      this.#send(back, { type: "down", to: "", from: "", watchId, reason: notice.reason, error });
    }
  }

  #down(link: Link, reason: Error): void {
    for (const system of this.#routes.linkDown(link)) this.#systemGone(system, reason);
  }

  #systemGone(system: SystemId, cause: Error | undefined): void {
    const error = cause ?? troupeError("link/down", "The system is out of reach");
    for (const link of this.#routes.takeAudience(system)) link.send({ type: "system-gone", to: "-", from: "", system });
    this.#asks.systemGone(system, error);
    this.#watches.systemGone(system, error);
    for (const listener of this.#goneListeners) listener(system);
  }

  #lost(lost: LostMessage): void {
    for (const listener of this.#lostListeners) listener(lost);
  }
}

function terminated(address: ActorAddress): Error {
  return troupeError("actor/terminated", `Cannot ask actor "${publicAddress(address)}": it is not there`, {
    details: { address: publicAddress(address) },
  });
}

function packAnswer(
  answer: Answer<unknown>,
  conversation: Conversation<unknown, unknown> | undefined,
): { ok: boolean; data: unknown } {
  if (!answer.ok) return { ok: false, data: packError(answer.error) };
  try {
    return { ok: true, data: conversation?.packReply(answer.value) };
  } catch (error) {
    return { ok: false, data: packError(asError(error)) };
  }
}
