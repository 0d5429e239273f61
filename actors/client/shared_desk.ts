/**
 * Where one session asks for what clusters share by name. A request has its place in line on the scheduler: giving up the
 * wait gives up the place, and what was on its way already goes back to where it was.
 *
 * @module
 */
import type { ClientToScheduler, SchedulerToClient } from "../protocol/client_scheduler.ts";
import type { CoordinationRequest, ThingId } from "../protocol/coordination.ts";
import type { Packed } from "../protocol/packed.ts";
import { runningTask } from "./defaults.ts";
import { HeldLease, type Lease } from "./lease.ts";
import type { Requests, SchedulerAnswer } from "./requests.ts";
import { type LimitedWait, waitFor, type WaitOptions, type WaitWorld } from "./waiting.ts";

/** What a desk needs of its session. */
export interface DeskWorld extends WaitWorld {
  /** Throws `client/closed` when the session is over or ending. */
  assertOpen(action: string): void;
  /** Says something to the scheduler. */
  say(message: ClientToScheduler): void;
}

/** Hears a subscription. */
export interface Listener {
  /** An item was published. */
  item(item: Packed): void;
  /** No more items come. */
  end(error: Error): void;
}

/** A subscription, from where it is listened to. */
export interface SubscriptionHandle {
  /** This many of the oldest items were taken. */
  took(count: number): void;
  /** No more items are wanted. */
  end(): void;
}

/** Asks for shared things, for one session. */
export class SharedDesk {
  readonly #world: DeskWorld;
  readonly #requests: Requests;
  readonly #listeners = new Map<number, Listener>();
  /** Objects of this session by thing; the scheduler hears of the last. */
  readonly #objects = new Map<ThingId, number>();
  readonly #collected = new FinalizationRegistry<readonly ThingId[]>((ids) => this.objectCollected(ids));

  /** A desk of a session, whose answers come through these requests. */
  constructor(world: DeskWorld, requests: Requests) {
    this.#world = world;
    this.#requests = requests;
  }

  /** There is an object of these things from now on, until the garbage collector takes it. */
  addObject(ids: readonly ThingId[], object: object): void {
    for (const id of ids) this.#objects.set(id, (this.#objects.get(id) ?? 0) + 1);
    this.#collected.register(object, ids);
  }

  /**
   * Asks for something; rejects when it is refused.
   *
   * @param action What is asked for, for messages: `get an item of queue "q"`.
   * @param read Reads the answer; when it throws, what was handed over goes back.
   */
  ask<T>(
    action: string,
    request: CoordinationRequest,
    wait: WaitOptions | undefined,
    read: (answer: SchedulerAnswer) => T | Promise<T>,
  ): Promise<T> {
    return this.#ask(action, request, wait, read);
  }

  /** Asks for a lease. */
  acquire(action: string, request: CoordinationRequest, wait: WaitOptions | undefined): Promise<Lease> {
    return this.#ask(
      action,
      request,
      wait,
      (_answer, ackId) => new HeldLease(() => this.#world.say({ type: "give-up", ackIds: [ackId] })),
    );
  }

  /** Listens from now on. Throws `client/closed`. */
  subscribe(action: string, request: CoordinationRequest, listener: Listener): SubscriptionHandle {
    this.#world.assertOpen(action);
    const ackId = this.#requests.nextId();
    this.#listeners.set(ackId, listener);
    this.#world.say({ type: "coordinate", ackId, run: runningTask()?.runId, request });
    return {
      took: (count) => this.#world.say({ type: "took", ackId, count }),
      end: () => {
        if (this.#listeners.delete(ackId)) this.#world.say({ type: "give-up", ackIds: [ackId] });
      },
    };
  }

  /** An item has come for a subscription; one that has ended does not hear it. */
  published({ ackId, item }: Extract<SchedulerToClient, { readonly type: "published" }>): void {
    this.#listeners.get(ackId)?.item(item);
  }

  /** The session is over. */
  end(error: Error): void {
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    for (const listener of listeners) listener.end(error);
  }

  #ask<T>(
    action: string,
    request: CoordinationRequest,
    wait: WaitOptions | undefined,
    read: (answer: SchedulerAnswer, ackId: number) => T | Promise<T>,
  ): Promise<T> {
    this.#world.assertOpen(action);
    return waitFor(this.#world, wait, action, (scope) => this.#begin(request, scope, read));
  }

  async #begin<T>(
    request: CoordinationRequest,
    scope: LimitedWait,
    read: (answer: SchedulerAnswer, ackId: number) => T | Promise<T>,
  ): Promise<T> {
    // What a task has put is put although the task may have ended meanwhile. Nobody else would be there to receive.
    if (request.type !== "queue-put" && request.type !== "topic-publish") scope.endWithTask();
    const ackId = this.#requests.nextId();
    let isRefused = false;
    let isHeld = false;
    scope.onEnd((isDone) => {
      if (isDone && isHeld) this.#world.say({ type: "took", ackId, count: 1 });
      if (isDone || isRefused) return;
      this.#requests.forget(ackId);
      this.#world.say({ type: "give-up", ackIds: [ackId] });
    });
    const run = runningTask()?.runId;
    const asked = this.#requests.ask(() => this.#world.say({ type: "coordinate", ackId, run, request }), ackId);
    const answer = await asked.catch((error) => {
      isRefused = true;
      throw error;
    });
    isHeld = answer.type === "handed" && answer.isHeld;
    return await read(answer, ackId);
  }

  /** The garbage collector took an object of these things: of which that was the last, the scheduler is told. */
  objectCollected(ids: readonly ThingId[]): void {
    const left = ids.filter((id) => {
      const count = (this.#objects.get(id) ?? 0) - 1;
      if (count > 0) this.#objects.set(id, count);
      else this.#objects.delete(id);
      return count <= 0;
    });
    if (left.length > 0) this.#world.say({ type: "leave-things", things: left });
  }
}
