/** A user's actor as the kernel sees it. @module */
import { asError, describe, troupeError } from "../base/errors.ts";
import type { ActorAddress } from "./actor_address.ts";
import type { ActorLifecycle } from "./actor_ref.ts";
import type { ActorSeat } from "./actor_seat.ts";
import {
  type CallMessage,
  type CallReply,
  crashedCall,
  failedCall,
  packResult,
  refusedCall,
  unpackArgs,
  type ValueHooks,
} from "./call_conversation.ts";
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
  /** Runs a call later; undefined to run it at once. */
  readonly enter: ((run: () => void) => void) | undefined;
}

/** Any method of an actor. */
type Method = (...args: readonly unknown[]) => unknown;

/** Calls methods of a user's actor. */
export class CallBehaviour implements Behaviour<CallMessage, CallReply> {
  readonly #options: CallBehaviourOptions;
  /** Set by `start`. */
  #actor: ActorLifecycle | undefined;
  #seat: ActorSeat | undefined;
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
      await actor.onStart?.();
      this.#actor = actor;
    } catch (error) {
      await seat.close("stopped");
      throw error;
    }
  }

  receive(message: CallMessage, isAsked: boolean): CallReply | undefined | Promise<CallReply | undefined> {
    const { enter } = this.#options;
    if (message.type === "act") return this.#act(message.action);
    if (enter === undefined) return this.#call(message, isAsked);
    return new Promise((resolve) => enter(() => resolve(this.#call(message, isAsked))));
  }

  async stop(reason: DownReason): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    await this.#seat?.close(reason === "killed" ? "killed" : "stopped");
    await this.#actor?.onStop?.(reason);
  }

  #act(action: () => void | Promise<void>): undefined | Promise<CallReply | undefined> {
    const result = action();
    return isThenable(result) ? Promise.resolve(result).then(() => undefined) : undefined;
  }

  #call(message: CallMessage & { type: "call" }, isAsked: boolean): CallReply | undefined | Promise<CallReply> {
    let method: Method;
    let args: unknown[];
    try {
      method = methodOf(this.#actor!, message.method);
      args = unpackArgs(message.args, this.#options.hooks);
    } catch (error) {
      // The caller's fault, not the actor's.
      if (isAsked) return refusedCall(error);
      this.#options.onUnknown(this.#seat!.address, message);
      return undefined;
    }
    return this.#run(message.method, method, args);
  }

  #run(name: string, method: Method, args: readonly unknown[]): CallReply | Promise<CallReply> {
    try {
      const result = Reflect.apply(method, this.#actor, args);
      if (!isThenable(result)) return this.#returned(name, result);
      return Promise.resolve(result).then((value) => this.#returned(name, value), crashedCall);
    } catch (error) {
      return crashedCall(asError(error));
    }
  }

  #returned(name: string, value: unknown): CallReply {
    if (typeof value === "object" && value !== null && Symbol.asyncIterator in value) {
      const message = `Cannot return from ${describe(name)}: an async iterable does not travel as a reply`;
      return failedCall(troupeError("input/invalid", message, { hint: "Collect the items into an array" }));
    }
    return packResult(value, this.#options.hooks, name);
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
function methodOf(actor: ActorLifecycle, name: string): Method {
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

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
