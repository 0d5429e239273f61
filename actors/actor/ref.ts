/** A handle on an actor, wherever it is. @module */
import { troupeError } from "../base/errors.ts";
import type { ActorAddress } from "./actor_address.ts";
import { formatActorAddress, publicAddress } from "./actor_address.ts";
import type { AskOutcome } from "./ask_outcome.ts";
import type { Conversation, DownNotice } from "./conversation.ts";

/** Options of an ask. */
export interface AskOptions {
  /** Give up after this many milliseconds with `actor/timeout`; never by default. */
  readonly timeoutMs?: number | undefined;
  /** Give up when it aborts, with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a ref needs of its system. */
export interface Post {
  /** Sends a message. */
  tell<M, R>(address: ActorAddress, conversation: Conversation<M, R>, message: M): void;
  /** Sends a message that wants an answer; gives a way to give up. */
  ask<M, R>(
    address: ActorAddress,
    conversation: Conversation<M, R>,
    message: M,
    settle: (outcome: AskOutcome<R>) => void,
  ): () => void;
  /** Watches. */
  watch(address: ActorAddress, callback: (notice: DownNotice) => void): Disposable;
  /** Ends an actor; resolves when it is gone. */
  end(address: ActorAddress, how: "stopped" | "killed"): Promise<void>;
  /**
   * After a tell of so many bytes: resolves when there is room for more on the way to that actor; undefined when there is.
   */
  room(address: ActorAddress, sizeBytes: number): Promise<void> | undefined;
  /** Rings after a time. */
  after(delayMs: number, ring: () => void): Disposable;
}

const NO_OPTIONS: AskOptions = {};

/** A handle on an actor. It is an address: it holds nothing. */
export class Ref<M, R = never> {
  /** Where the actor lives. */
  readonly address: ActorAddress;
  /** How its messages travel. */
  readonly conversation: Conversation<M, R>;
  readonly #post: Post;

  constructor(post: Post, address: ActorAddress, conversation: Conversation<M, R>) {
    this.#post = post;
    this.address = address;
    this.conversation = conversation;
  }

  /** The full text of its address. */
  get id(): string {
    return formatActorAddress(this.address);
  }

  /** Sends a message: at most once, in order per pair. */
  tell(message: M): void {
    this.#post.tell(this.address, this.conversation, message);
  }

  /** Sends a message and waits for the answer. A dead actor or link rejects at once. */
  ask(message: M, options: AskOptions = NO_OPTIONS): Promise<R> {
    return new Promise((resolve, reject) =>
      this.request(message, (outcome) => outcome.ok ? resolve(outcome.value) : reject(outcome.error), options)
    );
  }

  /** What {@linkcode Ref.ask} does, without a promise: hands the outcome to `settle`, once. */
  request(
    message: M,
    settle: (outcome: AskOutcome<R>) => void,
    { timeoutMs, signal }: AskOptions = NO_OPTIONS,
  ): void {
    if (signal?.aborted) return settle({ ok: false, error: signal.reason });
    if (timeoutMs === undefined && signal === undefined) {
      this.#post.ask(this.address, this.conversation, message, settle);
      return;
    }
    const ends: Disposable[] = [];
    const end = (outcome: AskOutcome<R>) => {
      for (const one of ends) one[Symbol.dispose]();
      settle(outcome);
    };
    const giveUp = this.#post.ask(this.address, this.conversation, message, end);
    const abandon = (error: Error) => {
      giveUp();
      end({ ok: false, error });
    };
    if (signal !== undefined) ends.push(onAbort(signal, () => abandon(signal.reason)));
    if (timeoutMs !== undefined) {
      ends.push(this.#post.after(timeoutMs, () => abandon(outOfTime(this.address, timeoutMs))));
    }
  }

  /** Calls back once when the actor ends, at once if it has. Disposing the answer ends the watch. */
  watch(callback: (notice: DownNotice) => void): Disposable {
    return this.#post.watch(this.address, callback);
  }

  /** Ends it after the message in hand; resolves when it is gone. */
  stop(): Promise<void> {
    return this.#post.end(this.address, "stopped");
  }

  /** Ends it now; resolves when it is gone. */
  kill(): Promise<void> {
    return this.#post.end(this.address, "killed");
  }

  /** After a tell: resolves when there is room for more on the way to it; undefined when there is. */
  room(message: M): Promise<void> | undefined {
    return this.#post.room(this.address, this.conversation.sizeBytes?.(message) ?? 0);
  }
}

function onAbort(signal: AbortSignal, act: () => void): Disposable {
  signal.addEventListener("abort", act, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", act) };
}

function outOfTime(address: ActorAddress, timeoutMs: number): Error {
  const name = publicAddress(address);
  return troupeError("actor/timeout", `Cannot get an answer of actor "${name}" within ${timeoutMs} ms`);
}
