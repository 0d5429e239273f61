/**
 * A user's actor on a thread or in a process of its own, or a child in another system. In its parent's system stands this
 * behaviour: it has the mailbox and the name, passes calls on, and fails when the place is gone, so that the supervisor
 * starts another one. In a process the actor lives on a thread, so that the process goes on reading its link while the
 * actor computes.
 *
 * @module
 */
import { TroupeError, troupeError } from "../base/errors.ts";
import type { Packed } from "../protocol/packed.ts";
import type { AskOutcome } from "./ask_outcome.ts";
import { callConversation, type CallMessage, type CallReply, failedCall } from "./call_conversation.ts";
import type { Behaviour, BehaviourContext, DownReason } from "./conversation.ts";
import type { HostExit } from "./host.ts";
import type { HostedPlace } from "./hosted_place.ts";
import type { Ref } from "./ref.ts";
import type { SystemCore } from "./system_core.ts";

/** What a hosted actor is made of. */
export interface HostedActorOptions {
  /** The parent's system. */
  readonly core: SystemCore;
  /** Opens the place where it lives, for each start anew. */
  readonly open: () => Promise<HostedPlace>;
  /** Its name. */
  readonly name: string;
  /** Its class. */
  readonly classCode: Packed;
  /** Options of its spawn there. */
  readonly options: Packed;
  /** Hears of a message without asker that was lost on its way. */
  readonly onLost: (message: CallMessage, reason: "terminated" | "link/down" | "malformed") => void;
}

/** Calls in hand at a host: enough to hide the hop. */
export const HOSTED_CONCURRENCY = 64;

/** How long a host may outlive its link: its exit tells how it ended. */
const HOST_GRACE_MS = 1_000;

/** Stands for an actor elsewhere. */
export class HostedActor implements Behaviour<CallMessage, CallReply> {
  readonly #options: HostedActorOptions;
  /** Set by `start`. */
  #place: HostedPlace | undefined;
  /** The actor there; set by `start`. */
  #actor: Ref<CallMessage, CallReply> | undefined;
  /** Whether the end of the place is our own doing. */
  #isStopping = false;

  constructor(options: HostedActorOptions) {
    this.#options = options;
  }

  async start(context: BehaviourContext): Promise<void> {
    const { core, open, classCode, options, name } = this.#options;
    const place = await open();
    this.#place = place;
    const ended = place.ended.then((exit) => this.#placeEnded(place, exit, undefined));
    try {
      this.#actor = core.ref(await place.start({ classCode, options, name }), callConversation);
    } catch (error) {
      this.#isStopping = true;
      await place.leave();
      throw TroupeError.is(error, "link/down") ? this.#placeEnded(place, await place.ended, error) : error;
    }
    // What waits there is refused there: only the message in hand there is in hand.
    context.signal.addEventListener("abort", () => void this.#actor?.stop(), { once: true });
    this.#actor.watch(({ reason, error }) => {
      if (this.#isStopping) return;
      // The end of the link is the end of the place, which tells more, a little later.
      if (reason === "link/down") return this.#lostPlace(place, ended, context);
      context.end(error ?? (reason === "stopped" ? undefined : this.#ended(reason)));
    });
  }

  receive(message: CallMessage, isAsked: boolean): Promise<CallReply | undefined> {
    return new Promise((resolve) =>
      this.#actor!.request(message, (outcome) => resolve(this.#reply(message, isAsked, outcome)))
    );
  }

  async stop(reason: DownReason): Promise<void> {
    this.#isStopping = true;
    if (reason === "stopped") await this.#actor?.stop();
    await this.#place?.leave();
  }

  #reply(message: CallMessage, isAsked: boolean, outcome: AskOutcome<CallReply>): CallReply | undefined {
    const { onLost } = this.#options;
    if (outcome.ok) {
      const { value } = outcome;
      if (!isAsked && value.type === "threw" && value.isRefused === true) onLost(message, "malformed");
      return value;
    }
    if (isAsked) return failedCall(outcome.error);
    onLost(message, TroupeError.is(outcome.error, "link/down") ? "link/down" : "terminated");
    return undefined;
  }

  #lostPlace(place: HostedPlace, ended: Promise<Error>, context: BehaviourContext): void {
    context.failBy(ended);
    // A host that has lost its link and yet lives is of no use.
    const grace = this.#options.core.world.clock.after(HOST_GRACE_MS, () => void place.leave());
    void ended.then(() => grace.cancel());
  }

  #placeEnded({ title }: HostedPlace, exit: HostExit, cause: unknown): Error {
    return troupeError("actor/terminated", `Cannot keep actor "${this.#options.name}": its ${title} ${exit.reason}`, {
      cause,
      hint: exit.lastLines.join("\n") || undefined,
      details: { ...exit },
    });
  }

  #ended(reason: DownReason): Error {
    return troupeError("actor/terminated", `Cannot keep actor "${this.#options.name}": it was ${reason}`);
  }
}
