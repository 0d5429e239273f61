/** Starts users' actors anywhere but here: on a thread, in a process, in another system; and those that others want here. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { Packed } from "../protocol/packed.ts";
import * as p from "../protocol/parse.ts";
import { type ActorAddress, parseActorAddress, type SystemId } from "./actor_address.ts";
import type { ActorClass } from "./actor_ref.ts";
import { packArgs, unpackArgs, type ValueHooks } from "./call_conversation.ts";
import { ClassCarrier } from "./class_carrier.ts";
import { HOSTED_CONCURRENCY, HostedActor } from "./hosted_actor.ts";
import { type HostedPlace, openHost, openSystem } from "./hosted_place.ts";
import { checkAskedSpawn, type CheckedSpawn } from "./spawn_options.ts";
import type { SystemCore } from "./system_core.ts";
import type { SystemPeers } from "./system_peers.ts";
import { SYSTEM_ACTOR, systemConversation, type SystemRequest } from "./system_request.ts";

/** What stands here for an actor elsewhere. */
export interface StandIn {
  /** Makes its behaviour, for each start anew. */
  readonly create: () => HostedActor;
  /** How many calls may be in hand there. */
  readonly concurrency: number;
}

/** Takes classes along, and stands in for their actors. */
export class FarSpawns {
  readonly #core: SystemCore;
  readonly #peers: SystemPeers;
  readonly #hooks: ValueHooks;
  readonly #classes: ClassCarrier;

  /** @param library Troupe's exports that classes of actors use, by name. */
  constructor(core: SystemCore, peers: SystemPeers, hooks: ValueHooks, library: Readonly<Record<string, unknown>>) {
    this.#core = core;
    this.#peers = peers;
    this.#hooks = hooks;
    this.#classes = new ClassCarrier(library, hooks);
  }

  /** Stands in for an actor that is to live on a thread, in a process, or in the system that listens at `on`. */
  async standIn(on: string, type: ActorClass, options: CheckedSpawn, name: string): Promise<StandIn> {
    const core = this.#core;
    const isNear = on === "thread" || on === "process";
    const classCode = await this.#classes.pack(type, isNear ? `a ${on}` : on, isNear);
    const { mailbox, on: _on, name: _name, ...others } = options;
    // Its mailbox is here: what is on its way there is in hand. In a system of others its name might be taken.
    const there: CheckedSpawn = {
      ...others,
      mailbox: { capacity: Infinity },
      ...(isNear ? { name } : {}),
      ...(on === "process" ? { on: "thread" } : {}),
    };
    const packed = this.#packOptions(there);
    const address = core.addressOf(name);
    const isExact = mailbox?.overflow !== undefined && mailbox.overflow !== "wait";
    return {
      concurrency: options.reentrant === true ? Infinity : isExact ? 1 : HOSTED_CONCURRENCY,
      create: () =>
        new HostedActor({
          core,
          open: () => isNear ? this.#openHost(on, name) : this.#openSystem(on),
          name,
          classCode,
          options: packed,
          onLost: (message, reason) => core.lose({ address, reason, message }),
        }),
    };
  }

  /** Starts an actor in another system, whose actor it is. */
  async spawnAt(contact: string, type: ActorClass, options: CheckedSpawn): Promise<ActorAddress> {
    const classCode = await this.#classes.pack(type, contact, false);
    const { on: _on, ...others } = options;
    const there = await this.#system(contact);
    const spawned = there.ask({
      type: "spawn",
      classCode,
      options: this.#packOptions(others),
      parent: "",
    });
    return parseActorAddress(p.text(await spawned, 0));
  }

  /** What another system wants to be started here. */
  async unpack(request: SystemRequest & { type: "spawn" }): Promise<{ type: unknown; options: CheckedSpawn }> {
    const [given] = unpackArgs([request.options], this.#hooks);
    const options = checkAskedSpawn(given);
    return { type: await this.#classes.unpack(request.classCode), options };
  }

  /** The system that listens there. What has a parent leaves that to it, which has links and knows tokens. */
  async reach(contact: string): Promise<SystemId> {
    const { gateway, dialer } = this.#core;
    if (gateway !== undefined) {
      const parent = { system: gateway, actor: SYSTEM_ACTOR, contact: "" };
      const reply = await this.#peers.ask(parent, { type: "reach", contact });
      if (reply !== undefined) return p.text(reply, 0);
    }
    if (!dialer.isHosted) return (await dialer.dial(contact, "")).system;
    throw troupeError("input/invalid", `Cannot link ${describe(contact)}: this thread has no links of its own`, {
      hint: "Link it from the system that started the thread",
    });
  }

  async #system(contact: string) {
    const system = await this.reach(contact);
    return this.#core.ref({ system, actor: SYSTEM_ACTOR, contact: "" }, systemConversation);
  }

  async #openHost(on: "thread" | "process", name: string): Promise<HostedPlace> {
    const place = await openHost(this.#core, on, name);
    this.#peers.host(place.system, true);
    void place.ended.then(() => this.#peers.host(place.system, false));
    return place;
  }

  async #openSystem(contact: string): Promise<HostedPlace> {
    return openSystem(this.#core, await this.reach(contact), contact);
  }

  #packOptions(options: CheckedSpawn): Packed {
    return packArgs([options], this.#hooks, () => "spawn actor")[0];
  }
}
