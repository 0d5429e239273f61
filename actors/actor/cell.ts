/** One actor: its mailbox, its behaviour, its end. @module */
import type { Clock, Timer } from "../base/clock.ts";
import { asError, troupeError } from "../base/errors.ts";
import { type ActorAddress, publicAddress } from "./actor_address.ts";
import type { Behaviour, BehaviourContext, Conversation, DownNotice, DownReason } from "./conversation.ts";
import { BoundedMailbox } from "./bounded_mailbox.ts";
import { Incarnation } from "./incarnation.ts";
import type { MailboxEntry, MailboxPolicy } from "./mailbox.ts";
import { decideFailure, type FailureDecision, type SupervisionPolicy } from "./supervision.ts";
import type { Turns, TurnTaker } from "./turns.ts";

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
  /** How many async handlers may be at work at a time. */
  readonly concurrency: number;
  /** Gives it its turns. */
  readonly turns: Turns;
  /** Time, for restarts. */
  readonly clock: Clock;
  /** Hears of its end, once. */
  readonly onDown: (notice: DownNotice) => void;
  /** Hears of each restart that a failure has caused. */
  readonly onRestart: (error: Error) => void;
  /** Hears, after the end, of a failure that is the parent's to answer. */
  readonly onEscalated: (error: Error) => void;
  /** Hears of each message that found no room or no actor. */
  readonly onDeadLetter: (message: M, reason: "mailbox-full" | "terminated") => void;
}

/** Stands for a message whose asker was told already, or never was. */
const UNASKED = { reply: undefined };

/** One actor of a system. */
export class Cell<M, R> implements TurnTaker {
  readonly address: ActorAddress;
  readonly conversation: Conversation<M, R>;
  readonly #options: CellOptions<M, R>;
  readonly #mailbox: BoundedMailbox<M, R>;
  /** The behaviour in charge; undefined while (re)starting and after the end. */
  #behaviour: Behaviour<M, R> | undefined;
  #status: "starting" | "running" | "stopping" | "stopped" = "starting";
  /** Whether a behaviour is being started, or ended for a restart: it must not be disturbed by a stop. */
  #isChanging = false;
  /** A stop that came while {@linkcode Cell.#isChanging}; done right after. */
  #stopAsked = false;
  /** A failure reported while {@linkcode Cell.#isChanging}; fails the start. */
  #failedEarly: Error | undefined;
  #isHandling = false; // a handler runs right now that holds the next one back
  /** Handlers whose promise has not settled. */
  #active = 0;
  /** Asks whose handler's promise has not settled. */
  readonly #inHand = new Set<MailboxEntry<M, R>>();
  /** Whether {@linkcode Turns} knows that it has messages. */
  #ready = false;
  /** How often it was restarted, for whatever reason. */
  #restarts = 0;
  /** When it was restarted lately because of its own failures. */
  #restartsMs: readonly number[] = [];
  /** Rings for the next start; set only during a pause before one. */
  #pause: Timer | undefined;
  /** Over when the behaviour in charge is to end. */
  #incarnation = new Incarnation();
  /** Whoever waits for the end. */
  readonly #gone = Promise.withResolvers<void>();
  /** Whether the end was told. */
  #isGone = false;
  /** The behaviour whose `stop` is running at the end. */
  #ending: Behaviour<M, R> | undefined;

  constructor(options: CellOptions<M, R>) {
    this.#options = options;
    this.address = options.address;
    this.conversation = options.conversation;
    this.#mailbox = new BoundedMailbox({
      policy: options.mailbox,
      conversation: options.conversation,
      refuse: (entry) => this.#refuse(entry, "mailbox-full"),
    });
  }

  /** Messages that wait. */
  get depth(): number {
    return this.#mailbox.size;
  }

  /** How often it was restarted since it was spawned. */
  get restarts(): number {
    return this.#restarts;
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
      await this.#close("failed", asError(error));
      throw error;
    }
  }

  /** Takes a message, or answers why not. */
  deliver(entry: MailboxEntry<M, R>): void {
    if (this.#status === "stopped") return this.#refuse(entry, "terminated", false);
    if (entry.reply !== undefined && (this.#isHandling || this.#active >= this.#options.concurrency)) {
      const refusal = this.#behaviour?.refusalOf?.(entry.message);
      if (refusal !== undefined) return entry.reply({ ok: false, error: refusal });
    }
    this.#mailbox.push(entry);
    this.#wake();
  }

  /** Resolves when the mailbox has room, and never rejects; undefined when it has. */
  room(): Promise<void> | undefined {
    return this.#status === "stopped" ? undefined : this.#mailbox.room();
  }

  takeTurn(budget: number): number {
    this.#ready = false;
    let done = 0;
    while (done < budget && this.#mayTake()) {
      this.#handle(this.#mailbox.take(), this.#behaviour!);
      done++;
    }
    this.#wake();
    return done;
  }

  /** Ends it after the message in hand ("stopped") or now ("killed"); what waits is refused. */
  end(reason: "stopped" | "killed"): Promise<void> {
    if (this.#status === "stopped") {
      if (reason === "killed") void this.#force();
    } else if (reason === "killed") void this.#close("killed", undefined);
    else if (this.#isChanging) this.#stopAsked = true;
    else if (this.#active === 0) void this.#close("stopped", undefined);
    else {
      this.#status = "stopping";
      this.#incarnation.end();
    }
    return this.gone;
  }

  /** Fails it from outside a message. */
  fail(error: Error): void {
    if (this.#isChanging) this.#failedEarly ??= error;
    else if (this.#status === "running" || this.#status === "stopping") this.#failed(error);
  }

  /** Restarts it because of another's failure: that counts for no one's window. */
  restart(): void {
    if (this.#status === "running") this.#replace(0);
  }

  /** It stands in for an actor elsewhere, which was restarted there: that counts as if it had been here. */
  restartedThere(error: Error): void {
    if (this.#status !== "running") return;
    const decision = this.#decide(error);
    if (decision.type !== "restart") return;
    this.#restarts++;
    this.#options.onRestart(error);
  }

  #mayTake(): boolean {
    return this.#status === "running" && this.#mailbox.size > 0 && this.#active < this.#options.concurrency;
  }

  #wake(): void {
    if (this.#ready || !this.#mayTake()) return;
    this.#ready = true;
    this.#options.turns.ready(this);
  }

  async #begin(): Promise<void> {
    this.#status = "starting";
    this.#isChanging = true;
    try {
      const behaviour = this.#options.create();
      await behaviour.start?.(this.#context());
      if (this.#isEnded()) {
        await behaviour.stop?.("killed");
        throw this.#endedEarly();
      }
      this.#behaviour = behaviour;
    } finally {
      this.#isChanging = false;
    }
    const failure = this.#failedEarly;
    this.#failedEarly = undefined;
    if (failure !== undefined) throw failure;
    if (this.#stopAsked) {
      await this.#close("stopped", undefined);
      throw this.#endedEarly();
    }
    this.#status = "running";
    this.#wake();
  }

  #isEnded(): boolean {
    return this.#status === "stopped";
  }

  #endedEarly(): Error {
    return troupeError("actor/terminated", `Cannot start actor "${publicAddress(this.address)}": it was ended`);
  }

  #context(): BehaviourContext {
    const incarnation = this.#incarnation = new Incarnation();
    // What a behaviour does late must not touch its successor.
    return {
      address: this.address,
      get signal() {
        return incarnation.signal;
      },
      fail: (error) => this.#incarnation === incarnation && this.fail(asError(error)),
      failBy: (error) => this.#incarnation === incarnation && this.#failBy(error),
      end: (error) => this.#incarnation === incarnation && this.#endBy(error),
    };
  }

  #failBy(error: Promise<Error>): void {
    if (this.#status !== "running") return void error.then((known) => this.fail(known));
    this.#status = "starting";
    this.#isChanging = true;
    void error.then((known) => this.#changeFailed(known));
  }

  #endBy(error: Error | undefined): void {
    if (error === undefined) void this.end("stopped");
    else void this.#close("failed", error, this.#options.supervision.onFailure !== "stop");
  }

  #handle(entry: MailboxEntry<M, R>, behaviour: Behaviour<M, R>): void {
    this.#isHandling = this.#options.concurrency === 1;
    try {
      const result = behaviour.receive(entry.message, entry.reply !== undefined);
      if (result instanceof Promise) this.#settle(entry, result);
      else this.#answer(entry, result as R);
    } catch (error) {
      entry.reply?.({ ok: false, error: asError(error) });
      this.#failed(asError(error));
    }
    this.#isHandling = false;
  }

  #settle(entry: MailboxEntry<M, R>, result: Promise<R | void>): void {
    this.#active++;
    if (entry.reply !== undefined) this.#inHand.add(entry);
    // Who asked for a message in hand at the end was told then.
    result.then(
      (value) => {
        this.#answer(this.#inHand.delete(entry) ? entry : UNASKED, value as R);
        this.#handled();
      },
      (error) => {
        if (this.#inHand.delete(entry)) entry.reply?.({ ok: false, error: asError(error) });
        this.#failed(asError(error));
        this.#handled();
      },
    );
  }

  #answer({ reply }: Pick<MailboxEntry<M, R>, "reply">, value: R): void {
    reply?.({ ok: true, value });
    const failure = value === undefined ? undefined : this.conversation.failureOf?.(value);
    if (failure !== undefined) this.#failed(failure);
  }

  #handled(): void {
    this.#active--;
    if (this.#status === "stopping" && this.#active === 0) void this.#close("stopped", undefined);
    this.#wake();
  }

  /** An asker has heard of the failure in every case; now the supervisor decides. */
  #failed(error: Error): void {
    if (this.#status === "stopped") return;
    if (this.#status === "stopping" || this.#stopAsked) return void this.#close("failed", error);
    // A failure of a behaviour that is already being replaced.
    if (this.#isChanging || this.#pause !== undefined) return;
    const decision = this.#decide(error);
    if (decision.type !== "restart") return;
    this.#options.onRestart(error);
    this.#replace(decision.afterMs);
  }

  /** What supervision says to a failure; what is no restart is done. */
  #decide(error: Error): FailureDecision {
    const { supervision, clock } = this.#options;
    const [restartsMs, decision] = decideFailure(supervision, this.#restartsMs, clock.nowMs());
    this.#restartsMs = restartsMs;
    const isBorne = decision.type === "restart" || (decision.type === "resume" && this.#behaviour !== undefined);
    if (!isBorne) void this.#close("failed", error, decision.type === "escalate");
    return decision;
  }

  #replace(afterMs: number): void {
    this.#restarts++;
    const old = this.#behaviour;
    this.#behaviour = undefined;
    this.#status = "starting";
    this.#isChanging = true;
    this.#incarnation.end();
    this.#stopOld(old).then(
      () => afterMs === 0 || this.#isEnded() ? this.#beginAgain() : this.#beginAfter(afterMs),
      (error) => this.#changeFailed(error),
    );
  }

  async #stopOld(old: Behaviour<M, R> | undefined): Promise<void> {
    await old?.stop?.("failed");
  }

  #beginAfter(afterMs: number): void {
    this.#isChanging = false;
    if (this.#stopAsked) return void this.#close("stopped", undefined);
    this.#pause = this.#options.clock.after(afterMs, () => {
      this.#pause = undefined;
      this.#beginAgain();
    });
  }

  #beginAgain(): void {
    if (this.#isEnded()) return;
    this.#begin().catch((error) => this.#changeFailed(error));
  }

  /** The behaviour could not be ended or started anew: that is the next failure. */
  #changeFailed(error: unknown): void {
    this.#isChanging = false;
    this.#failed(asError(error));
  }

  async #close(reason: DownReason, error: Error | undefined, isEscalated = false): Promise<void> {
    if (this.#status === "stopped") return;
    const behaviour = this.#behaviour;
    this.#behaviour = undefined;
    this.#ending = behaviour;
    this.#status = "stopped";
    this.#incarnation.end();
    this.#pause?.cancel();
    this.#pause = undefined;
    for (const entry of this.#inHand) this.#refuse(entry, "terminated");
    this.#inHand.clear();
    for (const entry of this.#mailbox.drain()) this.#refuse(entry, "terminated", false);
    let failure = error;
    try {
      await behaviour?.stop?.(reason);
    } catch (thrown) {
      failure ??= asError(thrown);
    }
    this.#finish(failure !== undefined && reason === "stopped" ? "failed" : reason, failure, isEscalated);
  }

  /** The end does not come to an end by itself. */
  async #force(): Promise<void> {
    if (this.#isGone) return;
    try {
      await this.#ending?.stop?.("killed");
      this.#finish("killed", undefined, false);
    } catch (error) {
      this.#finish("killed", asError(error), false);
    }
  }

  #finish(reason: DownReason, error: Error | undefined, isEscalated: boolean): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#ending = undefined;
    this.#options.onDown({ address: this.address, reason, error });
    this.#gone.resolve();
    if (isEscalated && error !== undefined) this.#options.onEscalated(error);
  }

  /** @param isHandled Whether the message may have been handled, in part at least. */
  #refuse(entry: MailboxEntry<M, R>, reason: "terminated" | "mailbox-full", isHandled = true): void {
    if (entry.reply === undefined) return this.#options.onDeadLetter(entry.message, reason);
    const name = publicAddress(this.address);
    const error = reason === "terminated"
      ? troupeError("actor/terminated", `Cannot ask actor "${name}": it has ended`, {
        details: { address: name, isHandled },
      })
      : troupeError("actor/mailbox-full", `Cannot ask actor "${name}": its mailbox is full`);
    entry.reply({ ok: false, error });
  }
}
