/** One actor: its mailbox, its behaviour, its end. @module */
import type { Clock } from "../base/clock.ts";
import { asError, troupeError } from "../base/errors.ts";
import type { ActorAddress } from "./actor_address.ts";
import { publicAddress } from "./actor_address.ts";
import type { Behaviour, BehaviourContext, Conversation, DownNotice, DownReason } from "./conversation.ts";
import { Mailbox } from "./mailbox.ts";
import { decideFailure, type SupervisionPolicy } from "./supervision.ts";
import type { Turns, TurnTaker } from "./turns.ts";

/** One message in a mailbox; `reply` is there when an answer is wanted. */
export interface Delivery<M, R> {
  /** The message, typed. */
  readonly message: M;
  /** Takes the answer, or the failure; called once. */
  readonly reply: ((answer: Answer<R>) => void) | undefined;
}

/** What an ask ends with. */
export type Answer<R> = { readonly ok: true; readonly value: R } | { readonly ok: false; readonly error: Error };

/** How much may wait for an actor. */
export interface MailboxPolicy {
  /** Messages. */
  readonly capacity: number;
  /** What happens to one too many. "wait" asks senders to wait, and takes the message. */
  readonly overflow: "wait" | "reject" | "drop-oldest";
}

/** What a cell is made of. */
export interface CellOptions<M, R> {
  /** Where it lives. */
  readonly address: ActorAddress;
  /** How its messages travel. */
  readonly conversation: Conversation<M, R>;
  /** Makes its behaviour, for each start anew. */
  readonly create: () => Behaviour<M, R>;
  /** How much may wait. */
  readonly mailbox: MailboxPolicy;
  /** What a failure does. */
  readonly supervision: SupervisionPolicy;
  /** Whether async handlers may interleave. */
  readonly reentrant: boolean;
  /** Gives it its turns. */
  readonly turns: Turns;
  /** Time, for restarts. */
  readonly clock: Clock;
  /** Hears of its end, once. */
  readonly onDown: (notice: DownNotice) => void;
  /** Hears of each message that found no room or no actor. */
  readonly onDeadLetter: (message: M, reason: "mailbox-full" | "terminated") => void;
}

/** One actor of a system. */
export class Cell<M, R> implements TurnTaker {
  readonly address: ActorAddress;
  readonly conversation: Conversation<M, R>;
  readonly #options: CellOptions<M, R>;
  readonly #mailbox = new Mailbox<Delivery<M, R>>();
  /** The behaviour in charge; undefined while (re)starting and after the end. */
  #behaviour: Behaviour<M, R> | undefined;
  #status: "starting" | "running" | "stopping" | "stopped" = "starting";
  /** Handlers whose promise has not settled; the next message waits for 0 unless reentrant. */
  #active = 0;
  /** Whether {@linkcode Turns} knows that it has messages. */
  #ready = false;
  /** When it was restarted lately. */
  #restartsMs: readonly number[] = [];
  #abort = new AbortController();
  /** Senders that wait for room. */
  #waiting: (() => void)[] = [];
  /** Whoever waits for the end. */
  readonly #gone = Promise.withResolvers<void>();

  constructor(options: CellOptions<M, R>) {
    this.#options = options;
    this.address = options.address;
    this.conversation = options.conversation;
  }

  /** Messages that wait. */
  get depth(): number {
    return this.#mailbox.size;
  }

  /** Restarts within the window. */
  get restarts(): number {
    return this.#restartsMs.length;
  }

  /** Resolves when it is gone. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** Starts its behaviour; rejects, and ends the cell, when that fails. */
  async start(): Promise<void> {
    try {
      await this.#begin();
    } catch (error) {
      this.#finish("failed", asError(error));
      throw error;
    }
  }

  /** Takes a message, or answers why not. */
  deliver(delivery: Delivery<M, R>): void {
    if (this.#status === "stopped") return this.#refuse(delivery, "terminated");
    const { capacity, overflow } = this.#options.mailbox;
    if (this.#mailbox.size >= capacity && overflow !== "wait") {
      if (overflow === "reject") return this.#refuse(delivery, "mailbox-full");
      const oldest = this.#mailbox.shift();
      if (oldest !== undefined) this.#refuse(oldest, "mailbox-full");
    }
    this.#mailbox.push(delivery);
    this.#wake();
  }

  /** Resolves when the mailbox has room; never rejects. */
  room(): Promise<void> {
    if (this.#mailbox.size < this.#options.mailbox.capacity || this.#status === "stopped") return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  takeTurn(budget: number): number {
    this.#ready = false;
    let done = 0;
    while (done < budget && this.#behaviour !== undefined && this.#mailbox.size > 0) {
      if (this.#active > 0 && !this.#options.reentrant) return done;
      const delivery = this.#mailbox.shift()!;
      if (this.#waiting.length > 0 && this.#mailbox.size < this.#options.mailbox.capacity) this.#waiting.shift()!();
      this.#handle(delivery, this.#behaviour);
      done++;
    }
    this.#wake();
    return done;
  }

  /** Ends it after the message in hand ("stopped") or now ("killed"); what waits is refused. */
  end(reason: "stopped" | "killed"): Promise<void> {
    if (this.#status === "stopped") return this.gone;
    const idle = this.#active === 0 || reason === "killed";
    if (idle) void this.#stopBehaviour(reason, undefined);
    else if (this.#status !== "stopping") this.#status = "stopping";
    return this.gone;
  }

  /** Fails it from outside a message. */
  fail(error: unknown): void {
    if (this.#status === "running") this.#failed(asError(error));
  }

  #wake(): void {
    if (this.#ready || this.#mailbox.size === 0 || this.#behaviour === undefined) return;
    if (this.#active > 0 && !this.#options.reentrant) return;
    this.#ready = true;
    this.#options.turns.ready(this);
  }

  async #begin(): Promise<void> {
    this.#status = "starting";
    const behaviour = this.#options.create();
    await behaviour.start?.(this.#context());
    if (this.#status !== "starting") {
      await behaviour.stop?.("killed");
      throw troupeError("actor/terminated", `Cannot start actor "${publicAddress(this.address)}": it was ended`);
    }
    this.#behaviour = behaviour;
    this.#status = "running";
    this.#wake();
  }

  #context(): BehaviourContext {
    return { address: this.address, signal: this.#abort.signal, fail: (error) => this.fail(error) };
  }

  #handle(delivery: Delivery<M, R>, behaviour: Behaviour<M, R>): void {
    try {
      const result = behaviour.receive(delivery.message);
      if (result instanceof Promise) this.#settle(delivery, result);
      else delivery.reply?.({ ok: true, value: result as R });
    } catch (error) {
      this.#handlerFailed(delivery, asError(error));
    }
  }

  #settle(delivery: Delivery<M, R>, result: Promise<R | void>): void {
    this.#active++;
    result.then(
      (value) => delivery.reply?.({ ok: true, value: value as R }),
      (error) => this.#handlerFailed(delivery, asError(error)),
    ).finally(() => {
      this.#active--;
      if (this.#status === "stopping" && this.#active === 0) void this.#stopBehaviour("stopped", undefined);
      this.#wake();
    });
  }

  /** An asker hears of the failure in every case; then the supervisor decides. */
  #handlerFailed(delivery: Delivery<M, R>, error: Error): void {
    delivery.reply?.({ ok: false, error });
    if (this.#status === "running" || this.#status === "stopping") this.#failed(error);
  }

  #failed(error: Error): void {
    const [restartsMs, decision] = decideFailure(
      this.#options.supervision,
      this.#restartsMs,
      this.#options.clock.nowMs(),
    );
    this.#restartsMs = restartsMs;
    if (decision.type === "resume") return;
    if (decision.type !== "restart" || this.#status === "stopping") {
      void this.#stopBehaviour("failed", error);
      return;
    }
    const old = this.#behaviour;
    this.#behaviour = undefined;
    this.#status = "starting";
    this.#restart(old, decision.afterMs);
  }

  #restart(old: Behaviour<M, R> | undefined, afterMs: number): void {
    const again = async (): Promise<void> => {
      try {
        await old?.stop?.("failed");
      } finally {
        if (this.#status === "starting") await this.#begin();
      }
    };
    const start = () => again().catch((error) => this.#finish("failed", asError(error)));
    if (afterMs === 0) void start();
    else this.#options.clock.after(afterMs, start);
  }

  async #stopBehaviour(reason: DownReason, error: Error | undefined): Promise<void> {
    const behaviour = this.#behaviour;
    this.#behaviour = undefined;
    this.#status = "stopped";
    this.#abort.abort();
    let failure = error;
    try {
      await behaviour?.stop?.(reason);
    } catch (thrown) {
      failure ??= asError(thrown);
    }
    this.#finish(failure !== undefined && reason === "stopped" ? "failed" : reason, failure);
  }

  #finish(reason: DownReason, error: Error | undefined): void {
    this.#status = "stopped";
    this.#abort.abort();
    for (const delivery of this.#mailbox.drain()) this.#refuse(delivery, "terminated");
    for (const resolve of this.#waiting.splice(0)) resolve();
    this.#options.onDown({ address: this.address, reason, error });
    this.#gone.resolve();
  }

  #refuse(delivery: Delivery<M, R>, reason: "terminated" | "mailbox-full"): void {
    const name = publicAddress(this.address);
    const error = reason === "terminated"
      ? troupeError("actor/terminated", `Cannot ask actor "${name}": it has ended`)
      : troupeError("actor/mailbox-full", `Cannot ask actor "${name}": its mailbox is full`);
    if (delivery.reply !== undefined) delivery.reply({ ok: false, error });
    else this.#options.onDeadLetter(delivery.message, reason);
  }
}
