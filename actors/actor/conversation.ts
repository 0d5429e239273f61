/** How the messages of one kind of actor travel. @module */
import type { ActorAddress } from "./actor_address.ts";

/**
 * How the messages to one kind of actor travel between systems: as plain tuples, parsed where they arrive. Within a
 * system they are handed over as they are, and must not be changed by anyone.
 */
export interface Conversation<M, R = never> {
  /** For messages about it: "scheduler", "store". */
  readonly name: string;
  /** A message as plain data. */
  pack(message: M): unknown;
  /** Plain data as a message; throws `wire/malformed`. */
  parse(data: unknown): M;
  /** A reply as plain data. */
  packReply(reply: R): unknown;
  /** Plain data as a reply; throws `wire/malformed`. */
  parseReply(data: unknown): R;
  /** What a message occupies, for mailboxes with a limit in bytes; 0 by default. */
  sizeBytes?(message: M): number;
  /** Whether it is the actor's own message to itself, such as that of a timer: it is never refused for want of room. */
  isOwn?(message: M): boolean;
  /** The failure of the actor that a reply tells of, if any: its supervisor decides, after the reply is out. */
  failureOf?(reply: R): Error | undefined;
}

/** Replies of a conversation that has none. */
export const noReplies: Pick<Conversation<unknown, never>, "packReply" | "parseReply"> = {
  packReply: () => undefined,
  parseReply: () => undefined as never,
};

/** Why an actor ended. */
export interface DownNotice {
  /** The actor. */
  readonly address: ActorAddress;
  /** How it ended. */
  readonly reason: DownReason;
  /** What it failed with. */
  readonly error: Error | undefined;
}

/** How an actor ended: by itself or by request, by a failure, by force, or out of sight. */
export type DownReason = "stopped" | "failed" | "killed" | "link/down";

/** What a behaviour can do in its system. */
export interface BehaviourContext {
  /** Where it lives. */
  readonly address: ActorAddress;
  /** Aborts when it is to stop, or is about to be restarted. */
  readonly signal: AbortSignal;
  /** Fails the actor from outside a message: its supervisor decides. */
  fail(error: unknown): void;
  /** Fails the actor with an error that is not known yet: until then it takes no message. */
  failBy(error: Promise<Error>): void;
  /** Ends the actor: with an error as failed, whatever its supervisor would say. */
  end(error?: Error): void;
}

/**
 * What an actor does: state, and a handler that takes one message at a time. A handler that returns a promise holds the
 * next message back until it settles; machines' shells are synchronous.
 */
export interface Behaviour<M, R = never> {
  /** Runs before the first message. */
  start?(context: BehaviourContext): void | Promise<void>;
  /** Takes one message. What it returns is the reply, if one was asked for. */
  receive(message: M, isAsked: boolean): R | void | Promise<R | void>;
  /** Asked while it has a message in hand: why another one, which would wait for that, can have no answer. */
  refusalOf?(message: M): Error | undefined;
  /** Runs after the last message; once more, as "killed", when it does not come to an end. */
  stop?(reason: DownReason): void | Promise<void>;
}

/** An actor that a host can start by the URL of its module: an export of this shape. */
export interface ActorModule<M, R = never> {
  /** How its messages travel. */
  readonly conversation: Conversation<M, R>;
  /** Whether async handlers may interleave. Default: false. */
  readonly reentrant?: boolean;
  /** Makes the behaviour. `args` is plain data from the other side: unknown until looked at. */
  create(args: unknown, world: ActorModuleWorld): Behaviour<M, R>;
}

/** What a hosted actor gets besides its arguments. */
export interface ActorModuleWorld {
  /** The system it is started in (a `SystemCore`; typed by the module that knows it). */
  readonly system: unknown;
}
