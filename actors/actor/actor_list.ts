/** What is to be seen of the actors of a system from outside. @module */
import * as p from "../protocol/parse.ts";
import { type ActorAddress, publicAddress } from "./actor_address.ts";
import type { SystemCore } from "./system_core.ts";
import type { SystemReply } from "./system_request.ts";

/** One actor, as `ps` shows it. */
export interface ActorInfo {
  /** Reaches it from any linked system. */
  readonly address: string;
  /** Its name. */
  readonly name: string;
  /** Messages that wait in its mailbox. */
  readonly depth: number;
  /** How often it has been restarted since it was spawned. */
  readonly restarts: number;
}

/** The actors of a system with these addresses, as it answers: a tuple for each, in the order of their start. */
export function listActors(core: SystemCore, addresses: readonly ActorAddress[]): SystemReply {
  const byName = new Map(core.actors.map((actor) => [actor.name, actor]));
  return addresses.flatMap((address) => {
    const actor = byName.get(address.actor);
    return actor === undefined ? [] : [[publicAddress(address), actor.name, actor.depth, actor.restarts]];
  });
}

/** Such an answer, as data; throws `wire/malformed`. */
export function parseActorList(reply: SystemReply): ActorInfo[] {
  return reply.map((row) => {
    const t = p.fields(row);
    return { address: p.text(t, 0), name: p.text(t, 1), depth: p.count(t, 2), restarts: p.count(t, 3) };
  });
}
