/** Finds users' actors by name or address, here and in linked systems. @module */
import { describe, TroupeError, troupeError } from "../base/errors.ts";
import { Deadline } from "../transport/deadline.ts";
import { type ActorAddress, formatActorAddress, parseActorAddress, type SystemId } from "./actor_address.ts";
import { boundedMs } from "./held_wait.ts";
import type { AskOptions } from "./ref.ts";
import type { SystemCore } from "./system_core.ts";
import { SYSTEM_ACTOR, systemConversation } from "./system_request.ts";

/** First pause between two looks for a name that is not there yet; doubles. */
const PAUSE_MS_MIN = 10;
/** Longest pause. */
const PAUSE_MS_MAX = 250;

/** The users' actors of one system by name, and the way to those of others. */
export class ActorDirectory {
  readonly #core: SystemCore;
  /** Live actors of users here. */
  readonly #names = new Map<string, ActorAddress>();
  /** Systems of hosts of ours: what lives there has our contact in its address. */
  readonly #hosts = new Set<SystemId>();

  constructor(core: SystemCore) {
    this.#core = core;
  }

  /** An actor has started here. */
  add(address: ActorAddress): void {
    this.#names.set(address.actor, address);
  }

  /** It has ended. */
  remove(name: string): void {
    this.#names.delete(name);
  }

  /** A host of ours has come up, or has ended. */
  host(system: SystemId, isUp: boolean): void {
    if (isUp) this.#hosts.add(system);
    else this.#hosts.delete(system);
  }

  /**
   * Looks once, or until the time is over.
   *
   * @throws `actor/not-found`, `input/invalid` for a bad address, and what stands in the way to another system.
   */
  async lookup(text: string, wait: AskOptions): Promise<ActorAddress> {
    const { timeoutMs, signal } = wait;
    let obstacle: unknown;
    const outOfTime = () => notFound(text, obstacle);
    using deadline = new Deadline({
      clock: this.#core.world.clock,
      timeoutMs: boundedMs(timeoutMs),
      signal,
      outOfTime,
    });
    for (let pauseMs = PAUSE_MS_MIN;; pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX)) {
      try {
        const found = await this.find(text, true, deadline.signal);
        if (found !== undefined) return found;
      } catch (error) {
        if (timeoutMs === undefined || !mayPass(error)) throw error;
        obstacle = error;
      }
      if (timeoutMs === undefined) throw notFound(text, undefined);
      await deadline.pause(pauseMs);
    }
  }

  /** Looks once. `isDeep`: in linked systems, too, if it is a name. */
  async find(text: string, isDeep: boolean, signal?: AbortSignal): Promise<ActorAddress | undefined> {
    if (text.includes("/")) return await this.#findAt(text, parseActorAddress(text), signal);
    const here = this.#names.get(text);
    if (here !== undefined) return here;
    const { linkedSystems, gateway } = this.#core;
    // A host asks its parent for all that the parent can see; everyone else is asked for what is his.
    const systems = isDeep ? linkedSystems : [...this.#hosts];
    const isHosted = this.#core.dialer.isHosted;
    const answers = systems.map((system) =>
      this.#askForName(system, text, isDeep && isHosted && system === gateway, signal)
    );
    for (const answer of await Promise.all(answers)) if (answer !== undefined) return answer;
    return undefined;
  }

  async #findAt(
    text: string,
    address: ActorAddress,
    signal: AbortSignal | undefined,
  ): Promise<ActorAddress | undefined> {
    const { id, contact, dialer, gateway } = this.#core;
    if (address.system === id) return this.#names.get(address.actor);
    if (address.system !== "") {
      return await this.#ask({ ...address, actor: SYSTEM_ACTOR }, address.actor, false, signal);
    }
    if (dialer.isHosted && gateway !== undefined) {
      return await this.#ask({ system: gateway, actor: SYSTEM_ACTOR, contact: "" }, text, true, signal);
    }
    if (address.contact === contact) return await this.find(address.actor, false, signal);
    const { system } = await dialer.dial(address.contact, "", { signal });
    return await this.#ask({ system, actor: SYSTEM_ACTOR, contact: "" }, address.actor, false, signal);
  }

  /** Asks a system that may be none of users' actors, or about to end: then the name is not there. */
  async #askForName(
    system: SystemId,
    name: string,
    isDeep: boolean,
    signal: AbortSignal | undefined,
  ): Promise<ActorAddress | undefined> {
    try {
      return await this.#ask({ system, actor: SYSTEM_ACTOR, contact: "" }, name, isDeep, signal);
    } catch (error) {
      if (TroupeError.is(error, "link/down")) return undefined;
      throw error;
    }
  }

  async #ask(
    to: ActorAddress,
    name: string,
    isDeep: boolean,
    signal: AbortSignal | undefined,
  ): Promise<ActorAddress | undefined> {
    try {
      const answer = await this.#core.ref(to, systemConversation).ask({ type: "find", name, isDeep }, { signal });
      return answer === "" ? undefined : parseActorAddress(answer);
    } catch (error) {
      if (TroupeError.is(error, "actor/terminated")) return undefined;
      throw error;
    }
  }
}

/** The address of what was found, as systems answer. */
export function foundText(address: ActorAddress | undefined): string {
  return address === undefined ? "" : formatActorAddress(address);
}

function mayPass(error: unknown): boolean {
  return TroupeError.is(error, "client/unreachable") || TroupeError.is(error, "link/down");
}

function notFound(text: string, cause: unknown): Error {
  return troupeError("actor/not-found", `Cannot find actor ${describe(text)}: there is none`, {
    cause,
    hint: "Check the name, or give timeoutMs to wait for it",
    details: { address: text },
  });
}
