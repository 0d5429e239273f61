import type { ActorAddress } from "./actor_address.ts";

/** A message that found no actor, or no room. */
export interface LostMessage {
  /** Whom it was for. */
  readonly address: ActorAddress;
  /** Why it did not arrive; "malformed": a peer sent what the actor's conversation does not know. */
  readonly reason: "terminated" | "mailbox-full" | "late-reply" | "link/down" | "malformed";
  /** The message, typed or as data. */
  readonly message: unknown;
}
