/**
 * A user's actor on a thread or in a process of its own. In its parent's system stands this behaviour: it has the
 * mailbox and the name, passes calls on, and fails when the host ends, so that the supervisor starts another one. In a
 * process the actor lives on a thread, so that the process goes on reading its link while the actor computes.
 *
 * @module
 */
import { TroupeError, troupeError } from "../base/errors.ts";
import type { Packed } from "../protocol/packed.ts";
import type { AskOutcome } from "./ask_outcome.ts";
import { callConversation, type CallMessage, type CallReply, failedCall } from "./call_conversation.ts";
import type { Behaviour, BehaviourContext, DownReason } from "./conversation.ts";
import type { Host, HostExit } from "./host.ts";
import { startProcessHost } from "./process_host.ts";
import type { Ref } from "./ref.ts";
import type { SystemCore } from "./system_core.ts";
import { SYSTEM_ACTOR, systemConversation } from "./system_request.ts";
import { startThreadHost } from "./thread_host.ts";

/** What a hosted actor is made of. */
export interface HostedActorOptions {
  /** The parent's system. */
  readonly core: SystemCore;
  /** Where it lives. */
  readonly on: "thread" | "process";
  /** Its name. */
  readonly name: string;
  /** Its class. */
  readonly classCode: Packed;
  /** Options of its spawn there. */
  readonly options: Packed;
  /** A host has come up, or has ended. */
  readonly onHost: (system: string, isUp: boolean) => void;
  /** Hears of a message without asker that was lost on its way. */
  readonly onLost: (message: CallMessage, reason: "terminated" | "link/down" | "malformed") => void;
}

/** Calls in hand at a host: enough to hide the hop. */
export const HOSTED_CONCURRENCY = 64;

/** Heap of a user's thread: without a bound its out-of-memory would end the whole process. */
const HEAP_BYTES_MAX = 2 * 1024 ** 3;

/** How long a host may outlive its link: its exit tells how it ended. */
const HOST_GRACE_MS = 1_000;

/** URL of the module that answers in a host: named, not imported, for it belongs to another thread. */
const HOSTED_SYSTEM = new URL("./hosted_system.ts", import.meta.url).href;

/** Stands for an actor in a host. */
export class HostedActor implements Behaviour<CallMessage, CallReply> {
  readonly #options: HostedActorOptions;
  /** Set by `start`, until the host has ended. */
  #host: Host | undefined;
  /** The actor in the host; set by `start`. */
  #actor: Ref<CallMessage, CallReply> | undefined;
  /** Whether the end of the host is our own doing. */
  #isStopping = false;

  constructor(options: HostedActorOptions) {
    this.#options = options;
  }

  async start(context: BehaviourContext): Promise<void> {
    const { core, classCode, options, onHost } = this.#options;
    const host = await this.#startHost();
    this.#host = host;
    onHost(host.system, true);
    const ended = host.exited.then((exit) => {
      onHost(host.system, false);
      return this.#hostEnded(exit, undefined);
    });
    try {
      const system = await host.spawn({
        module: HOSTED_SYSTEM,
        export: "hostedSystem",
        name: SYSTEM_ACTOR,
        args: null,
        conversation: systemConversation,
      });
      const [address] = await system.ask({ type: "spawn", classCode, options, isClaimed: true });
      this.#actor = core.ref(String(address), callConversation);
    } catch (error) {
      this.#isStopping = true;
      const exit = await host.terminate();
      throw TroupeError.is(error, "link/down") ? this.#hostEnded(exit, error) : error;
    }
    // What waits in the host is refused there: only the message in hand there is in hand.
    context.signal.addEventListener("abort", () => void this.#actor?.stop(), { once: true });
    this.#actor.watch(({ reason, error }) => {
      if (this.#isStopping) return;
      // The end of the link is the end of the host, which tells more, a little later.
      if (reason === "link/down") return this.#lostHost(host, ended, context);
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
    await this.#host?.terminate();
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

  async #startHost(): Promise<Host> {
    const { core, name, on } = this.#options;
    if (on === "process") return await startProcessHost(core, { name });
    return startThreadHost(core, { name, heapBytesMax: HEAP_BYTES_MAX });
  }

  #lostHost(host: Host, ended: Promise<Error>, context: BehaviourContext): void {
    context.failBy(ended);
    // A host that has lost its link and yet lives is of no use.
    const grace = this.#options.core.world.clock.after(HOST_GRACE_MS, () => void host.terminate());
    void ended.then(() => grace.cancel());
  }

  #hostEnded(exit: HostExit, cause: unknown): Error {
    const { name, on } = this.#options;
    return troupeError("actor/terminated", `Cannot keep actor "${name}": its ${on} ${exit.reason}`, {
      cause,
      hint: exit.lastLines.join("\n") || undefined,
      details: { ...exit },
    });
  }

  #ended(reason: DownReason): Error {
    return troupeError("actor/terminated", `Cannot keep actor "${this.#options.name}": it was ${reason}`);
  }
}
