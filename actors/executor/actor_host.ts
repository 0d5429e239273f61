/**
 * Actors of the cluster that live on this thread. Each is an actor of the runtime, with mailbox, timers and children; its
 * calls come as runs, and are each one of its messages. An await in a method holds back the actor's next message (unless it
 * is reentrant), and nothing else.
 *
 * @module
 */
import type { ActorAddress } from "../actor/actor_address.ts";
import type { ActorLifecycle } from "../actor/actor_ref.ts";
import type { ActorStage } from "../actor/actor_stage.ts";
import { callConversation } from "../actor/call_conversation.ts";
import type { SystemCore } from "../actor/system_core.ts";
import { troupeError } from "../base/errors.ts";
import { nameOfKey } from "../base/key_name.ts";
import { actorLabel, STREAM_PULL } from "../protocol/cluster_actor.ts";
import type { TaskKey } from "../protocol/task.ts";
import { type ItemBatch, OpenedStream } from "./opened_stream.ts";
import type { TaskRun } from "./task_run.ts";

type ActorSystemModule = typeof import("../actor/actor_system.ts");

/** What the host needs of its executor. */
export interface ActorHostWorld {
  /** The system that the actors live in. */
  readonly core: SystemCore;
  /** Takes note that a run begins; false when it was taken back or has ended. */
  begin(run: TaskRun): boolean;
  /** Runs a call of this actor; what it gives settles when the call is over, and never rejects. */
  call(run: TaskRun, actor: ActorLifecycle): void | Promise<void>;
  /** Has a run give what this gives; settles when the run is over, and never rejects. */
  give(run: TaskRun, make: () => Promise<unknown>): Promise<void>;
  /** A run has failed. */
  failed(run: TaskRun, error: Error): void;
  /** An actor is gone. `reason` is empty when it was told to end. */
  ended(key: TaskKey, reason: string): void;
}

/** One actor. */
interface Hosted {
  /** The object itself. */
  readonly actor: ActorLifecycle;
  readonly address: ActorAddress;
  /** Calls in hand. */
  readonly calls: Set<TaskRun>;
  /** Streams that are not left yet, by the keys of the calls that made them. */
  readonly streams: Map<TaskKey, OpenedStream>;
  /** Runs code of the actor that belongs to no call. */
  readonly within: Within;
  /** Steps of generators at work. */
  stepCount: number;
  isEnding: boolean;
}

/** Runs code of an actor that belongs to no call: `onStart`, timers, steps of generators. */
export type Within = <T>(code: () => T) => T;

/** The actors of one executor. */
export class ActorHost {
  readonly #world: ActorHostWorld;
  readonly #actors = new Map<TaskKey, Hosted>();
  /** Whose generator is behind which stream, by the keys of the calls that made them. */
  readonly #streamHomes = new Map<TaskKey, Hosted>();
  /** Loaded for the first actor: most executors have none, so Deno shall not read it for all (as it does for a literal). */
  #stage: Promise<ActorStage> | undefined;

  constructor(world: ActorHostWorld) {
    this.#world = world;
  }

  /**
   * Makes an actor; resolves when it has started.
   *
   * @param create Makes the object.
   * @param within Runs code of the actor that belongs to no call.
   */
  async make(run: TaskRun, create: () => ActorLifecycle, within: Within): Promise<void> {
    const { key, actor } = run.message;
    const stage = await (this.#stage ??= this.#openStage());
    const isReentrant = actor?.type === "make" && actor.isReentrant;
    const made: { actor?: ActorLifecycle } = {};
    const onDown = (error: Error | undefined) => this.#gone(key, error);
    const address = await within(() =>
      stage.keep({ create: () => made.actor = create(), within, onDown }, isReentrant)
    );
    const actorMade = made.actor!; // it has started: it is made
    this.#actors.set(key, {
      ...{ actor: actorMade, address, calls: new Set(), streams: new Map(), within, stepCount: 0, isEnding: false },
    });
  }

  /** Has an actor take a call when its turn comes. */
  call(run: TaskRun): void {
    const { actor } = run.message;
    const hosted = actor?.type === "call" ? this.#actors.get(actor.actor) : undefined;
    if (hosted === undefined || hosted.isEnding) return this.#refuse(run);
    hosted.calls.add(run);
    if (run.message.args[0] === STREAM_PULL) return this.#pull(run, hosted);
    const action = () => {
      if (!this.#world.begin(run)) return void hosted.calls.delete(run);
      const over = this.#world.call(run, hosted.actor);
      if (over instanceof Promise) return over.finally(() => hosted.calls.delete(run));
      hosted.calls.delete(run);
    };
    this.#world.core.tell(hosted.address, callConversation, { type: "act", action });
  }

  async #openStage(): Promise<ActorStage> {
    const { openActorSystem }: ActorSystemModule = await import(import.meta.resolve("../actor/actor_system.ts"));
    return openActorSystem(this.#world.core, {}).stage;
  }

  /** What a generator method gave, as the value of its call: it lives as long as that is wanted, and its actor lives. */
  open(run: TaskRun, iterator: AsyncIterator<unknown>): OpenedStream | undefined {
    const { actor, key } = run.message;
    const hosted = actor?.type === "call" ? this.#actors.get(actor.actor) : undefined;
    if (actor?.type !== "call" || hosted === undefined) return undefined;
    const stream = new OpenedStream(actor.actor, key, iterator, (step) => {
      const action = async () => {
        hosted.stepCount++;
        await hosted.within(step);
        hosted.stepCount--;
      };
      this.#world.core.tell(hosted.address, callConversation, { type: "act", action });
    });
    hosted.streams.set(key, stream);
    this.#streamHomes.set(key, hosted);
    return stream;
  }

  /** Gives the next items of a stream, beside the actor's messages: each step of the generator is one. */
  #pull(run: TaskRun, hosted: Hosted): void {
    if (!this.#world.begin(run)) return void hosted.calls.delete(run);
    const [, key, credit] = run.message.args;
    const stream = hosted.streams.get(String(key));
    const over = this.#world.give(run, () => pullFrom(stream, String(key), Number(credit)));
    void over.finally(() => hosted.calls.delete(run));
  }

  /** Ends an actor after the message in hand, or now if that is not wanted any more; or closes a stream of one. */
  end(key: TaskKey): void {
    const hosted = this.#actors.get(key);
    if (this.#streamHomes.has(key)) return this.#leaveStream(key);
    if (hosted === undefined) return this.#world.ended(key, "");
    if (hosted.isEnding) return;
    hosted.isEnding = true;
    for (const run of hosted.calls) if (run.status === "queued") this.#refuse(run);
    void this.#world.core.end(hosted.address, isUnwanted(hosted) ? "killed" : "stopped");
  }

  /** A call in hand is not wanted any more: if its actor waits for it to end, it need not. */
  cancelled(run: TaskRun): void {
    const { actor } = run.message;
    const hosted = actor?.type === "call" ? this.#actors.get(actor.actor) : undefined;
    if (hosted?.isEnding && isUnwanted(hosted)) void this.#world.core.end(hosted.address, "killed");
  }

  /** Ends all actors; resolves when they are gone. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#actors.values(), ({ address }) => this.#world.core.end(address, "stopped")));
  }

  #leaveStream(key: TaskKey): void {
    const hosted = this.#streamHomes.get(key);
    this.#streamHomes.delete(key);
    hosted?.streams.get(key)?.leave();
    hosted?.streams.delete(key);
  }

  #gone(key: TaskKey, error: Error | undefined): void {
    const hosted = this.#actors.get(key);
    if (hosted === undefined) return;
    this.#actors.delete(key);
    for (const run of hosted.calls) this.#refuse(run);
    for (const stream of hosted.streams.values()) {
      this.#streamHomes.delete(stream.key);
      hosted.within(() => stream.drop());
    }
    if (hosted.isEnding) this.#world.ended(key, "");
    else this.#world.ended(key, error === undefined ? "ended it" : `ended it after a failure: ${error.message}`);
  }

  #refuse(run: TaskRun): void {
    const { actor, key } = run.message;
    const label = actor?.type === "call" ? actorLabel(actor.actor, actor.name) : actorLabel(key, undefined);
    const how = run.status === "queued"
      ? "it has ended before the call began"
      : "it has ended while it had the call in hand, which may have been carried out";
    this.#world.failed(run, troupeError("actor/terminated", `Cannot ask ${label}: ${how}`));
  }
}

/** Whether what an actor has in hand is wanted by nobody. A step of a generator is wanted by the pull that waits for it. */
function isUnwanted({ calls, stepCount }: Hosted): boolean {
  const begun = [...calls].filter((run) => run.status !== "queued" && run.status !== "ended");
  return begun.length + stepCount > 0 && begun.every((run) => run.endReason !== undefined);
}

function pullFrom(stream: OpenedStream | undefined, key: TaskKey, credit: number): Promise<ItemBatch> {
  const action = `read stream ${nameOfKey(key)}`;
  // Its actor was made again meanwhile, without it.
  if (stream === undefined) throw troupeError("actor/terminated", `Cannot ${action}: its actor has ended`);
  if (stream.isPulled) throw troupeError("input/invalid", `Cannot ${action}: somebody else reads it`);
  return stream.pull(credit);
}
