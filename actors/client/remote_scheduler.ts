/** Finds the scheduler behind an address. @module */
import { formatActorAddress } from "../actor/actor_address.ts";
import type { DialOptions } from "../actor/dialer.ts";
import type { SystemCore } from "../actor/system_core.ts";
import { SCHEDULER_ACTOR } from "../protocol/inboxes.ts";

/** Links the scheduler that listens there, as the way to everything unknown; gives the full address of its actor. */
export async function dialScheduler(core: SystemCore, address: string, options: DialOptions): Promise<string> {
  const link = await core.dialer.dial(address, "", { ...options, isGateway: true });
  return formatActorAddress({ system: link.system, actor: SCHEDULER_ACTOR, contact: link.contact });
}
