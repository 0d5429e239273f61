/** Messages that wait for one actor. @module */
import type { AskOutcome } from "./ask_outcome.ts";

/** One message in a mailbox; `reply` is there when an answer is wanted. */
export interface MailboxEntry<M, R> {
  /** The message, typed. */
  readonly message: M;
  /** Takes the answer, or the failure; called once. */
  readonly reply: ((outcome: AskOutcome<R>) => void) | undefined;
}

/** How much may wait for an actor. */
export interface MailboxPolicy {
  /** Messages. */
  readonly capacity: number;
  /** Bytes of encoded values in the messages. */
  readonly capacityBytes: number;
  /** What happens to one too many. "wait" asks senders to wait, and takes the message. */
  readonly overflow: "wait" | "reject" | "drop-oldest";
}

/** A first-in-first-out list without copying: an array and the index of its head. */
export class Mailbox<T> {
  /** Items from `#head` on wait; those before it are done. */
  #items: (T | undefined)[] = [];
  #head = 0;

  /** How many wait. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  /** Adds behind all others. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the oldest. */
  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Takes the oldest of those that are wanted, wherever it is. */
  shiftFirst(isWanted: (item: T) => boolean): T | undefined {
    for (let index = this.#head; index < this.#items.length; index++) {
      const item = this.#items[index] as T;
      if (!isWanted(item)) continue;
      if (index === this.#head) return this.shift();
      this.#items.splice(index, 1);
      return item;
    }
    return undefined;
  }

  /** Takes all. */
  drain(): T[] {
    const rest = this.#items.slice(this.#head) as T[];
    this.#items = [];
    this.#head = 0;
    return rest;
  }
}
