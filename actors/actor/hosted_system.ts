/** What answers in a host: users' actors are started through it. Named by URL, imported by nobody. @module */
import { openActorSystem } from "./actor_system.ts";
import type { ActorModule, ActorModuleWorld } from "./conversation.ts";
import type { SystemCore } from "./system_core.ts";
import { systemConversation, type SystemReply, type SystemRequest } from "./system_request.ts";

/** The system of users' actors in a thread or process. */
export const hostedSystem: ActorModule<SystemRequest, SystemReply> = {
  conversation: systemConversation,
  // Systems ask each other in circles.
  reentrant: true,
  create(_args: unknown, { system }: ActorModuleWorld) {
    const core = system as SystemCore;
    // A process, too, leaves other systems to its parent, which has links and knows tokens.
    core.dialer.isHosted = true;
    core.announceHosts();
    return openActorSystem(core, {}).stage.answers();
  },
};
