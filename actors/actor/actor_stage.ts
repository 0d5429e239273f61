/** Where users' actors of one system play: they are started here, or from here on a thread, in a process, elsewhere. @module */
import { describe, TroupeError, troupeError } from "../base/errors.ts";
import type { Stream } from "../base/stream.ts";
import { type ActorAddress, formatActorAddress, parseActorAddress } from "./actor_address.ts";
import { ActorGroups, checkedGroup, fullAddress } from "./actor_groups.ts";
import { ActorDirectory, foundReply } from "./actor_directory.ts";
import { type ActorClass, ActorHandle, type ActorLifecycle, refHooks, type RefWorld } from "./actor_ref.ts";
import { type ActorParent, ActorSeat, type TimedAction } from "./actor_seat.ts";
import { Adoptions } from "./adoptions.ts";
import { CallBehaviour } from "./call_behaviour.ts";
import {
  callConversation,
  type CallMessage,
  type CallReply,
  packArgs,
  packItem,
  unpackArgs,
  unpackResult,
  type ValueHooks,
} from "./call_conversation.ts";
import type { Behaviour } from "./conversation.ts";
import { Deadline } from "../transport/deadline.ts";
import { StateStores } from "./state_stores.ts";
import { inPlace, type KeptActor } from "./kept_actor.ts";
import { HeldWaits } from "./held_wait.ts";
import { parseError } from "./error_data.ts";
import { FarSpawns } from "./far_spawns.ts";
import type { AskOptions } from "./ref.ts";
import { readStream } from "./stream_reader.ts";
import { streamConversation } from "./stream_conversation.ts";
import { StreamSource } from "./stream_source.ts";
import { type CheckedSpawn, checkSpawnOptions, checkVirtualOptions } from "./spawn_options.ts";
import type { SystemCore } from "./system_core.ts";
import { type ActorInfo, listActors, parseActorList } from "./actor_list.ts";
import { SystemPeers } from "./system_peers.ts";
import {
  SYSTEM_ACTOR,
  systemBehaviour,
  systemConversation,
  type SystemReply,
  type SystemRequest,
} from "./system_request.ts";

/** How long a virtual actor that is about to end, or to start elsewhere, is waited for. */
const LIVE_MS_MAX = 30_000;
const LIVE_PAUSE_MS = 10;

/** What a stage is made of. */
export interface ActorStageOptions {
  /** Gives an actor its context; throws `input/invalid` for what is no actor. */
  readonly bind: (actor: ActorLifecycle, seat: ActorSeat) => void;
  /** Troupe's exports that classes of actors use, by name. */
  readonly library: Readonly<Record<string, unknown>>;
  /** Whether a class is one of actors. */
  readonly isActorClass: (type: unknown) => type is ActorClass;
  /** Deadline of every ask, in milliseconds; none by default. */
  readonly askTimeoutMs?: number | undefined;
}

type CellBehaviour = Behaviour<CallMessage, CallReply>;

/** Starts and finds users' actors. */
export class ActorStage {
  /** The kernel below. */
  readonly core: SystemCore;
  /** Keeps the process alive while users wait. */
  readonly waits: HeldWaits;
  readonly #options: ActorStageOptions;
  /** Named groups. */
  readonly groups: ActorGroups;
  readonly #peers: SystemPeers;
  readonly #directory: ActorDirectory;
  readonly #far: FarSpawns;
  readonly #adoptions: Adoptions;
  /** What virtual actors keep. */
  readonly stores: StateStores;
  readonly #hooks: ValueHooks;
  readonly #refWorld: RefWorld;

  constructor(core: SystemCore, options: ActorStageOptions) {
    this.core = core;
    this.waits = new HeldWaits(core.world.clock);
    this.#options = options;
    this.#peers = new SystemPeers(core);
    this.#directory = new ActorDirectory(core, this.#peers);
    this.groups = new ActorGroups(core, this.#peers);
    const besideBytesMin = core.world.limits.besideBytesMin;
    this.#hooks = { ...refHooks(() => this.#refWorld, parseActorAddress), besideBytesMin };
    this.stores = new StateStores(core.world.clock, this.#hooks);
    const { askTimeoutMs } = options;
    this.#refWorld = {
      post: core,
      waits: this.waits,
      hooks: this.#hooks,
      askTimeoutMs,
      openStream: (source, name, wait) => this.#readSource(source, name, wait),
    };
    this.#far = new FarSpawns(core, this.#peers, this.#hooks, options.library);
    this.#adoptions = new Adoptions(core);
    void core.closed.promise.then(() => this.waits.keepAlive.end());
  }

  /** What this system answers to others. */
  answers(): Behaviour<SystemRequest, SystemReply> {
    const { core, groups } = this;
    return systemBehaviour({
      find: async ({ name, isDeep }) => foundReply(await this.#directory.find(name, isDeep)),
      spawn: async (request) => [formatActorAddress(await this.#spawnAsked(request))],
      restarted({ name, error }) {
        core.supervised(name)?.restartedThere(parseError(error));
        return [];
      },
      reach: async ({ contact }) => [await this.#far.reach(contact)],
      claim: async (m) => [await this.#directory.grant(m.name, m.claimer, m.isDeep)],
      unclaim: async (m) => [await this.#directory.release(m.name, m.claimer, m.isDeep)],
      members: ({ group, isDeep }) => groups.members(group, isDeep),
      leave: async ({ group, address, isDeep }) => [await groups.leave(group, address, isDeep)],
      list: () => listActors(core, this.#directory.addresses),
    });
  }

  /** Starts the actor that answers to others. */
  async open(): Promise<void> {
    this.core.announceHosts();
    await this.core.spawn({
      name: SYSTEM_ACTOR,
      conversation: systemConversation,
      reentrant: true,
      supervision: { onFailure: "resume" },
      create: () => this.answers(),
    });
  }

  /** A ref to an actor. */
  refTo<A extends ActorLifecycle>(address: ActorAddress): ActorHandle<A> {
    return new ActorHandle<A>(this.#refWorld, address);
  }

  /** Finds an actor by name or address. */
  async lookup<A extends ActorLifecycle>(text: string, wait: AskOptions = {}): Promise<ActorHandle<A>> {
    if (typeof text !== "string" || text === "") {
      throw troupeError("input/invalid", `Cannot find actor: ${describe(text)} is no name or address`);
    }
    return this.refTo<A>(await this.waits.hold(this.#directory.lookup(text, wait)));
  }

  /** The one live instance of a virtual actor in all linked systems, started when there is none. */
  async getOrSpawn<A extends ActorLifecycle>(type: unknown, id: unknown, given: unknown): Promise<ActorHandle<A>> {
    if (!this.#options.isActorClass(type)) {
      throw troupeError("input/invalid", `Cannot get actor: ${describe(type)} is no class that extends Actor`);
    }
    if (typeof id !== "string" || id === "") {
      throw troupeError("input/invalid", `Cannot get actor of ${type.name}: its id ${describe(id)} is no text`);
    }
    const options = checkVirtualOptions(given ?? {}, `${type.name}:${encodeURIComponent(id)}`, id);
    const live = () => this.#live(type, options);
    return new ActorHandle<A>(this.#refWorld, await this.waits.hold(live()), {}, live);
  }

  async #live(type: ActorClass, options: CheckedSpawn): Promise<ActorAddress> {
    const { clock } = this.core.world;
    const outOfTime = () => troupeError("actor/not-found", `Cannot get actor ${describe(options.name)}: out of time`);
    using deadline = new Deadline({ clock, timeoutMs: LIVE_MS_MAX, outOfTime });
    for (;;) {
      const found = await this.#directory.find(options.name!, true, deadline.signal);
      if (found !== undefined) return found;
      try {
        return await this.#claimed(type, options, undefined);
      } catch (error) {
        // Somebody else was first, or it is about to end: then it is found, or the name is free again.
        if (!TroupeError.is(error, "actor/name-taken")) throw error;
      }
      await deadline.pause(LIVE_PAUSE_MS);
    }
  }

  /** Makes an actor a member of a group. */
  join(group: string, ref: unknown): void {
    this.groups.join(checkedGroup(group), parseActorAddress(fullAddress(ref)));
  }

  /** Takes an actor out of a group. */
  async leave(group: string, ref: unknown): Promise<void> {
    await this.waits.hold(this.groups.leave(checkedGroup(group), fullAddress(ref), true));
  }

  /** The members of a group. */
  async members<A extends ActorLifecycle>(group: string): Promise<ActorHandle<A>[]> {
    const members = await this.waits.hold(this.groups.members(checkedGroup(group), true));
    return members.map((member) => this.refTo<A>(parseActorAddress(member)));
  }

  /** Lists the actors of a system. */
  async list(contact: string | undefined, wait: AskOptions): Promise<ActorInfo[]> {
    const { core, waits } = this;
    const listed = async () => {
      const system = contact === undefined ? core.id : (await core.dialer.dial(contact, "", wait)).system;
      const reply = await this.#peers.ask({ system, actor: SYSTEM_ACTOR, contact: "" }, { type: "list" });
      return parseActorList(reply ?? []);
    };
    return await waits.within(listed(), wait, `list actors of ${describe(contact ?? core.name)}`);
  }

  /** Starts an actor; `parent` supervises it. */
  async spawn<A extends ActorLifecycle>(
    type: unknown,
    given: unknown,
    parent: ActorSeat | undefined,
  ): Promise<ActorHandle<A>> {
    if (!this.#options.isActorClass(type)) {
      throw troupeError("input/invalid", `Cannot spawn actor: ${describe(type)} is no class that extends Actor`);
    }
    const options = checkSpawnOptions(given ?? {});
    const spawned = this.#claimed(type, options, parent);
    return this.refTo<A>(await this.waits.hold(spawned));
  }

  /** Starts an actor under a name that nobody else in linked systems has. */
  async #claimed(type: ActorClass, options: CheckedSpawn, parent: ActorParent | undefined): Promise<ActorAddress> {
    const { name, on = "here" } = options;
    // To the name of what is another system's actor, that one sees.
    const isElsewhere = on.includes(":") && parent === undefined;
    if (name === undefined || isElsewhere || this.core.has(name)) return await this.#spawn(type, options, parent);
    using _claim = await this.#directory.claim(name);
    return await this.#spawn(type, options, parent);
  }

  async #spawn(type: ActorClass, options: CheckedSpawn, parent: ActorParent | undefined): Promise<ActorAddress> {
    const { on = "here" } = options;
    if (on.includes(":") && parent === undefined) return await this.#far.spawnAt(on, type, options);
    // Refused before anything is started.
    const args = packArgs(options.args ?? [], this.#hooks, () => `spawn ${type.name}`);
    const name = options.name ?? parent?.nextName() ?? this.core.freeName();
    const make = () => Reflect.construct(type, unpackArgs(args, this.#hooks));
    const made = on === "here"
      ? { create: () => this.#behaviour(make, options) }
      : await this.#far.standIn(on, type, options, name);
    return await this.#start(name, made, options, parent);
  }

  /** Starts an actor that is kept by other code of ours: that makes it, and acts as it. Whatever fails in it ends it. */
  async keep({ create, within, onDown }: KeptActor, reentrant: boolean): Promise<ActorAddress> {
    const options: CheckedSpawn = { reentrant, supervision: { onFailure: "stop" } };
    const made = { create: () => this.#behaviour(create, options, within), onDown };
    return await this.#start(this.core.freeName(), made, options);
  }

  /** Starts an actor's cell. Whatever lives elsewhere has its mailbox here, too. */
  async #start(
    name: string,
    made: Pick<KeptActor, "onDown"> & { create: () => CellBehaviour; concurrency?: number },
    options: CheckedSpawn,
    parent?: ActorParent,
  ): Promise<ActorAddress> {
    if (!this.core.has(name)) parent?.childStarted(name);
    const { address } = await this.core.spawn<CallMessage, CallReply>({
      name,
      conversation: callConversation,
      create: made.create,
      mailbox: options.mailbox,
      supervision: options.supervision,
      reentrant: options.reentrant,
      concurrency: made.concurrency,
      // In a thread with a bounded heap only what is entered so ends the thread when memory runs out.
      isImmediate: this.core.isOnThread,
      onDown: ({ error }) => {
        this.#directory.remove(name);
        parent?.childEnded(name);
        made.onDown?.(error);
      },
      onRestart: (error) => parent?.childRestarted(name, error),
      onEscalated: (error) => parent?.childEscalated(error),
    });
    this.#directory.add(address);
    return address;
  }

  #behaviour(
    create: () => ActorLifecycle,
    options: CheckedSpawn,
    within: KeptActor["within"] = inPlace,
  ): CallBehaviour {
    const { core } = this;
    const actAs = (address: ActorAddress, action: TimedAction) =>
      core.tell(address, callConversation, { type: "act", action });
    return new CallBehaviour({
      create,
      seat: (context) =>
        new ActorSeat(context, {
          clock: core.world.clock,
          children: options.supervision?.children ?? "one-for-one",
          act: (action) => actAs(context.address, () => within(action)),
          end: (name, how) => core.end(core.addressOf(name), how),
          restart: (name) => core.supervised(name)?.restart(),
        }),
      bind: this.#options.bind,
      hooks: this.#hooks,
      keeper: options.virtual === undefined
        ? undefined
        : () => this.stores.keeper(options.name ?? "", options.virtual!),
      openSource: (iterator, method, seat) => this.#openSource(iterator, method, seat),
      onUnknown: (address, message) => core.lose({ address, reason: "malformed", message }),
    });
  }

  /** A stream's source lives and ends with the incarnation of the actor whose generator it runs. */
  async #openSource(iterator: AsyncIterator<unknown>, method: string, seat: ActorSeat): Promise<string> {
    const name = this.core.freeName();
    seat.childStarted(name);
    const source = await this.core.spawn({
      name,
      conversation: streamConversation,
      reentrant: true,
      supervision: { onFailure: "stop" },
      create: () =>
        new StreamSource({
          iterator,
          act: (step) => seat.act(step),
          pack: (item) => packItem(item, this.#hooks, method),
          post: this.core,
        }),
      onDown: () => seat.childEnded(name),
    });
    return source.id;
  }

  /** Reads what a generator gives, here or elsewhere. */
  #readSource(source: string, name: string, wait: AskOptions): Stream<unknown> {
    return readStream({
      source: this.core.ref(source, streamConversation),
      name,
      reader: formatActorAddress(this.core.addressOf(SYSTEM_ACTOR)),
      unpack: (item) => unpackResult(item, this.#hooks),
      wait: (work) => this.waits.within(work, wait, `read stream ${name}`, "actor/timeout"),
    });
  }

  /** Starts an actor that another system wants here. */
  async #spawnAsked(request: SystemRequest & { type: "spawn" }): Promise<ActorAddress> {
    const { type, options } = await this.#far.unpack(request);
    if (!this.#options.isActorClass(type)) {
      throw troupeError("input/invalid", `Cannot spawn actor: ${describe(type)} is no class that extends Actor`);
    }
    if (request.parent === "") return await this.#claimed(type, options, undefined);
    const standIn = parseActorAddress(request.parent);
    return await this.#adoptions.adopt(standIn, (parent) => this.#spawn(type, options, parent));
  }
}
