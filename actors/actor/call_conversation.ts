/** What is said to users' actors: a method, arguments, and what it gave, as users' values. @module */
import { asError, describe, troupeError } from "../base/errors.ts";
import { type Packed, packedBytes } from "../protocol/packed.ts";
import * as p from "../protocol/parse.ts";
import { isTravelling, packValue, unpackValue } from "../wire/value_codec.ts";
import type { UnpackOptions } from "../wire/value_reader.ts";
import type { PackOptions } from "../wire/value_writer.ts";
import type { CallChain } from "./call_chain.ts";
import type { Conversation } from "./conversation.ts";
import { packError, parseError } from "./error_data.ts";

/** A message to a user's actor. */
export type CallMessage =
  /** Call this method. */
  | {
    readonly type: "call";
    readonly method: string;
    readonly args: readonly Packed[];
    /** The calls that wait for the reply; undefined when none does. */
    readonly chain?: CallChain | undefined;
  }
  /** Do this: from the actor's own timers and generators. Never leaves the system. */
  | { readonly type: "act"; readonly action: () => void | Promise<void> };

/** The end of a call. */
export type CallReply =
  /** It gave this. */
  | { readonly type: "returned"; readonly value: Packed }
  /** It is a generator: its items are to be had from the source with this full address. */
  | { readonly type: "streaming"; readonly source: string }
  /**
   * It threw this. `failure` is there where it also fails the actor, and never leaves the system; `isRefused`: nothing was
   * called, the message was wrong.
   */
  | { readonly type: "threw"; readonly error: Packed; readonly isRefused?: boolean; readonly failure?: Error };

/** How values travel that are more than data: refs to actors. */
export interface ValueHooks {
  /** For writing; undefined for what is not known. */
  readonly write: NonNullable<PackOptions["special"]>["write"];
  /** For reading. */
  readonly read: NonNullable<UnpackOptions["special"]>["read"];
  /** Bytes from which on a buffer travels beside the head of a frame. */
  readonly besideBytesMin: number;
}

/** How users' actors are talked to. */
export const callConversation: Conversation<CallMessage, CallReply> = {
  name: "call",
  pack(message) {
    if (message.type === "call") {
      const { method, args, chain } = message;
      return chain === undefined ? [method, args] : [method, args, chain];
    }
    throw troupeError("input/invalid", "Cannot send message: a timer's action stays in its system");
  },
  parse(data) {
    const t = p.fields(data);
    const call = { type: "call", method: p.text(t, 0), args: p.list(t, 1, p.packed) } as const;
    if (t[2] === undefined) return call;
    return { ...call, chain: p.mapped(t, 2, (link) => [p.text(link, 0), p.text(link, 1)] as const) };
  },
  packReply(reply) {
    if (reply.type === "returned") return [true, reply.value];
    if (reply.type === "streaming") return ["stream", reply.source];
    return reply.isRefused === true ? [false, reply.error, true] : [false, reply.error];
  },
  parseReply(data) {
    const t = p.fields(data);
    if (t[0] === "stream") return { type: "streaming", source: p.text(t, 1) };
    if (p.flag(t, 0)) return { type: "returned", value: p.packed(t, 1) };
    return { type: "threw", error: p.packed(t, 1), isRefused: t[2] === true };
  },
  isOwn: (message) => message.type === "act",
  failureOf: (reply) => reply.type === "threw" ? reply.failure : undefined,
  sizeBytes: (message) => message.type === "act" ? 0 : message.args.reduce<number>((sum, a) => sum + packedBytes(a), 0),
};

/**
 * Arguments as they travel.
 *
 * @param action Tells what is being done, for messages: `call "increment"`.
 * @throws `task/not-serializable` with the path of what cannot travel.
 */
export function packArgs(args: readonly unknown[], hooks: ValueHooks, action: () => string): readonly Packed[] {
  return args.map((arg, index) => isTravelling(arg) ? arg : pack(arg, hooks, `args[${index}]`, action()));
}

/** Arguments that arrived; throws `wire/malformed`. */
export function unpackArgs(args: readonly Packed[], hooks: ValueHooks): readonly unknown[] {
  return args.every(isTravelling) ? args : args.map((arg) => unpackResult(arg, hooks));
}

/** What a method gave, as it travels. */
export function packResult(value: unknown, hooks: ValueHooks, method: string): CallReply {
  if (isTravelling(value)) return { type: "returned", value };
  try {
    return { type: "returned", value: pack(value, hooks, "result", `return from ${describe(method)}`) };
  } catch (error) {
    return failedCall(error);
  }
}

/** The reply of a call that was refused, or of one that has failed: see {@linkcode crashedCall}. */
export function failedCall(thrown: unknown): CallReply {
  return { type: "threw", error: packError(asError(thrown)) };
}

/** The reply to a message that no method can be called with. */
export function refusedCall(thrown: unknown): CallReply {
  return { ...failedCall(thrown), isRefused: true } as CallReply;
}

/** The reply of a method that threw: the actor has failed with it. */
export function crashedCall(thrown: unknown): CallReply {
  return { ...failedCall(thrown), failure: asError(thrown) } as CallReply;
}

/** One item of a generator, as it travels. */
export function packItem(item: unknown, hooks: ValueHooks, method: string): Packed {
  return pack(item, hooks, "item", `yield from ${describe(method)}`);
}

/** A value that arrived. */
export function unpackResult(value: Packed, hooks: ValueHooks): unknown {
  return isTravelling(value) ? value : unpackValue(value, { special: hooks });
}

/** What the asker gets; throws what the method threw. `open` makes a stream of the address of its source. */
export function unpackReply(reply: CallReply, hooks: ValueHooks, open: (source: string) => unknown): unknown {
  if (reply.type === "returned") return unpackResult(reply.value, hooks);
  if (reply.type === "streaming") return open(reply.source);
  throw parseError(reply.error);
}

function pack(value: unknown, hooks: ValueHooks, root: string, action: string): Packed {
  return packValue(value, {
    root,
    besideBytesMin: hooks.besideBytesMin,
    special: hooks,
    refuse: (path, what, hint) =>
      troupeError("task/not-serializable", `Cannot ${action}: ${path} ${what}`, { hint, details: { path } }),
  });
}
