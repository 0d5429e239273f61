/** What a generator method of an actor gives: its items are made one step at a time, as far as they are asked for. @module */
import { setImmediate } from "node:timers";
import { Future } from "../client/future.ts";
import { SharedThing } from "../client/shared_thing.ts";
import type { TaskKey } from "../protocol/task.ts";

/** Some items in order, and whether the stream is over behind them. */
export type ItemBatch = readonly [items: readonly unknown[], isOver: boolean];

/** The pull in hand. */
interface Pull {
  readonly credit: number;
  readonly resolve: (batch: ItemBatch) => void;
  readonly reject: (error: unknown) => void;
}

/** How a stream ended. */
type StreamEnd = { readonly type: "over" } | { readonly type: "failed"; readonly error: unknown };

/** A generator at work, as the value of the call that made it. */
export class OpenedStream {
  /** The actor whose generator it is. */
  readonly actor: TaskKey;
  /** The call that made it. */
  readonly key: TaskKey;
  readonly #iterator: AsyncIterator<unknown>;
  /** Runs a step as a message of the actor. */
  readonly #act: (step: () => Promise<void>) => void;
  /** Made, not yet given. */
  #items: unknown[] = [];
  #pull: Pull | undefined;
  /** Whether a step is in the actor's mailbox or at work. */
  #isStepping = false;
  /** Whether the items at hand leave soon. */
  #isDue = false;
  /** Set once. */
  #end: StreamEnd | undefined;

  /** @param act Runs a step as a message of the actor: never in the middle of another one. */
  constructor(
    actor: TaskKey,
    key: TaskKey,
    iterator: AsyncIterator<unknown>,
    act: (step: () => Promise<void>) => void,
  ) {
    this.actor = actor;
    this.key = key;
    this.#iterator = iterator;
    this.#act = act;
  }

  /** Whether somebody waits for items: there is room for one who does. */
  get isPulled(): boolean {
    return this.#pull !== undefined;
  }

  /** The next items, as soon as there is one; rejects with what the generator threw, when all before it are given. */
  pull(credit: number): Promise<ItemBatch> {
    return new Promise((resolve, reject) => {
      this.#pull = { credit, resolve, reject };
      if (this.#end !== undefined || this.#items.length > 0) this.#flush();
      else this.#goOn();
    });
  }

  /** The reader has left: the generator is closed, as a message of its actor. */
  leave(): void {
    if (this.#end !== undefined) return;
    this.#over({ type: "over" });
    this.#act(() => this.#close());
  }

  /** The actor has ended: the generator is closed here and now, or behind the step that is still at work. */
  drop(): void {
    if (this.#end !== undefined) return;
    this.#end = { type: "over" };
    void this.#close();
  }

  async #close(): Promise<void> {
    try {
      await this.#iterator.return?.();
    } catch {
      // As of any call whose reply nobody wants any more.
    }
  }

  /** The next step, if it is asked for: what is made ahead of pulls is what a pull in hand had credit for. */
  #goOn(): void {
    if (this.#isStepping || this.#end !== undefined || this.#pull === undefined) return;
    this.#isStepping = true;
    this.#act(() => this.#step());
  }

  async #step(): Promise<void> {
    if (this.#end !== undefined) return;
    try {
      const { done, value } = await this.#iterator.next();
      this.#isStepping = false;
      if (done === true) return this.#over({ type: "over" });
      this.#items.push(value);
    } catch (error) {
      this.#isStepping = false;
      return this.#over({ type: "failed", error });
    }
    if (this.#pull !== undefined && this.#items.length >= this.#pull.credit) return this.#flush();
    this.#flushSoon();
    this.#goOn();
  }

  /** What is made in one go travels in one batch. */
  #flushSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      if (this.#items.length > 0) this.#flush();
    });
  }

  #over(end: StreamEnd): void {
    this.#end ??= end;
    this.#flush();
  }

  #flush(): void {
    const pull = this.#pull;
    if (pull === undefined) return;
    this.#pull = undefined;
    const items = this.#items;
    this.#items = [];
    if (this.#end?.type === "failed" && items.length === 0) pull.reject(this.#end.error);
    else pull.resolve([items, this.#end?.type === "over"]);
  }
}

/** Of what is read item by item, such as what an async generator gave; undefined for all that travels as it is. */
export function iteratorOf(value: unknown): AsyncIterator<unknown> | undefined {
  if (typeof value !== "object" || value === null || !isIterable(value)) return undefined;
  if (Future.is(value) || SharedThing.of(value) !== undefined) return undefined;
  return value[Symbol.asyncIterator]();
}

function isIterable(value: object): value is AsyncIterable<unknown> {
  return typeof Reflect.get(value, Symbol.asyncIterator) === "function";
}
