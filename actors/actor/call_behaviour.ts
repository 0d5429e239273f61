/** A user's actor as the kernel sees it. @module */
import { asError, describe, troupeError } from "../base/errors.ts";
import type { ActorAddress } from "./actor_address.ts";
import type { ActorLifecycle } from "./actor_ref.ts";
import { CallInHand, kindOf, runCall } from "./call_chain.ts";
import type { ActorSeat } from "./actor_seat.ts";
import {
  type CallMessage,
  type CallReply,
  crashedCall,
  packResult,
  refusedCall,
  unpackArgs,
  type ValueHooks,
} from "./call_conversation.ts";
import type { StateKeeper } from "./state_keeper.ts";
import type { Behaviour, BehaviourContext, DownReason } from "./conversation.ts";

/** What a user's actor is made of. */
export interface CallBehaviourOptions {
  /** Makes the actor, for each start anew. */
  readonly create: () => ActorLifecycle;
  /** Makes its timers and children. */
  readonly seat: (context: BehaviourContext) => ActorSeat;
  /** Gives the actor its context. */
  readonly bind: (actor: ActorLifecycle, seat: ActorSeat) => void;
  /** How refs travel. */
  readonly hooks: ValueHooks;
  /** Hears of a message that nobody asked about and the actor has no method for. */
  readonly onUnknown: (address: ActorAddress, message: CallMessage) => void;
  /** Makes a source of what a generator method gave; resolves with its full address. */
  readonly openSource: (iterator: AsyncIterator<unknown>, method: string, seat: ActorSeat) => Promise<string>;
  /** Keeps its state, of a virtual actor. */
  readonly keeper: (() => StateKeeper) | undefined;
}

/** Any method of an actor. */
export type Method = (...args: readonly unknown[]) => unknown;

/** Calls methods of a user's actor. */
export class CallBehaviour implements Behaviour<CallMessage, CallReply> {
  readonly #options: CallBehaviourOptions;
  /** Set by `start`. */
  #actor: ActorLifecycle | undefined;
  #seat: ActorSeat | undefined;
  #keeper: StateKeeper | undefined;
  /** Methods called before, by name. */
  readonly #methods = new Map<string, Method>();
  /** The call that began last. */
  #inHand: CallInHand | undefined;
  /** Number of that. */
  #lastCall = 0;
  /** Whether `onStop` has begun: it runs once. */
  #isStopping = false;

  constructor(options: CallBehaviourOptions) {
    this.#options = options;
  }

  async start(context: BehaviourContext): Promise<void> {
    const seat = this.#options.seat(context);
    this.#seat = seat;
    try {
      const actor = this.#options.create();
      this.#options.bind(actor, seat);
      this.#keeper = this.#options.keeper?.();
      await this.#keeper?.load(actor, () => context.end());
      await actor.onStart?.();
      this.#actor = actor;
    } catch (error) {
      this.#keeper?.close();
      await seat.close("stopped");
      throw error;
    }
  }

  receive(message: CallMessage, isAsked: boolean): CallReply | undefined | Promise<CallReply | undefined> {
    if (this.#keeper !== undefined) return this.#keep(this.#keeper, message, isAsked);
    return message.type === "act" ? this.#act(message.action) : this.#call(message, isAsked);
  }

  async stop(reason: DownReason): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#keeper?.close();
    await this.#seat?.close(reason === "killed" ? "killed" : "stopped");
    await this.#actor?.onStop?.(reason);
  }

  /** Nobody hears of what a message has done before it is kept. */
  async #keep(keeper: StateKeeper, message: CallMessage, isAsked: boolean): Promise<CallReply | undefined> {
    keeper.begin();
    let reply: CallReply | undefined;
    let isFailed = true;
    try {
      reply = await (message.type === "act" ? this.#act(message.action) : this.#call(message, isAsked));
      isFailed = reply?.type === "threw";
    } finally {
      if (isFailed) keeper.end(this.#actor!, true);
    }
    if (isFailed) return reply;
    try {
      keeper.end(this.#actor!, false);
      return reply;
    } catch (error) {
      return crashedCall(error);
    }
  }

  #act(action: () => void | Promise<void>): undefined | Promise<CallReply | undefined> {
    const result = action();
    return isThenable(result) ? Promise.resolve(result).then(() => undefined) : undefined;
  }

  #call(message: CallMessage & { type: "call" }, isAsked: boolean): CallReply | undefined | Promise<CallReply> {
    let method: Method;
    let args: readonly unknown[];
    try {
      method = this.#methodOf(message.method);
      args = unpackArgs(message.args, this.#options.hooks);
    } catch (error) {
      // The caller's fault, not the actor's.
      if (isAsked) return refusedCall(error);
      this.#options.onUnknown(this.#seat!.address, message);
      return undefined;
    }
    return this.#run(message, method, args, isAsked);
  }

  /** As {@linkcode methodOf}, which is asked again when the actor has become another under that name. */
  #methodOf(name: string): Method {
    const known = this.#methods.get(name);
    if (known !== undefined && Reflect.get(this.#actor!, name) === known) return known;
    const method = methodOf(this.#actor!, name);
    this.#methods.set(name, method);
    return method;
  }

  /** Why an ask that waits for the call in hand has no answer: that call waits for it. */
  refusalOf(message: CallMessage): Error | undefined {
    const call = this.#inHand;
    if (message.type === "act" || message.chain === undefined || call === undefined) return undefined;
    return call.isAsync || call.isPending ? call.cycleOf(message.chain) : undefined;
  }

  #run(
    { method: name, chain }: CallMessage & { type: "call" },
    method: Method,
    args: readonly unknown[],
    isAsked: boolean,
  ): CallReply | Promise<CallReply> {
    const call = this.#inHand = new CallInHand(this.#seat!.address, ++this.#lastCall, kindOf(method), chain);
    try {
      const result = runCall(call, () => Reflect.apply(method, this.#actor, args));
      if (!isThenable(result)) return this.#returned(name, result, isAsked);
      call.isPending = true;
      return Promise.resolve(result).then((value) => {
        call.isPending = false;
        return this.#returned(name, value, isAsked);
      }, (error) => {
        call.isPending = false;
        return crashedCall(error);
      });
    } catch (error) {
      return crashedCall(asError(error));
    }
  }

  #returned(name: string, value: unknown, isAsked: boolean): CallReply | Promise<CallReply> {
    if (isAsyncIterable(value)) return this.#streaming(name, value[Symbol.asyncIterator](), isAsked);
    return packResult(value, this.#options.hooks, name);
  }

  async #streaming(name: string, iterator: AsyncIterator<unknown>, isAsked: boolean): Promise<CallReply> {
    // A generator that nobody reads never begins.
    if (!isAsked) await iterator.return?.();
    if (!isAsked) return { type: "returned", value: undefined };
    return { type: "streaming", source: await this.#options.openSource(iterator, name, this.#seat!) };
  }
}

/** Names that are no messages, whatever a subclass makes of them. */
const NO_METHODS: ReadonlySet<string> = new Set([
  "constructor",
  "context",
  "onStart",
  "onStop",
  "saveState",
  "loadState",
]);

/** A method of the class or its bases, or a function in a field; never one of `Object`. Throws `input/invalid`. */
export function methodOf(actor: ActorLifecycle, name: string): Method {
  if (!NO_METHODS.has(name)) {
    for (let holder: object | null = actor; holder !== null && holder !== Object.prototype;) {
      const found = Object.getOwnPropertyDescriptor(holder, name);
      if (found !== undefined && typeof found.value === "function") return found.value;
      if (found !== undefined) break;
      holder = Object.getPrototypeOf(holder);
    }
  }
  const className = actor.constructor.name || "actor";
  throw troupeError("input/invalid", `Cannot call ${describe(name)}: ${className} has no such method`);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
