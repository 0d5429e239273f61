/** What one incarnation of a user's actor holds: timers and children. All of it ends with the incarnation. @module */
import type { Clock, Timer } from "../base/clock.ts";
import { describe, troupeError } from "../base/errors.ts";
import type { ActorAddress } from "./actor_address.ts";
import type { BehaviourContext } from "./conversation.ts";
import type { ChildrenPolicy } from "./supervision.ts";

/** What a timer does. */
export type TimedAction = () => void | Promise<void>;

/** What a seat needs of its system. */
export interface SeatWorld {
  /** Time. */
  readonly clock: Clock;
  /** Which children restart when one of them does. */
  readonly children: ChildrenPolicy;
  /** Puts an action into the actor's own mailbox. */
  act(action: TimedAction): void;
  /** Ends an actor of the system. */
  end(name: string, how: "stopped" | "killed"): Promise<void>;
  /** Restarts an actor of the system. */
  restart(name: string): void;
}

/** What the parent of an actor hears of it. */
export interface ActorParent {
  /** A name for a child that was given none. */
  nextName(): string;
  /** A child is being started. */
  childStarted(name: string): void;
  /** A child has ended. */
  childEnded(name: string): void;
  /** A child restarts because of this failure of its own. */
  childRestarted(name: string, error: Error): void;
  /** A child's failure is the parent's to answer. */
  childEscalated(error: Error): void;
}

/** Timers and children of one incarnation. */
export class ActorSeat implements ActorParent {
  /** Where the actor lives. */
  readonly address: ActorAddress;
  readonly #context: BehaviourContext;
  readonly #world: SeatWorld;
  /** Timers that have not rung. */
  readonly #timers = new Set<Timer>();
  /** Names of live children, in the order of their start. */
  readonly #children: string[] = [];
  /** Children named by number so far. */
  #unnamed = 0;

  constructor(context: BehaviourContext, world: SeatWorld) {
    this.#context = context;
    this.#world = world;
    this.address = context.address;
  }

  /** Aborts when this incarnation ends. */
  get signal(): AbortSignal {
    return this.#context.signal;
  }

  /** A name for a child that was given none. */
  nextName(): string {
    return `${this.address.actor}.${++this.#unnamed}`;
  }

  /** A child is being started. */
  childStarted(name: string): void {
    this.#children.push(name);
  }

  /** A child has ended. */
  childEnded(name: string): void {
    const index = this.#children.indexOf(name);
    if (index >= 0) this.#children.splice(index, 1);
  }

  /** A child restarts because of its own failure: perhaps others do, too. */
  childRestarted(name: string): void {
    const { children } = this.#world;
    if (children === "one-for-one") return;
    const index = this.#children.indexOf(name);
    const others = children === "one-for-all" ? this.#children : this.#children.slice(index);
    for (const other of others) if (other !== name) this.#world.restart(other);
  }

  /** A child's failure is ours to answer. */
  childEscalated(error: Error): void {
    this.#context.fail(error);
  }

  /** Runs an action as a message. */
  act(action: TimedAction): void {
    this.#world.act(action);
  }

  /** Runs an action as a message, once. */
  after(delayMs: number, action: TimedAction): Disposable {
    checkDelay(delayMs, "after");
    return this.#ringOnce(delayMs, () => this.#world.act(action));
  }

  /** Runs an action as a message, again and again; skips a turn while the last one still waits. */
  every(periodMs: number, action: TimedAction): Disposable {
    checkDelay(periodMs, "every");
    let isWaiting = false;
    const act = () => {
      isWaiting = false;
      return action();
    };
    const ring = () => {
      pending = this.#ringOnce(periodMs, ring);
      if (isWaiting) return;
      isWaiting = true;
      this.#world.act(act);
    };
    let pending = this.#ringOnce(periodMs, ring);
    return { [Symbol.dispose]: () => pending[Symbol.dispose]() };
  }

  /** Ends timers, then children in reverse order of their start. */
  async close(how: "stopped" | "killed"): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    for (const name of [...this.#children].reverse()) await this.#world.end(name, how);
  }

  #ringOnce(delayMs: number, ring: () => void): Disposable {
    if (this.signal.aborted) return { [Symbol.dispose]() {} };
    const timer = this.#world.clock.after(delayMs, () => {
      this.#timers.delete(timer);
      ring();
    });
    this.#timers.add(timer);
    return {
      [Symbol.dispose]: () => {
        timer.cancel();
        this.#timers.delete(timer);
      },
    };
  }
}

function checkDelay(delayMs: number, method: string): void {
  if (typeof delayMs === "number" && delayMs >= 0) return;
  throw troupeError("input/invalid", `Cannot set timer: the delay of ${method} is ${describe(delayMs)}`, {
    hint: "Give milliseconds from 0 up",
  });
}
