/** Refs to users' actors: their methods, as if they were here. @module */
import { describe, TroupeError, troupeError } from "../base/errors.ts";
import type { Stream } from "../base/stream.ts";
import { type ActorAddress, publicAddress } from "./actor_address.ts";
import {
  callConversation,
  type CallMessage,
  type CallReply,
  packArgs,
  unpackReply,
  type ValueHooks,
} from "./call_conversation.ts";
import type { AskOutcome } from "./ask_outcome.ts";
import { type CallChain, chainHere } from "./call_chain.ts";
import { AskReply } from "./ask_reply.ts";
import type { DownReason } from "./conversation.ts";
import { boundedMs, checkAskOptions, type HeldWaits } from "./held_wait.ts";
import { type AskOptions, type Post, Ref } from "./ref.ts";

/** What a system calls on an actor by itself: no part of `ask` and `tell`. */
export interface ActorLifecycle {
  /** Runs before the first message; a failure counts as a failed start. */
  onStart?(): void | Promise<void>;
  /** Runs after the last message. */
  onStop?(reason: DownReason): void | Promise<void>;
  /** Virtual actors: what to keep when this one is passivated or replaced. */
  saveState?(): unknown;
  /** Virtual actors: takes up what was kept. */
  loadState?(state: unknown): void | Promise<void>;
}

/** A class of actors. */
export type ActorClass = new (...args: never[]) => ActorLifecycle;

/** Why an actor ended. */
export interface Down {
  /** The address of the actor. */
  readonly address: string;
  /** How it ended. */
  readonly reason: DownReason;
  /** What it failed with. */
  readonly error?: Error;
}

/** What surely cannot be a message: seen by the compiler already. */
export type Untravellable =
  | symbol
  | Promise<unknown>
  | WeakMap<WeakKey, unknown>
  | WeakSet<WeakKey>
  | WeakRef<WeakKey>;

/** A parameter list with `never` in place of what cannot travel. */
export type Message<P extends readonly unknown[]> = { [K in keyof P]: P[K] extends Untravellable ? never : P[K] };

/** The names of an actor's public methods. */
export type ActorMethod<A> = keyof {
  [K in keyof A as A[K] extends (...args: never[]) => unknown ? Exclude<K, keyof ActorLifecycle> : never]: K;
};

/** What `ask` gives for a method that returns `R`: a stream for a generator, else a promise. */
export type Reply<R> = unknown extends R ? Promise<Awaited<R>>
  : [R] extends [never] ? Promise<never>
  : [R] extends [AsyncIterable<infer T>] ? Stream<T>
  : Promise<Awaited<R>>;

/** The public methods of `A`, answered by promises, or by streams for `async function*` methods. */
export type Ask<A> = {
  readonly [K in ActorMethod<A>]: A[K] extends (...args: infer P) => infer R ? (...args: Message<P>) => Reply<R>
    : never;
};

/** The public methods of `A` without answers; the promise says that the mailbox has room again, and never rejects. */
export type Tell<A> = {
  readonly [K in ActorMethod<A>]: A[K] extends (...args: infer P) => unknown ? (...args: Message<P>) => Promise<void>
    : never;
};

/** What all refs have. A ref is an address: it holds nothing, and travels. */
export interface BaseRef {
  /** Reaches the actor from any linked system. */
  readonly address: string;
  /** Calls back once when the actor ends, at once if it has. Disposing the answer ends the watch. */
  watch(callback: (down: Down) => void): Disposable;
  /** Ends it after the message in hand; resolves when it is gone. */
  stop(wait?: AskOptions): Promise<void>;
  /** Ends it now; resolves when it is gone. */
  kill(wait?: AskOptions): Promise<void>;
}

/** A ref to an actor of an `ActorSystem`. */
export interface ActorRef<A extends ActorLifecycle> extends BaseRef {
  /** Names the type; marks it as one value. */
  readonly [Symbol.toStringTag]: "ActorRef";
  /** Calls and waits for the reply. */
  readonly ask: Ask<A>;
  /** Sends without reply. */
  readonly tell: Tell<A>;
  /** The same ref with a deadline or signal for its asks. */
  with(options: AskOptions): ActorRef<A>;
}

/** What refs need of their system. */
export interface RefWorld {
  /** Carries messages. */
  readonly post: Post;
  /** Keeps the process alive while somebody waits. */
  readonly waits: HeldWaits;
  /** How refs travel in messages. */
  readonly hooks: ValueHooks;
  /** Reads from the source with this full address; `name` is for messages. */
  readonly openStream: (source: string, name: string, wait: AskOptions) => Stream<unknown>;
  /** Deadline of every ask, in milliseconds; none by default. */
  readonly askTimeoutMs: number | undefined;
}

/** How often a virtual actor is started for one message, should it end each time before it takes it. */
const REVIVALS_MAX = 5;

/** There is room. */
const ROOM = Promise.resolve();

/** The tag of a ref among special values; its payload is the full address. */
export const ACTOR_REF_TAG = "actor-ref";

/** A ref to a user's actor, wherever it is. */
export class ActorHandle<A extends ActorLifecycle> implements ActorRef<A> {
  readonly #world: RefWorld;
  #ref: Ref<CallMessage, CallReply>;
  readonly #options: AskOptions;
  /** The same for one ask: with the system's deadline, as timers take it. */
  readonly #askOptions: AskOptions;
  /** Made for the first who asks or tells. */
  #askMethods: Ask<A> | undefined;
  #tellMethods: Tell<A> | undefined;
  /** Of a virtual actor: finds or starts it again. */
  readonly #revive: (() => Promise<ActorAddress>) | undefined;

  constructor(
    world: RefWorld,
    address: ActorAddress,
    options: AskOptions = {},
    revive?: (() => Promise<ActorAddress>) | undefined,
  ) {
    this.#revive = revive;
    this.#world = world;
    this.#ref = new Ref(world.post, address, callConversation);
    this.#options = options;
    const { timeoutMs = world.askTimeoutMs, signal } = options;
    this.#askOptions = { timeoutMs: boundedMs(timeoutMs), signal };
  }

  /** The full address of the actor that a ref means, with its incarnation; undefined for any other object. */
  static fullAddressOf(value: object): string | undefined {
    return #ref in value ? value.#ref.id : undefined;
  }

  get [Symbol.toStringTag](): "ActorRef" {
    return "ActorRef";
  }

  get address(): string {
    return publicAddress(this.#ref.address);
  }

  get ask(): Ask<A> {
    return this.#askMethods ??= methodsOf((method, args) => this.#ask(method, args)) as Ask<A>;
  }

  get tell(): Tell<A> {
    return this.#tellMethods ??= methodsOf((method, args) => this.#tell(method, args)) as Tell<A>;
  }

  with(options: AskOptions): ActorRef<A> {
    checkAskOptions(options, "ask actor");
    return new ActorHandle<A>(this.#world, this.#ref.address, { ...this.#options, ...options }, this.#revive);
  }

  watch(callback: (down: Down) => void): Disposable {
    return this.#ref.watch(({ reason, error }) => {
      const down = { address: this.address, reason, ...(error === undefined ? {} : { error }) };
      // A user's callback that throws is the user's uncaught error, not the end of a link.
      queueMicrotask(() => callback(down));
    });
  }

  stop(wait?: AskOptions): Promise<void> {
    return this.#world.waits.within(this.#ref.stop(), wait, `stop actor ${describe(this.address)}`);
  }

  kill(wait?: AskOptions): Promise<void> {
    return this.#world.waits.within(this.#ref.kill(), wait, `kill actor ${describe(this.address)}`);
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return `<ActorRef: ${describe(this.address)}>`;
  }

  #ask(method: string, args: readonly unknown[]): AskReply {
    return new AskReply((resolve, reject) => {
      if (this.#revive === undefined) this.#request(method, args, resolve, reject);
      else resolve(this.#live(method, args));
    });
  }

  /** A virtual actor that has ended before it took the message is started again. */
  async #live(method: string, args: readonly unknown[]): Promise<unknown> {
    for (let attempt = 1;; attempt++) {
      try {
        return await new Promise((resolve, reject) => this.#request(method, args, resolve, reject));
      } catch (error) {
        const isUnhandled = TroupeError.is(error, "actor/terminated") && error.details["isHandled"] === false;
        if (!isUnhandled || attempt === REVIVALS_MAX) throw error;
      }
      this.#ref = new Ref(this.#world.post, await this.#world.waits.hold(this.#revive!()), callConversation);
    }
  }

  /** One promise and few functions: an ask within a system takes a microsecond, and each of them a tenth of it. */
  #request(
    method: string,
    args: readonly unknown[],
    resolve: (reply: unknown) => void,
    reject: (reason: unknown) => void,
  ): void {
    const { keepAlive } = this.#world.waits;
    const call = this.#call(method, args, chainHere());
    const settle = (outcome: AskOutcome<CallReply>) => {
      keepAlive.release();
      if (!outcome.ok) return reject(outcome.error);
      try {
        resolve(unpackReply(outcome.value, this.#world.hooks, (source) => this.#openStream(source, method)));
      } catch (error) {
        reject(error);
      }
    };
    keepAlive.hold();
    this.#ref.request(call, settle, this.#askOptions);
  }

  #openStream(source: string, method: string): Stream<unknown> {
    const { timeoutMs = this.#world.askTimeoutMs, signal } = this.#options;
    return this.#world.openStream(source, `${describe(method)} of ${describe(this.address)}`, { timeoutMs, signal });
  }

  #tell(method: string, args: readonly unknown[]): Promise<void> {
    // Only a reply says whether a virtual actor was there.
    if (this.#revive !== undefined) return this.#live(method, args).then(() => undefined, () => undefined);
    const call = this.#call(method, args);
    this.#ref.tell(call);
    const room = this.#ref.room(call);
    return room === undefined ? ROOM : this.#world.waits.hold(room);
  }

  #call(method: string, args: readonly unknown[], chain?: CallChain): CallMessage {
    return { type: "call", method, args: packArgs(args, this.#world.hooks, () => `call ${describe(method)}`), chain };
  }
}

/** How refs travel in messages of this system; `world` is asked when a ref arrives. */
export function refHooks(
  world: () => RefWorld,
  parse: (address: string) => ActorAddress,
): Omit<ValueHooks, "besideBytesMin"> {
  return {
    write(value) {
      const address = typeof value === "object" ? ActorHandle.fullAddressOf(value) : undefined;
      return address === undefined ? undefined : { tag: ACTOR_REF_TAG, payload: address };
    },
    read(tag, payload) {
      if (tag === ACTOR_REF_TAG && typeof payload === "string") return new ActorHandle(world(), parse(payload));
      throw troupeError("wire/malformed", `Cannot read value: ${describe(tag)} is no special value between actors`);
    },
  };
}

/** An object with every method. What it has none of: symbols, and `then`, for a promise would call it. */
export function methodsOf(call: (method: string, args: readonly unknown[]) => unknown): unknown {
  const methods = new Map<string | symbol, (...args: readonly unknown[]) => unknown>();
  return new Proxy(Object.freeze(Object.create(null)), {
    get(_target, name) {
      const known = methods.get(name);
      if (known !== undefined || typeof name === "symbol" || name === "then") return known;
      const method = (...args: readonly unknown[]) => call(name, args);
      methods.set(name, method);
      return method;
    },
  });
}
