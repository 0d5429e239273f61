/** Actors as users write them, and the systems that they live in. One file, because each of the three names the others. @module */
import { describe, troupeError } from "../base/errors.ts";
import { LibraryNames } from "../code/library_names.ts";
import { publicAddress } from "./actor_address.ts";
import type { ActorInfo } from "./actor_list.ts";
import { clearSocketFile } from "../transport/socket_file.ts";
import type { ActorClass, ActorLifecycle, ActorRef, BaseRef, Down } from "./actor_ref.ts";
import type { ActorSeat } from "./actor_seat.ts";
import { ActorStage } from "./actor_stage.ts";
import { credentialsOf, type TlsOptions } from "./credentials.ts";
import { checkAskOptions } from "./held_wait.ts";
import { KeptLink } from "./kept_link.ts";
import type { LostMessage } from "./lost_message.ts";
import type { AskOptions } from "./ref.ts";
import type { SpawnArgs, VirtualOptions } from "./spawn_options.ts";
import { processCore } from "./process_core.ts";
import type { SystemCore } from "./system_core.ts";

/**
 * Base of all actors: state, and methods that others call one at a time. Its own names are not part of a subclass's `ask`
 * and `tell`.
 *
 * @example
 * ```ts
 * import { Actor, ActorSystem } from "@troupe/troupe";
 * import { assertEquals } from "@std/assert";
 *
 * class Counter extends Actor {
 *   #n = 0;
 *   increment(by = 1): number {
 *     return this.#n += by;
 *   }
 * }
 *
 * await using system = await ActorSystem.start();
 * const counter = await system.spawn(Counter);
 * counter.tell.increment(40);
 * assertEquals(await counter.ask.increment(2), 42);
 * ```
 */
export abstract class Actor implements ActorLifecycle {
  /** This actor's place in the system; there from `onStart` on. */
  // deno-lint-ignore house/no-private -- a subclass's own, but no message: `protected` is the only word for that
  protected get context(): ActorContext {
    const context = CONTEXTS.get(this);
    if (context !== undefined) return context;
    throw troupeError("input/invalid", `Cannot use the context of ${this.constructor.name}: it has not started`, {
      hint: "Use it from onStart on, in an actor that a system has spawned",
    });
  }

  /** Runs before the first message; a failure counts as a failed start. */
  onStart?(): void | Promise<void>;
  /** Runs after the last message. */
  onStop?(reason: Down["reason"]): void | Promise<void>;
  /** Virtual actors: what to keep when this one is passivated or replaced. */
  saveState?(): unknown;
  /** Virtual actors: takes up what was kept. */
  loadState?(state: unknown): void | Promise<void>;

  static {
    LibraryNames.announce("Actor", this);
  }
}

/** What an actor can do in its system. */
export interface ActorContext {
  /** The ref of this actor; name its class: `self<Counter>()`. */
  self<A extends Actor>(): ActorRef<A>;
  /** The system that it lives in. */
  readonly system: ActorSystem;
  /** Aborts when the actor is to stop, or is about to be restarted. */
  readonly signal: AbortSignal;
  /** Starts a child: supervised by this actor, stopped before it. */
  spawn<B extends Actor, P extends readonly unknown[]>(
    type: new (...args: P) => B,
    ...options: SpawnArgs<P>
  ): Promise<ActorRef<B>>;
  /** Runs as a message, once, after `delayMs`; ends with the actor. */
  after(delayMs: number, action: () => void | Promise<void>): Disposable;
  /** Runs as a message, every `periodMs`; ends with the actor. */
  every(periodMs: number, action: () => void | Promise<void>): Disposable;
}

/** A message that found no actor, or no room. */
export interface DeadLetter {
  /** Whom it was for. */
  readonly address: string;
  /** What it asked for; "" for a reply that came too late. */
  readonly method: string;
  /** Why it did not arrive; "malformed": the actor has no such method, or a peer sent what it cannot read. */
  readonly reason: "terminated" | "mailbox-full" | "late-reply" | "link/down" | "malformed";
}

/** Options of an actor system. */
export interface ActorSystemOptions {
  /** Default: a random one. */
  name?: string;
  /** Opens a port (`"tcp://127.0.0.1:0"`: a free one). Default: none; then other machines cannot reach it. */
  listen?: string;
  /** Shared secret of linked systems; needed with any other host than loopback. */
  token?: string;
  /** Keys and certificates, as PEM text. */
  tls?: TlsOptions;
  /** Deadline of every `ask`, in milliseconds. Default: none; a dead actor or link rejects at once anyway. */
  askTimeoutMs?: number;
}

/** The contexts of live actors. Entries go with their actors. */
const CONTEXTS = new WeakMap<ActorLifecycle, ActorContext>();

/** The way into the private constructor below, for this file alone. */
const DOOR: { make?: (stage: ActorStage) => ActorSystem } = {};

/** The actors of one thread or process, and their links. */
export class ActorSystem implements AsyncDisposable {
  /** Its name. */
  readonly name: string;
  readonly #stage: ActorStage;

  static {
    DOOR.make = (stage) => new ActorSystem(stage);
  }

  private constructor(stage: ActorStage) {
    this.#stage = stage;
    this.name = stage.core.name;
  }

  /**
   * Starts a system.
   *
   * @throws `cluster/port-in-use`; `input/invalid` for bad options, or a host that others can reach without token or TLS.
   */
  static async start(options: ActorSystemOptions = {}): Promise<ActorSystem> {
    checkOptions(options);
    const { name, listen, askTimeoutMs } = options;
    const core = processCore({ name });
    core.dialer.credentials = credentialsOf(options);
    if (listen !== undefined) {
      await clearSocketFile(listen);
      core.dialer.listen(listen);
    }
    const { system, stage } = openActorSystem(core, { askTimeoutMs });
    await stage.open();
    return system;
  }

  /** Where it listens; undefined without `listen`. */
  get address(): string | undefined {
    return this.#stage.core.contact || undefined;
  }

  /**
   * Starts an actor.
   *
   * @throws `actor/name-taken`, `input/invalid`, `task/not-serializable` for arguments that cannot travel, and what the
   * constructor or `onStart` throws.
   */
  async spawn<A extends Actor, P extends readonly unknown[]>(
    type: new (...args: P) => A,
    ...options: SpawnArgs<P>
  ): Promise<ActorRef<A>> {
    return await this.#stage.spawn<A>(type, options[0], undefined);
  }

  /**
   * The one live instance of this class and id in all linked systems, started when there is none, here or where `on` says.
   * Idle it ends; a call through the ref starts it again. What its `saveState` gives is kept before any reply is sent, and
   * given to the `loadState` of the next instance.
   *
   * @throws `input/invalid`, `actor/not-found` when it cannot be had for long, and what the constructor, `loadState` or
   * `onStart` throws.
   */
  async getOrSpawn<A extends Actor>(
    type: new (id: string) => A,
    id: string,
    options: VirtualOptions = {},
  ): Promise<ActorRef<A>> {
    return await this.#stage.getOrSpawn<A>(type, id, options);
  }

  /** Finds an actor by address or name; rejects with `actor/not-found`, with a wait only after that time. */
  async lookup<A extends Actor>(addressOrName: string, wait: AskOptions = {}): Promise<ActorRef<A>> {
    checkAskOptions(wait, "find actor");
    return await this.#stage.lookup<A>(addressOrName, wait);
  }

  /**
   * Links another system: names and groups are shared from then on. A link that is lost is made again, with back-off, as a
   * new one: what was under way has failed by then. Disposing the answer ends it.
   *
   * @throws `client/unreachable`, `client/refused`, `input/invalid`.
   */
  async link(address: string, wait: AskOptions = {}): Promise<Disposable> {
    checkAskOptions(wait, "link system");
    const { core, waits } = this.#stage;
    if (core.dialer.isHosted) {
      throw troupeError("input/invalid", `Cannot link ${describe(address)}: a thread has no links of its own`, {
        hint: "Link it from the system that started the thread",
      });
    }
    return await waits.hold(KeptLink.open(core, address, wait));
  }

  /**
   * Makes an actor a member of a group, until it leaves or ends, or this system does. Linked systems see it, too.
   *
   * @throws `input/invalid`.
   */
  // deno-lint-ignore require-await -- what it throws must be a rejection
  async join(group: string, ref: BaseRef): Promise<void> {
    this.#stage.join(group, ref);
  }

  /** Takes an actor out of a group, whichever linked system it joined in. It need not be a member. */
  async leave(group: string, ref: BaseRef): Promise<void> {
    await this.#stage.leave(group, ref);
  }

  /** The live members of a group in this and all linked systems. */
  async members<A extends Actor>(group: string): Promise<ActorRef<A>[]> {
    return await this.#stage.members<A>(group);
  }

  /**
   * Lists the actors of users in a system, those on its threads and in its processes among them.
   *
   * @param address Where the system listens. Default: this one.
   */
  async list(address?: string, wait: AskOptions = {}): Promise<ActorInfo[]> {
    checkAskOptions(wait, "list actors");
    return await this.#stage.list(address, wait);
  }

  /** Calls back for each message that found nobody. */
  onDeadLetter(callback: (letter: DeadLetter) => void): Disposable {
    return this.#stage.core.onLost((lost) => {
      const letter = deadLetter(lost);
      // A user's callback that throws is the user's uncaught error, not the end of a link.
      queueMicrotask(() => callback(letter));
    });
  }

  /** Stops all actors, children first, in reverse order of their start. Twice is fine. */
  async close(wait?: AskOptions): Promise<void> {
    const { core, waits } = this.#stage;
    const closed = core.close().then(() => this.#stage.stores.close());
    await waits.within(closed, wait, `close actor system ${describe(this.name)}`);
  }

  /** What `await using` calls. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Users' actors on a kernel that is there already: a host's, or one with a clock of its own. */
export function openActorSystem(
  core: SystemCore,
  options: { readonly askTimeoutMs?: number | undefined },
): { readonly system: ActorSystem; readonly stage: ActorStage } {
  const stage = new ActorStage(core, {
    bind: (actor, seat) => void CONTEXTS.set(actor, contextOf(system, stage, seat)),
    library: { Actor },
    isActorClass,
    askTimeoutMs: options.askTimeoutMs,
  });
  const system = DOOR.make!(stage);
  return { system, stage };
}

function isActorClass(type: unknown): type is ActorClass {
  return typeof type === "function" && type.prototype instanceof Actor;
}

function contextOf(system: ActorSystem, stage: ActorStage, seat: ActorSeat): ActorContext {
  return {
    system,
    get signal() {
      return seat.signal;
    },
    self: <A extends Actor>() => stage.refTo<A>(seat.address),
    spawn: async <B extends Actor, P extends readonly unknown[]>(
      type: new (...args: P) => B,
      ...options: SpawnArgs<P>
    ): Promise<ActorRef<B>> => await stage.spawn<B>(type, options[0], seat),
    after: (delayMs, action) => seat.after(delayMs, action),
    every: (periodMs, action) => seat.every(periodMs, action),
  };
}

function deadLetter({ address, reason, message }: LostMessage): DeadLetter {
  return { address: publicAddress(address), method: methodOf(message), reason };
}

/** The method of a call, typed or as it travels. */
function methodOf(message: unknown): string {
  const method: unknown = Array.isArray(message) ? message[0] : Reflect.get(Object(message), "method");
  return typeof method === "string" ? method : "";
}

const OPTION_NAMES = ["name", "listen", "token", "tls", "askTimeoutMs"];

function checkOptions(options: ActorSystemOptions): void {
  for (const name of Object.keys(options)) {
    if (OPTION_NAMES.includes(name)) continue;
    throw troupeError("input/invalid", `Cannot start actor system: there is no option ${describe(name)}`, {
      hint: `Options are ${OPTION_NAMES.join(", ")}`,
    });
  }
  checkAskOptions({ timeoutMs: options.askTimeoutMs }, "start actor system");
}
