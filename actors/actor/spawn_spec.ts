/** What a system needs to know to start an actor. @module */
import type { Behaviour, Conversation, DownNotice } from "./conversation.ts";
import type { MailboxPolicy } from "./mailbox.ts";
import type { SupervisionPolicy } from "./supervision.ts";

/** What to spawn. */
export interface SpawnSpec<M, R> {
  /** Its name in the system; a random one by default. */
  readonly name?: string | undefined;
  /** How its messages travel. */
  readonly conversation: Conversation<M, R>;
  /** Makes its behaviour, for each start anew. */
  readonly create: () => Behaviour<M, R>;
  /** How much may wait; by default `limits.mailboxCapacity` messages, then senders wait. */
  readonly mailbox?: Partial<MailboxPolicy> | undefined;
  /** What a failure does. */
  readonly supervision?: Partial<SupervisionPolicy> | undefined;
  /** Whether async handlers may interleave. */
  readonly reentrant?: boolean | undefined;
  /** How many async handlers may be at work at a time; by default 1, or without limit when `reentrant`. */
  readonly concurrency?: number | undefined;
  /** Whether its messages are handled in rounds of the event loop's own, never behind the arrival of a message. */
  readonly isImmediate?: boolean | undefined;
  /** Hears of its end, before watchers do. */
  readonly onDown?: ((notice: DownNotice) => void) | undefined;
  /** Hears of each restart that a failure of its own has caused. */
  readonly onRestart?: ((error: Error) => void) | undefined;
  /** Hears, after its end, of a failure that is its parent's to answer. */
  readonly onEscalated?: ((error: Error) => void) | undefined;
}
