/** Which link leads to which system. @module */
import type { SystemId } from "./actor_address.ts";
import type { Link } from "./link.ts";

/** Links, and what was learned about the systems behind them. */
export class Routes {
  /** All links that are up: two systems that dial each other at the same moment have two. */
  #all = new Set<Link>();
  /** The link in use to each system linked directly. */
  #links = new Map<SystemId, Link>();
  /** The link behind which a system was seen. */
  #behind = new Map<SystemId, Link>();
  /** The systems in hosts of ours, and in theirs, by the link to our host. */
  #hosted = new Map<SystemId, Link>();
  /** Links over which envelopes of a system were passed on: they must hear of its end. */
  #audience = new Map<SystemId, Set<Link>>();
  /** Where envelopes go that nobody else knows a way for: the parent, or the scheduler. */
  #gateway: Link | undefined;

  /** All links that are up, those among them that are not in use, too. */
  get all(): readonly Link[] {
    return [...this.#all];
  }

  /** The link in use to each system linked directly. */
  get links(): readonly Link[] {
    return [...this.#links.values()];
  }

  /** Where envelopes go that nobody else knows a way for. */
  get gateway(): Link | undefined {
    return this.#gateway;
  }

  /** Adds a link; the older one to the same system stays in use, so that order holds. */
  add(link: Link, isGateway: boolean): void {
    this.#all.add(link);
    if (!this.#links.has(link.system)) this.#links.set(link.system, link);
    this.#behind.delete(link.system);
    if (isGateway) this.#gateway ??= link;
  }

  /** The link that leads to this system, as far as known. */
  to(system: SystemId): Link | undefined {
    return this.#links.get(system) ?? this.#behind.get(system);
  }

  /** An envelope of this system came over this link. */
  learn(system: SystemId, link: Link): void {
    if (!this.#links.has(system)) this.#behind.set(system, link);
  }

  /** This system lives in a host of ours, which this link leads to, or behind it. */
  addHosted(system: SystemId, link: Link): void {
    this.learn(system, link);
    this.#hosted.set(system, link);
  }

  /** The systems in hosts of ours, and in theirs. */
  get hosted(): readonly SystemId[] {
    return [...this.#hosted.keys()];
  }

  /** Whether this link leads to a host of ours. */
  isToHost(link: Link): boolean {
    return this.#hosted.get(link.system) === link;
  }

  /** An envelope of this system was passed on over this link. */
  passedOn(system: SystemId, over: Link): void {
    const links = this.#audience.get(system);
    if (links === undefined) this.#audience.set(system, new Set([over]));
    else links.add(over);
  }

  /** A link is down: gives the systems that cannot be reached any more. */
  linkDown(link: Link): readonly SystemId[] {
    const gone: SystemId[] = [];
    this.#all.delete(link);
    if (this.#links.get(link.system) === link) {
      this.#links.delete(link.system);
      gone.push(link.system);
    }
    if (this.#gateway === link) this.#gateway = undefined;
    for (const [system, over] of this.#behind) {
      if (over !== link) continue;
      this.#behind.delete(system);
      gone.push(system);
    }
    for (const system of gone) this.#hosted.delete(system);
    for (const [system, links] of this.#audience) {
      links.delete(link);
      if (links.size === 0) this.#audience.delete(system);
    }
    return gone;
  }

  /** The system at the other end of `link` says that this system is gone; whether that concerns us. */
  systemGone(system: SystemId, link: Link): boolean {
    if (this.#links.has(system) || this.#behind.get(system) !== link) return false;
    this.#behind.delete(system);
    this.#hosted.delete(system);
    return true;
  }

  /** Takes the links that must hear of the end of this system. */
  takeAudience(system: SystemId): readonly Link[] {
    const links = this.#audience.get(system);
    this.#audience.delete(system);
    return links === undefined ? [] : [...links];
  }
}
