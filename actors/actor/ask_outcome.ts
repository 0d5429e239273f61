/** What an ask ends with. */
export type AskOutcome<R> =
  /** The actor has answered. */
  | { readonly ok: true; readonly value: R }
  /** The handler failed, or there was no actor, room or link. */
  | { readonly ok: false; readonly error: Error };
