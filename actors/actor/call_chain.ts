/**
 * Who waits for whom: the chain of calls goes along with every ask, so that an actor which is asked by itself, through
 * however many others, is told so instead of waiting for ever.
 *
 * @module
 */
import type { AsyncLocalStorage } from "node:async_hooks";
import { describe, troupeError } from "../base/errors.ts";
import { nodeBuiltin } from "../base/node_builtin.ts";
import { type ActorAddress, formatActorAddress } from "./actor_address.ts";

/** The calls that wait for a reply, the first first: an id of each, and the name of the actor that has it in hand. */
export type CallChain = readonly (readonly [id: string, actor: string])[];

const NO_CHAIN: CallChain = [];

/**
 * How a method goes: not as an async function; as one that asks at its end at most; or as one that may do anything after an
 * await. Only then its chain must be found again after that, which costs more than all else in a short call.
 */
export type MethodKind = "plain" | "async" | "goes-on";

/** What methods are made by that are sure to give a promise. */
const AsyncFunction = (async () => {}).constructor;
/** The only await is that for a reply, in the last line. */
const ENDS_WITH_ASK = /^(?:(?!\bawait\b)[^])*\bawait [\w.#!?]+\.ask\.\w+\([^()]*\);?\s*\}$/;
const KINDS = new WeakMap<object, MethodKind>();

/** How a method goes, as far as its text tells. */
export function kindOf(method: object): MethodKind {
  let kind = KINDS.get(method);
  if (kind === undefined) KINDS.set(method, kind = kindByText(method));
  return kind;
}

function kindByText(method: object): MethodKind {
  if (!(method instanceof AsyncFunction)) return "plain";
  const text = Function.prototype.toString.call(method);
  if (!/\bawait\b/.test(text)) return "async";
  return ENDS_WITH_ASK.test(text) && !/\b(?:for|while|do)\b/.test(text) ? "async" : "goes-on";
}

/** One call that an actor has in hand. */
export class CallInHand {
  readonly #address: ActorAddress;
  readonly #before: CallChain;
  readonly #number: number;
  readonly #kind: MethodKind;
  /** Whether its method has given a promise that has not settled. */
  isPending = false;
  /** Made when something is asked in it: few calls do. */
  #chain: CallChain | undefined;

  /**
   * A call that begins.
   *
   * @param number Tells it from all others of its actor.
   * @param before The calls that wait for it.
   */
  constructor(address: ActorAddress, number: number, kind: MethodKind, before: CallChain = NO_CHAIN) {
    this.#address = address;
    this.#number = number;
    this.#kind = kind;
    this.#before = before;
  }

  /** Whether its method is sure to give a promise. */
  get isAsync(): boolean {
    return this.#kind !== "plain";
  }

  /** Whether its method may do something after an await. */
  get goesOn(): boolean {
    return this.#kind === "goes-on";
  }

  /** What goes along with an ask that is made in it. */
  get chain(): CallChain {
    return this.#chain ??= [...this.#before, [
      `${formatActorAddress(this.#address)} ${this.#number}`,
      this.#address.actor,
    ]];
  }

  /** The error of an ask that waits for this call, which waits for it; undefined when it does not. */
  cycleOf(chain: CallChain): Error | undefined {
    const own = this.#chain?.at(-1);
    const index = own === undefined ? -1 : chain.findIndex(([id]) => id === own[0]);
    if (index < 0) return undefined;
    const { actor } = this.#address;
    const cycle = [...chain.slice(index).map(([, name]) => name), actor];
    const message = `Cannot ask actor ${describe(actor)}: it waits for the reply itself: ${cycle.join(" -> ")}`;
    return troupeError("actor/cycle", message, {
      hint: "Use tell, which waits for no reply, or spawn the actor with reentrant: true",
      details: { cycle },
    });
  }
}

/** What is being called now. */
interface Scene {
  /** Set while a method runs up to its first await. */
  call: CallInHand | undefined;
  /** Tells it after that; made for the first method that is an async function. */
  storage: AsyncLocalStorage<CallInHand | undefined> | undefined;
}

const SCENE: Scene = { call: undefined, storage: undefined };

/** Runs the method of a call. */
export function runCall<T>(call: CallInHand, method: () => T): T {
  const before = SCENE.call;
  SCENE.call = call;
  try {
    if (!call.goesOn) return method();
    SCENE.storage ??= new (nodeBuiltin("node:async_hooks").AsyncLocalStorage)();
    return SCENE.storage.run(call, method);
  } finally {
    SCENE.call = before;
  }
}

/** Runs code that is part of no call, whoever caused it. */
export function runOutside<T>(code: () => T): T {
  if (SCENE.storage?.getStore() === undefined) return code();
  return SCENE.storage.run(undefined, code);
}

/** The chain that goes along with an ask made here; undefined outside of calls. */
export function chainHere(): CallChain | undefined {
  const call = SCENE.call ?? SCENE.storage?.getStore();
  return call === undefined || !(call.isPending || call === SCENE.call) ? undefined : call.chain;
}
