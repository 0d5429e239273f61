/** The other systems of users' actors: those linked, and hosts of our own. @module */
import { TroupeError } from "../base/errors.ts";
import type { ActorAddress, SystemId } from "./actor_address.ts";
import type { SystemCore } from "./system_core.ts";
import { SYSTEM_ACTOR, systemConversation, type SystemReply, type SystemRequest } from "./system_request.ts";

/** Asks other systems. */
export class SystemPeers {
  readonly #core: SystemCore;
  /** Systems of hosts of ours: what lives there has our contact in its address. */
  readonly #hosts = new Set<SystemId>();

  constructor(core: SystemCore) {
    this.#core = core;
  }

  /** A host of ours has come up, or has ended. */
  host(system: SystemId, isUp: boolean): void {
    if (isUp) this.#hosts.add(system);
    else this.#hosts.delete(system);
  }

  /**
   * Asks all: of a system in a host its parent, for all that the parent can see; of others everyone for what is his.
   *
   * @param isDeep Whether to ask linked systems, too; else only hosts.
   * @param except A system that needs not be asked.
   */
  async askAll(
    isDeep: boolean,
    request: (isDeep: boolean) => SystemRequest,
    except?: SystemId,
    signal?: AbortSignal,
  ): Promise<readonly SystemReply[]> {
    const { linkedSystems, gateway, dialer } = this.#core;
    const systems = (isDeep ? linkedSystems : [...this.#hosts]).filter((system) => system !== except);
    const answers = systems.map((system) =>
      this.#askOrNone(system, request(isDeep && dialer.isHosted && system === gateway), signal)
    );
    return (await Promise.all(answers)).filter((answer) => answer !== undefined);
  }

  /** Asks one; undefined when it is no system of users' actors. */
  async ask(to: ActorAddress, request: SystemRequest, signal?: AbortSignal): Promise<SystemReply | undefined> {
    try {
      return await this.#core.ref({ ...to, actor: SYSTEM_ACTOR }, systemConversation).ask(request, { signal });
    } catch (error) {
      if (TroupeError.is(error, "actor/terminated")) return undefined;
      throw error;
    }
  }

  /** Asks a system that may be none of users' actors, or about to end. */
  async #askOrNone(system: SystemId, request: SystemRequest, signal?: AbortSignal): Promise<SystemReply | undefined> {
    try {
      return await this.ask({ system, actor: SYSTEM_ACTOR, contact: "" }, request, signal);
    } catch (error) {
      if (TroupeError.is(error, "link/down")) return undefined;
      throw error;
    }
  }
}
