/**
 * Actors here whose parent lives in another system, where somebody stands in for them: they end when that system is gone,
 * and it hears of their restarts.
 *
 * @module
 */
import { troupeError } from "../base/errors.ts";
import { type ActorAddress, formatActorAddress, publicAddress, type SystemId } from "./actor_address.ts";
import type { ActorParent } from "./actor_seat.ts";
import { packError } from "./error_data.ts";
import type { SystemCore } from "./system_core.ts";
import { SYSTEM_ACTOR, systemConversation } from "./system_request.ts";

/** Keeps parents elsewhere and children here together. */
export class Adoptions {
  readonly #core: SystemCore;
  /** By the parent's system; an entry stays as long as its actor, or its start. */
  readonly #bySystem = new Map<SystemId, Set<Adoption>>();

  constructor(core: SystemCore) {
    this.#core = core;
    core.onSystemGone((system) => this.#orphan(system));
  }

  /**
   * Starts an actor for whoever stands in for it at that address.
   *
   * @throws What `spawn` throws; `link/down` when the parent was lost meanwhile.
   */
  async adopt(
    standIn: ActorAddress,
    spawn: (parent: ActorParent) => Promise<ActorAddress>,
  ): Promise<ActorAddress> {
    const adoption = new Adoption(this.#core, standIn, () => this.#remove(standIn.system, adoption));
    const all = this.#bySystem.get(standIn.system) ?? new Set();
    this.#bySystem.set(standIn.system, all.add(adoption));
    let address: ActorAddress;
    try {
      address = await spawn(adoption);
    } catch (error) {
      this.#remove(standIn.system, adoption);
      throw error;
    }
    if (!adoption.isOrphan) return address;
    await this.#core.end(address, "killed");
    throw troupeError("link/down", `Cannot keep actor "${publicAddress(address)}": its parent is gone`);
  }

  #remove(system: SystemId, adoption: Adoption): void {
    const all = this.#bySystem.get(system);
    all?.delete(adoption);
    if (all?.size === 0) this.#bySystem.delete(system);
  }

  #orphan(system: SystemId): void {
    const all = this.#bySystem.get(system) ?? [];
    this.#bySystem.delete(system);
    for (const adoption of all) adoption.orphan();
  }
}

/** One actor, as its parent. */
class Adoption implements ActorParent {
  /** Whether the parent is gone. */
  isOrphan = false;
  readonly #core: SystemCore;
  readonly #standIn: ActorAddress;
  readonly #onEnded: () => void;
  /** The actor's name here, from its start to its end. */
  #name: string | undefined;

  constructor(core: SystemCore, standIn: ActorAddress, onEnded: () => void) {
    this.#core = core;
    this.#standIn = standIn;
    this.#onEnded = onEnded;
  }

  nextName(): string {
    return this.#core.freeName();
  }

  childStarted(name: string): void {
    this.#name = name;
  }

  childEnded(): void {
    this.#name = undefined;
    this.#onEnded();
  }

  childRestarted(_name: string, error: Error): void {
    const system = formatActorAddress({ ...this.#standIn, actor: SYSTEM_ACTOR });
    const name = this.#standIn.actor;
    this.#core.ref(system, systemConversation).tell({ type: "restarted", name, error: packError(error) });
  }

  // Whoever stands in for it watches it.
  childEscalated(): void {}

  orphan(): void {
    this.isOrphan = true;
    if (this.#name !== undefined) void this.#core.end(this.#core.addressOf(this.#name), "killed");
  }
}
