/** Who may have a name while systems agree about it. @module */
import type { SystemId } from "./actor_address.ts";

/**
 * Names claimed but not yet taken. Each system asks all others before it takes a name. One that is asked grants the name
 * and remembers that, unless it claims the name itself: then the system with the smaller id goes first, so that of two
 * that ask each other at the same moment exactly one is refused.
 */
export class NameClaims {
  readonly #own: SystemId;
  /** Claims of our own under way, and whether somebody else went first. */
  readonly #claims = new Map<string, { isLost: boolean }>();
  /** Names granted to others, until they say that they are done, or are gone. */
  readonly #granted = new Map<string, SystemId>();

  constructor(own: SystemId) {
    this.#own = own;
  }

  /** Begins a claim of our own; false when the name is claimed already. */
  begin(name: string): boolean {
    if (this.#claims.has(name) || this.#granted.has(name)) return false;
    this.#claims.set(name, { isLost: false });
    return true;
  }

  /** Whether a claim of our own still holds, after all others were asked. */
  holds(name: string): boolean {
    return this.#claims.get(name)?.isLost === false;
  }

  /** Ends a claim of our own. */
  end(name: string): void {
    this.#claims.delete(name);
  }

  /** Another system claims a name; whether it may have it, as far as claims go. */
  grant(name: string, claimer: SystemId): boolean {
    const claim = this.#claims.get(name);
    const granted = this.#granted.get(name);
    if (granted !== undefined && granted !== claimer) return false;
    if (claim !== undefined && this.#own < claimer) return false;
    if (claim !== undefined) claim.isLost = true;
    this.#granted.set(name, claimer);
    return true;
  }

  /** Another system is done with its claim. */
  release(name: string, claimer: SystemId): void {
    if (this.#granted.get(name) === claimer) this.#granted.delete(name);
  }

  /** Another system is gone. */
  systemGone(claimer: SystemId): void {
    for (const [name, system] of this.#granted) if (system === claimer) this.#granted.delete(name);
  }
}
