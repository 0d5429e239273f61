/** Where an actor lives, as data and as text. @module */
import { describe, troupeError } from "../base/errors.ts";

/** Names one {@linkcode SystemCore} for all time. */
export type SystemId = string;

/** Where an actor lives. Never used twice: a restarted process is another system. */
export interface ActorAddress {
  /** Its system; "" when only the contact is known. */
  readonly system: SystemId;
  /** Its name within the system. */
  readonly actor: string;
  /** Where its system listens, such as `tcp://127.0.0.1:40123`; "" when it does not. */
  readonly contact: string;
}

/** What stands in a text for the contact of a system that does not listen. */
const UNLISTENING = "local://";

/** The full text: `tcp://127.0.0.1:40123/worker-0#k3f9...`. It survives every hop and names one incarnation. */
export function formatActorAddress(address: ActorAddress): string {
  return `${address.contact || UNLISTENING}/${address.actor}#${address.system}`;
}

/** The text that people see and type: without the incarnation, `tcp://127.0.0.1:40123/worker-0`. */
export function publicAddress(address: ActorAddress | string): string {
  const text = typeof address === "string" ? address : formatActorAddress(address);
  const mark = text.lastIndexOf("#");
  return mark < 0 || text.startsWith(UNLISTENING) ? text : text.slice(0, mark);
}

/** Where answers go: to a system, to none of its actors. */
export function nobodyOf(system: SystemId): ActorAddress {
  return { system, actor: "-", contact: "" };
}

/**
 * Reads an address with or without incarnation. Throws `input/invalid`.
 *
 * @param text Such as `tcp://127.0.0.1:40123/counter` or `local:///executor#k3f9`.
 */
export function parseActorAddress(text: string): ActorAddress {
  const match = /^((?:tcp|tls|local):\/\/[^/#]*|unix:[^#]*)\/([^/#]+)(?:#([^#]*))?$/.exec(text);
  if (match === null) {
    throw troupeError("input/invalid", `Cannot parse actor address ${describe(text)}`, {
      hint: 'Write it as "tcp://host:port/name"',
    });
  }
  const [, contact, actor, system] = match;
  return { contact: contact === UNLISTENING ? "" : contact!, actor: actor!, system: system ?? "" };
}
