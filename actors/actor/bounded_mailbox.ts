/** The mailbox of one actor: how much may wait, and what happens to one too many. @module */
import type { Conversation } from "./conversation.ts";
import { Mailbox, type MailboxEntry, type MailboxPolicy } from "./mailbox.ts";

/** What a bounded mailbox is made of. */
export interface BoundedMailboxOptions<M, R> {
  /** How much may wait. */
  readonly policy: MailboxPolicy;
  /** Knows what a message occupies, and whether it is the actor's own. */
  readonly conversation: Conversation<M, R>;
  /** Takes what found no room. */
  readonly refuse: (entry: MailboxEntry<M, R>) => void;
}

/** Messages in order, within bounds. */
export class BoundedMailbox<M, R> {
  readonly #options: BoundedMailboxOptions<M, R>;
  readonly #entries = new Mailbox<MailboxEntry<M, R>>();
  /** What the messages occupy; counted only when there is a limit. */
  #bytes = 0;
  /** Senders that wait for room. */
  #waiting: (() => void)[] = [];

  constructor(options: BoundedMailboxOptions<M, R>) {
    this.#options = options;
  }

  /** Messages that wait. */
  get size(): number {
    return this.#entries.size;
  }

  /** Adds a message; what has no room is refused. "wait" takes it: its sender waits for room. */
  push(entry: MailboxEntry<M, R>): void {
    const { policy, refuse } = this.#options;
    if (policy.overflow !== "wait" && this.#isFull() && !this.#isOwn(entry)) {
      if (policy.overflow === "reject") return refuse(entry);
      this.#dropOldest();
    }
    this.#bytes += this.#sizeOf(entry);
    this.#entries.push(entry);
  }

  /** Takes the oldest of at least one. */
  take(): MailboxEntry<M, R> {
    const entry = this.#entries.shift()!;
    this.#bytes -= this.#sizeOf(entry);
    // All of them: whoever wakes sends one message, and a mailbox that runs empty wakes nobody any more.
    if (this.#waiting.length > 0 && !this.#isFull()) this.#letIn();
    return entry;
  }

  /** Takes all; nobody waits for room any more. */
  drain(): MailboxEntry<M, R>[] {
    this.#bytes = 0;
    this.#letIn();
    return this.#entries.drain();
  }

  /** Resolves when there is room, and never rejects; undefined when there is. */
  room(): Promise<void> | undefined {
    if (!this.#isFull()) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #isFull(): boolean {
    const { capacity, capacityBytes } = this.#options.policy;
    return this.#entries.size >= capacity || this.#bytes >= capacityBytes;
  }

  #isOwn(entry: MailboxEntry<M, R>): boolean {
    return this.#options.conversation.isOwn?.(entry.message) ?? false;
  }

  #sizeOf(entry: MailboxEntry<M, R>): number {
    const { policy, conversation } = this.#options;
    return policy.capacityBytes === Infinity ? 0 : conversation.sizeBytes?.(entry.message) ?? 0;
  }

  #dropOldest(): void {
    while (this.#isFull()) {
      const entry = this.#entries.shiftFirst((entry) => !this.#isOwn(entry));
      if (entry === undefined) return;
      this.#bytes -= this.#sizeOf(entry);
      this.#options.refuse(entry);
    }
  }

  #letIn(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
