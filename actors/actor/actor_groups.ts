/** Named groups of actors, across linked systems. @module */
import { describe, troupeError } from "../base/errors.ts";
import { type ActorAddress, formatActorAddress, parseActorAddress } from "./actor_address.ts";
import { ActorHandle } from "./actor_ref.ts";
import type { SystemCore } from "./system_core.ts";
import type { SystemPeers } from "./system_peers.ts";
import * as p from "../protocol/parse.ts";

/** The groups that actors were made members of here. Each system remembers its own; who asks for members asks all. */
export class ActorGroups {
  readonly #core: SystemCore;
  readonly #peers: SystemPeers;
  /** By group, the full addresses of members, each with our watch of it. */
  readonly #groups = new Map<string, Map<string, Disposable>>();

  constructor(core: SystemCore, peers: SystemPeers) {
    this.#core = core;
    this.#peers = peers;
  }

  /** Makes an actor a member, until it leaves or ends, or this system does. */
  join(group: string, address: ActorAddress): void {
    const text = formatActorAddress(address);
    const members = this.#groups.get(group) ?? new Map<string, Disposable>();
    if (members.has(text)) return;
    this.#groups.set(group, members);
    members.set(text, this.#core.watch(address, () => this.#remove(group, text)));
  }

  /** Takes an actor out, wherever it was made a member. */
  async leave(group: string, address: string, isDeep: boolean): Promise<void> {
    this.#groups.get(group)?.get(address)?.[Symbol.dispose]();
    this.#remove(group, address);
    await this.#peers.askAll(isDeep, (isDeep) => ({ type: "leave", group, address, isDeep }));
  }

  /** The full addresses of members. */
  async members(group: string, isDeep: boolean): Promise<readonly string[]> {
    const others = await this.#peers.askAll(isDeep, (isDeep) => ({ type: "members", group, isDeep }));
    const all = [...this.#groups.get(group)?.keys() ?? [], ...others.flatMap((reply) => p.texts([reply], 0))];
    // An address with and without its contact is the same actor.
    const byActor = new Map<string, string>();
    for (const text of all) {
      const { system, actor, contact } = parseActorAddress(text);
      const key = `${actor}#${system}`;
      if (!byActor.has(key) || contact !== "") byActor.set(key, text);
    }
    return [...byActor.values()];
  }

  #remove(group: string, address: string): void {
    const members = this.#groups.get(group);
    members?.delete(address);
    if (members?.size === 0) this.#groups.delete(group);
  }
}

/** The name of a group; throws `input/invalid`. */
export function checkedGroup(group: unknown): string {
  if (typeof group === "string" && group !== "") return group;
  throw troupeError("input/invalid", `Cannot use group ${describe(group)}: its name is no text`);
}

/** The full address of the actor that a ref means; throws `input/invalid`. */
export function fullAddress(ref: unknown): string {
  const address = typeof ref === "object" && ref !== null ? ActorHandle.fullAddressOf(ref) : undefined;
  if (address !== undefined) return address;
  throw troupeError("input/invalid", `Cannot use ${describe(ref)} as a member of a group: it is no ref to an actor`);
}
