/** What asks end with. @module */
import { asError, troupeError } from "../base/errors.ts";
import { type ActorAddress, publicAddress } from "./actor_address.ts";
import type { Conversation } from "./conversation.ts";
import { packError } from "./error_data.ts";

/** What an ask ends with. */
export type AskOutcome<R> =
  /** The actor has answered. */
  | { readonly ok: true; readonly value: R }
  /** The handler failed, or there was no actor, room or link. */
  | { readonly ok: false; readonly error: Error };

/** An outcome as plain data; a reply that cannot travel becomes the error that says so. */
export function packOutcome(
  outcome: AskOutcome<unknown>,
  conversation: Conversation<unknown, unknown> | undefined,
): { readonly ok: boolean; readonly data: unknown } {
  if (!outcome.ok) return { ok: false, data: packError(outcome.error) };
  try {
    return { ok: true, data: conversation?.packReply(outcome.value) };
  } catch (error) {
    return { ok: false, data: packError(asError(error)) };
  }
}

/** What an ask of an actor that is not there ends with. */
export function terminatedError(address: ActorAddress): Error {
  return troupeError("actor/terminated", `Cannot ask actor "${publicAddress(address)}": it is not there`, {
    details: { address: publicAddress(address), isHandled: false },
  });
}
