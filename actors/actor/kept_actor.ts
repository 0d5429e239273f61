/** Actors that are kept by other code of Troupe's own. @module */
import type { ActorLifecycle } from "./actor_ref.ts";

/** An actor that other code of ours makes, and acts as. */
export interface KeptActor {
  /** Makes it. */
  readonly create: () => ActorLifecycle;
  /** Runs what its timers do. */
  readonly within: <T>(code: () => T) => T;
  /** Hears of its end, and what it failed with. */
  readonly onDown?: ((error: Error | undefined) => void) | undefined;
}

/** Runs code as it is. */
export function inPlace<T>(code: () => T): T {
  return code();
}
