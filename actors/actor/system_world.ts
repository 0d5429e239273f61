/** What a system takes from the world around it. @module */
import type { Clock } from "../base/clock.ts";
import type { Limits } from "../base/limits.ts";
import type { Random } from "../base/random.ts";

/** The world of a system. */
export interface SystemWorld {
  /** Time. */
  readonly clock: Clock;
  /** Chance. */
  readonly random: Random;
  /** Limits. */
  readonly limits: Limits;
}
