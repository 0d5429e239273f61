/** Finds the way to other systems: links, dials, passes on. @module */
import { troupeError } from "../base/errors.ts";
import type { Connection } from "../transport/connection.ts";
import {
  type ActorAddress,
  formatActorAddress,
  nobodyOf,
  parseActorAddress,
  publicAddress,
  type SystemId,
} from "./actor_address.ts";
import { Dialer } from "./dialer.ts";
import type { Envelope } from "./envelope.ts";
import { packError } from "./error_data.ts";
import { Link, type Pace } from "./link.ts";
import { Routes } from "./routes.ts";
import type { SystemWorld } from "./system_world.ts";

/** Who is at the other end of a connection. */
export interface LinkPeer {
  /** Its system. */
  readonly system: SystemId;
  /** Where it listens; "" when it does not. */
  readonly contact: string;
  /** Whether it takes the envelopes that nobody else knows a way for. */
  readonly isGateway: boolean;
  /** Whether it is a host of ours: all that it does not know itself is our business. Default: no. */
  readonly isHost?: boolean | undefined;
  /** The name of the link; "" by default. */
  readonly link?: string | undefined;
  /** The link that this one takes the place of; "" by default. */
  readonly after?: string | undefined;
}

/** What a router tells its system. */
export interface RouterHandlers {
  /** An envelope for an actor here, from that system. What it throws ends the link. */
  take(envelope: Envelope, actor: string, from: SystemId): void;
  /** An envelope, ours or somebody else's, does not arrive; who sent it is told by the router if it is not us. */
  lost(address: ActorAddress, envelope: Envelope, error: Error, isOurs: boolean): void;
  /** That system cannot be reached any more. */
  systemGone(system: SystemId, error: Error): void;
}

/** An envelope that waits for a link. */
interface Outgoing {
  readonly address: ActorAddress;
  readonly envelope: Envelope;
  /** The link it came over; undefined when it is ours. */
  readonly over: Link | undefined;
}

/** The links of one system and the ways that lead over them. */
export class Router {
  /** Links to others, on demand and by listening. */
  readonly dialer: Dialer;
  /** Whether those linked are told of each system in our hosts: refs to actors there are handed about. */
  announces = false;
  readonly #id: SystemId;
  readonly #handlers: RouterHandlers;
  readonly #routes = new Routes();
  /** Links with names, by name. */
  readonly #named = new Map<string, Link>();
  /** Envelopes that wait for a link, by system: what is sent meanwhile stays behind them. */
  readonly #waiting = new Map<SystemId, Outgoing[]>();
  /** When frames leave; undefined: at the end of the microtask. */
  #pace: Pace | undefined;

  constructor(id: SystemId, world: SystemWorld, handlers: RouterHandlers) {
    this.#id = id;
    this.#handlers = handlers;
    this.dialer = new Dialer(
      id,
      world,
      (connection, hello, isGateway) => this.attach(connection, { ...hello, contact: hello.address, isGateway }),
    );
  }

  /** The link in use to each system linked directly. */
  get links(): readonly Link[] {
    return this.#routes.links;
  }

  /** The system that takes what nobody else knows a way for. */
  get gateway(): SystemId | undefined {
    return this.#routes.gateway?.system;
  }

  /** Adds a link over an open connection. */
  attach(connection: Connection, peer: LinkPeer): Link {
    this.#endPredecessor(peer.after ?? "");
    const link = new Link(peer.system, peer.contact, connection, peer.link);
    if (link.id !== "") this.#named.set(link.id, link);
    if (this.#pace !== undefined) link.pace = this.#pace;
    this.#routes.add(link, peer.isGateway);
    if (peer.isHost === true) this.#addHosted(peer.system, link);
    else this.#routes.hosted.forEach((system) => this.#announce(system, link));
    link.open({
      envelope: (envelope, from) => this.#arrived(envelope, from),
      down: (gone, why) => this.#down(gone, why),
    });
    return link;
  }

  /** From now on frames leave when `pace` says so. */
  setPace(pace: Pace): void {
    this.#pace = pace;
    for (const link of this.#routes.all) link.pace = pace;
  }

  /** Sends an envelope of ours towards an actor elsewhere. */
  send(address: ActorAddress, envelope: Envelope): void {
    this.#route({ address, envelope, over: undefined });
  }

  /** Resolves when what was sent towards that system is mostly out; undefined when all of it is. */
  drained(system: SystemId): Promise<void> | undefined {
    return this.#routes.to(system)?.drained();
  }

  /** Stops listening and dialling, and says goodbye on all links. */
  async close(): Promise<void> {
    await this.dialer.close();
    await Promise.all(this.#routes.all.map((link) => link.close()));
  }

  /** The other end has given a link up: what it said there last must not arrive behind what it says from now on. */
  #endPredecessor(id: string): void {
    const link = this.#named.get(id);
    if (link === undefined) return;
    const reason = troupeError("link/down", `Link to ${link.peer} was given up by the other side`);
    this.#down(link, reason);
    link.abort(reason);
  }

  /** All that are linked must find what is in our hosts: refs to it may be all that they get. Hosts ask us anyway. */
  #addHosted(system: SystemId, over: Link): void {
    this.#routes.addHosted(system, over);
    for (const link of this.#routes.links) if (!this.#routes.isToHost(link)) this.#announce(system, link);
  }

  #announce(system: SystemId, link: Link): void {
    if (!this.announces) return;
    this.#routes.passedOn(system, link);
    link.send({ type: "system-here", to: "-", from: "", system });
  }

  #route(outgoing: Outgoing): void {
    const { address, over } = outgoing;
    const waiting = this.#waiting.get(keyOf(address));
    if (waiting !== undefined) return void waiting.push(outgoing);
    const link = this.#routes.to(address.system);
    if (link !== undefined) return this.#forward(link, outgoing);
    const isDialled = address.contact !== "" && address.contact !== this.dialer.contact && !this.dialer.isHosted;
    if (isDialled) return this.#routeByDial(outgoing);
    this.#routeByGateway(outgoing, over === undefined ? undefined : notPassedOn());
  }

  #routeByDial(first: Outgoing): void {
    const key = keyOf(first.address);
    this.#waiting.set(key, [first]);
    const take = (): readonly Outgoing[] => {
      const all = this.#waiting.get(key) ?? [];
      this.#waiting.delete(key);
      return all;
    };
    this.dialer.dial(first.address.contact, "").then(
      (dialled) => {
        // Another system may answer there: then the one meant lives behind it, or no more, which it will say.
        if (dialled.system !== first.address.system) this.#routes.learn(first.address.system, dialled);
        for (const outgoing of take()) this.#forward(this.#routes.to(outgoing.address.system) ?? dialled, outgoing);
      },
      (error) => {
        for (const outgoing of take()) this.#routeByGateway(outgoing, error);
      },
    );
  }

  #routeByGateway(outgoing: Outgoing, cause: unknown): void {
    const { gateway } = this.#routes;
    // Only what is ours or our hosts' goes to the gateway: two systems that are each other's would play ball.
    const isOurs = outgoing.over === undefined || this.#routes.isToHost(outgoing.over);
    if (gateway === undefined || !isOurs) return this.#refuse(outgoing, cause);
    this.#routes.learn(outgoing.address.system, gateway);
    this.#forward(gateway, outgoing);
  }

  #forward(link: Link, outgoing: Outgoing): void {
    const { address, envelope, over } = outgoing;
    if (over !== undefined) {
      if (link === over) return this.#refuse(outgoing, notPassedOn());
      // Each of the two must hear of the other's end.
      this.#routes.passedOn(envelope.from, link);
      this.#routes.passedOn(address.system, over);
    }
    const to = link.system === address.system ? address.actor : formatActorAddress(address);
    link.send({ ...envelope, to });
  }

  /** An envelope came over a link: for us, or to be passed on. */
  #arrived(envelope: Envelope, link: Link): void {
    const from = envelope.from === "" ? link.system : envelope.from;
    if (envelope.from !== "") this.#routes.learn(from, link);
    if (envelope.type === "system-here") {
      if (this.#routes.isToHost(link)) return this.#addHosted(envelope.system, link);
      return this.#routes.learn(envelope.system, link);
    }
    if (envelope.type === "system-gone") return this.#told(envelope.system, link);
    if (!envelope.to.includes("#")) return this.#handlers.take(envelope, envelope.to, from);
    const address = parseActorAddress(envelope.to);
    if (address.system === this.#id) return this.#handlers.take(envelope, address.actor, from);
    this.#route({ address, envelope: { ...envelope, from }, over: link });
  }

  /** An envelope cannot go on: whoever waits for something is told. */
  #refuse({ address, envelope, over }: Outgoing, cause: unknown): void {
    const error = troupeError("link/down", `Cannot reach actor "${publicAddress(address)}": no link leads there`, {
      cause,
    });
    this.#handlers.lost(address, envelope, error, over === undefined);
    if (over === undefined) return;
    const back = nobodyOf(envelope.from);
    const data = packError(error);
    if (envelope.type === "ask" || envelope.type === "room") {
      // As if that system had answered: the asker waits for nobody else.
      const reply = { type: "reply", to: "", from: address.system, askId: envelope.askId, ok: false, data } as const;
      over.send({ ...reply, to: over.system === envelope.from ? "-" : formatActorAddress(back) });
    } else if (envelope.type === "watch") {
      const down = { type: "down", to: "", from: address.system, watchId: envelope.watchId } as const;
      const to = over.system === envelope.from ? "-" : formatActorAddress(back);
      over.send({ ...down, reason: "link/down", error: data, to });
    }
  }

  #down(link: Link, reason: Error): void {
    if (this.#named.delete(link.id)) this.dialer.lost(link.contact, link.id);
    for (const system of this.#routes.linkDown(link)) this.#gone(system, reason);
  }

  /** The system at the other end of a link says that one behind it is gone. */
  #told(system: SystemId, link: Link): void {
    if (!this.#routes.systemGone(system, link)) return;
    this.#gone(system, troupeError("link/down", `Cannot reach system any more: ${link.peer} says that it is gone`));
  }

  #gone(system: SystemId, error: Error): void {
    for (const link of this.#routes.takeAudience(system)) link.send({ type: "system-gone", to: "-", from: "", system });
    this.#handlers.systemGone(system, error);
  }
}

function notPassedOn(): Error {
  return troupeError("link/down", "Cannot pass message on: its system is not known here");
}

/** A system of which only the contact is known is told apart by that. */
function keyOf(address: ActorAddress): string {
  return address.system === "" ? address.contact : address.system;
}
