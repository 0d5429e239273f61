/** A system with clock, chance and sockets of this process. @module */
import { systemClock } from "../base/clock.ts";
import { DEFAULT_LIMITS } from "../base/limits.ts";
import { systemRandom } from "../base/random.ts";
import { SOCKETS } from "../transport/sockets.ts";
import { SystemCore, type SystemCoreOptions } from "./system_core.ts";

/** Makes one that can listen and dial. */
export function processCore(options: Pick<SystemCoreOptions, "name" | "id">): SystemCore {
  const core = new SystemCore({ ...options, clock: systemClock, random: systemRandom, limits: DEFAULT_LIMITS });
  core.dialer.sockets = SOCKETS;
  return core;
}
