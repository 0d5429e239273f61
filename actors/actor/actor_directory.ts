/** Finds users' actors by name or address, here and in linked systems. @module */
import { describe, TroupeError, troupeError } from "../base/errors.ts";
import { Deadline } from "../transport/deadline.ts";
import {
  type ActorAddress,
  formatActorAddress,
  parseActorAddress,
  publicAddress,
  type SystemId,
} from "./actor_address.ts";
import * as p from "../protocol/parse.ts";
import { boundedMs } from "./held_wait.ts";
import { NameClaims } from "./name_claims.ts";
import type { AskOptions } from "./ref.ts";
import type { SystemCore } from "./system_core.ts";
import type { SystemPeers } from "./system_peers.ts";
import { SYSTEM_ACTOR, type SystemReply } from "./system_request.ts";

/** First pause between two looks for a name that is not there yet; doubles. */
const PAUSE_MS_MIN = 10;
/** Longest pause. */
const PAUSE_MS_MAX = 250;

/** How often a system tries to get a name that others want at the same moment. */
const CLAIMS_MAX = 20;

/** What a system says to another one that wants a name. */
export type ClaimAnswer = "free" | "taken" | "contested";

/** The users' actors of one system by name, and the way to those of others. */
export class ActorDirectory {
  readonly #core: SystemCore;
  readonly #peers: SystemPeers;
  readonly #claims: NameClaims;
  /** Live actors of users here. */
  readonly #names = new Map<string, ActorAddress>();

  constructor(core: SystemCore, peers: SystemPeers) {
    this.#core = core;
    this.#peers = peers;
    this.#claims = new NameClaims(core.id);
    core.onSystemGone((system) => this.#claims.systemGone(system));
  }

  /** An actor has started here. */
  add(address: ActorAddress): void {
    this.#names.set(address.actor, address);
  }

  /** It has ended. */
  remove(name: string): void {
    this.#names.delete(name);
  }

  /** The actors of users here. */
  get addresses(): readonly ActorAddress[] {
    return [...this.#names.values()];
  }

  /**
   * Makes sure that nobody else in linked systems has this name, or takes it at the same time. Disposing the answer ends
   * the claim: the name must be taken then, or given up.
   *
   * @throws `actor/name-taken`.
   */
  async claim(name: string): Promise<Disposable> {
    const { clock, random } = this.#core.world;
    using deadline = new Deadline({ clock, outOfTime: () => nameTaken(name, "it is being taken by another one") });
    for (let attempt = 1;; attempt++) {
      const answer = await this.#claimOnce(name);
      if (answer === "free") return { [Symbol.dispose]: () => this.#unclaim(name) };
      if (answer === "taken") throw nameTaken(name, "it has been taken");
      if (attempt === CLAIMS_MAX) throw nameTaken(name, "others are taking it at the same time");
      // Of several that are in each other's way one is the first to come again.
      await deadline.pause(attempt * PAUSE_MS_MIN * random.next());
    }
  }

  /** Whether another system may have this name; "contested" while somebody else wants it, too. */
  async grant(name: string, claimer: SystemId, isDeep: boolean): Promise<ClaimAnswer> {
    if (this.#names.has(name)) return "taken";
    if (!this.#claims.grant(name, claimer)) return "contested";
    const answers = await this.#peers.askAll(
      isDeep,
      (isDeep) => isDeep ? { type: "claim", name, claimer, isDeep } : { type: "find", name, isDeep: false },
      claimer,
    );
    return worstOf(answers);
  }

  /** Another system is done with its claim. */
  async release(name: string, claimer: SystemId, isDeep: boolean): Promise<void> {
    this.#claims.release(name, claimer);
    if (isDeep) await this.#peers.askAll(true, (isDeep) => ({ type: "unclaim", name, claimer, isDeep }), claimer);
  }

  /**
   * Looks once, or until the time is over.
   *
   * @throws `actor/not-found`, `input/invalid` for a bad address, and what stands in the way to another system.
   */
  async lookup(text: string, wait: AskOptions): Promise<ActorAddress> {
    const { timeoutMs, signal } = wait;
    let obstacle: unknown;
    const outOfTime = () => notFound(text, obstacle);
    using deadline = new Deadline({
      clock: this.#core.world.clock,
      timeoutMs: boundedMs(timeoutMs),
      signal,
      outOfTime,
    });
    for (let pauseMs = PAUSE_MS_MIN;; pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX)) {
      try {
        const found = await this.find(text, true, deadline.signal);
        if (found !== undefined) return found;
      } catch (error) {
        if (timeoutMs === undefined || !mayPass(error)) throw error;
        obstacle = error;
      }
      if (timeoutMs === undefined) throw notFound(text, undefined);
      await deadline.pause(pauseMs);
    }
  }

  /** Looks once. `isDeep`: in linked systems, too, if it is a name; throws `actor/name-taken` when several have one. */
  async find(text: string, isDeep: boolean, signal?: AbortSignal): Promise<ActorAddress | undefined> {
    if (text.includes("/")) return await this.#findAt(text, parseActorAddress(text), signal);
    const here = this.#names.get(text);
    if (here !== undefined) return here;
    const request = (isDeep: boolean) => ({ type: "find", name: text, isDeep }) as const;
    const answers = (await this.#peers.askAll(isDeep, request, undefined, signal)).flatMap((reply) =>
      p.texts([reply], 0)
    );
    const [first, second] = new Set(answers);
    if (second !== undefined) throw ambiguous(text, answers);
    return first === undefined ? undefined : parseActorAddress(first);
  }

  async #findAt(
    text: string,
    address: ActorAddress,
    signal: AbortSignal | undefined,
  ): Promise<ActorAddress | undefined> {
    const { id, contact, dialer, gateway } = this.#core;
    if (address.system === id) return this.#names.get(address.actor);
    if (address.system !== "") {
      return await this.#ask({ ...address, actor: SYSTEM_ACTOR }, address.actor, false, signal);
    }
    if (dialer.isHosted && gateway !== undefined) {
      return await this.#ask({ system: gateway, actor: SYSTEM_ACTOR, contact: "" }, text, true, signal);
    }
    if (address.contact === contact) return await this.find(address.actor, false, signal);
    const { system } = await dialer.dial(address.contact, "", { signal });
    return await this.#ask({ system, actor: SYSTEM_ACTOR, contact: "" }, address.actor, false, signal);
  }

  async #ask(
    to: ActorAddress,
    name: string,
    isDeep: boolean,
    signal: AbortSignal | undefined,
  ): Promise<ActorAddress | undefined> {
    const reply = await this.#peers.ask(to, { type: "find", name, isDeep }, signal) ?? [];
    return reply.length === 0 ? undefined : parseActorAddress(p.text(reply, 0));
  }

  async #claimOnce(name: string): Promise<ClaimAnswer> {
    if (this.#core.has(name)) return "taken";
    if (!this.#claims.begin(name)) return "contested";
    const { id } = this.#core;
    let answer: ClaimAnswer = "contested";
    try {
      const answers = await this.#peers.askAll(true, (isDeep) => ({ type: "claim", name, claimer: id, isDeep }));
      answer = worstOf(answers);
      if (answer === "free" && !this.#claims.holds(name)) answer = "contested";
      return answer;
    } finally {
      if (answer !== "free") this.#unclaim(name);
    }
  }

  #unclaim(name: string): void {
    this.#claims.end(name);
    const { id } = this.#core;
    // Whoever does not hear of it hears of our end.
    void this.#peers.askAll(true, (isDeep) => ({ type: "unclaim", name, claimer: id, isDeep })).catch(() => undefined);
  }
}

/** What several systems say of one name. Those that were asked for an actor answer with its address, or nothing. */
function worstOf(answers: readonly SystemReply[]): ClaimAnswer {
  const all = answers.map(([answer]) => answer).filter((answer) => answer !== undefined && answer !== "free");
  if (all.length === 0) return "free";
  return all.every((answer) => answer === "contested") ? "contested" : "taken";
}

/** What was found, as systems answer. */
export function foundReply(address: ActorAddress | undefined): SystemReply {
  return address === undefined ? [] : [formatActorAddress(address)];
}

function mayPass(error: unknown): boolean {
  return TroupeError.is(error, "client/unreachable") || TroupeError.is(error, "link/down");
}

function notFound(text: string, cause: unknown): Error {
  return troupeError("actor/not-found", `Cannot find actor ${describe(text)}: there is none`, {
    cause,
    hint: "Check the name, or give timeoutMs to wait for it",
    details: { address: text },
  });
}

function nameTaken(name: string, why: string): Error {
  return troupeError("actor/name-taken", `Cannot spawn actor ${describe(name)}: ${why}`, {
    hint: "Choose another name, or look up the actor that has it",
    details: { name },
  });
}

/** Systems that were linked only after both had taken the name. */
function ambiguous(name: string, addresses: readonly string[]): Error {
  const several = addresses.map((address) => publicAddress(address));
  return troupeError("actor/name-taken", `Cannot find actor ${describe(name)}: several linked systems have one`, {
    hint: `Look up one of the addresses ${several.join(", ")}`,
    details: { name, addresses: several },
  });
}
