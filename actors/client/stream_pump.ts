/** What drives a stream: reads a source, keeps a bounded number of items in flight, hands them out. @module */
import { troupeError } from "../base/errors.ts";
import { type Stream, StreamFeed } from "../base/stream.ts";
import type { ItemSource } from "./item_source.ts";
import type { Session } from "./session.ts";
import { waitFor, type WaitOptions, type WaitScope } from "./waiting.ts";

/** Instead of an item: nothing is handed out. */
export const SKIPPED: unique symbol = Symbol("skipped");

/** An item whose work has begun. */
export interface Begun<Out> {
  /** What may be handed out before the work is done, as a future is. */
  readonly early?: { readonly item: Out };
  /** The end of the work. A rejection ends the stream, in its place. */
  readonly done: Promise<Out | typeof SKIPPED>;
}

/** What a stream does. */
export interface StreamWork<In, Out> {
  /** What it does, for messages: `map task "inc"`. */
  readonly action: string;
  /** Where items come from. */
  readonly source: ItemSource<In>;
  /** Items in flight; undefined: by the size of the cluster. */
  readonly concurrency: number | undefined;
  /** Whether items are handed out in the order of the source. */
  readonly isOrdered: boolean;
  /** Limits of each wait for an item. */
  readonly wait: WaitOptions | undefined;
  /** Aborting it ends the stream. */
  readonly signal: AbortSignal | undefined;
  /** Begins with an item; `scope` ends when nobody waits for it any more. A throw ends the stream, in its place. */
  begin(item: In, scope: WaitScope): Begun<Out>;
  /** Nobody takes this one. */
  drop(item: Out): void;
}

/** Items in flight per thread of the cluster, so that none is idle while results are on their way. */
const PER_THREAD = 4;
const CONCURRENCY_MIN = 16;

/** Begins at once to read the source, and goes on as items are taken. */
export function startStream<In, Out>(session: Session, work: StreamWork<In, Out>): Stream<Out> {
  return new Pump(session, work).start();
}

/** An item in flight: unfinished, or not yet taken. */
class Flight<Out> implements WaitScope {
  /** What is to be handed out, once known. */
  outcome: { readonly item: Out } | typeof SKIPPED | undefined = undefined;
  /** It will not be handed over. */
  isDropped = false;
  isTaken = false;
  isDone = false;
  readonly #clears: (() => void)[] = [];

  onEnd(clear: () => void): void {
    if (this.isDone) clear();
    else this.#clears.push(clear);
  }

  /** Nobody waits for its end any more. */
  end(): void {
    this.isDone = true;
    for (const clear of this.#clears.splice(0)) clear();
  }
}

class Pump<In, Out> {
  readonly #session: Session;
  readonly #work: StreamWork<In, Out>;
  readonly #feed: StreamFeed<Out>;
  readonly #flights = new Set<Flight<Out>>();
  /** The flights that are not handed over: neither in the feed, nor taken, nor skipped. Oldest first. */
  readonly #line = new Set<Flight<Out>>();
  /** Items of the source are read and begun. */
  #isReading = true;
  /** The end of the stream, due when the line is empty. */
  #finale: (() => void) | undefined = undefined;
  /** Called when there may be room, or nothing is read any more. */
  #wake: () => void = () => undefined;
  #endWatch: () => void = () => undefined;

  constructor(session: Session, work: StreamWork<In, Out>) {
    this.#session = session;
    this.#work = work;
    const action = `take the next item of the stream (${work.action})`;
    this.#feed = new StreamFeed<Out>({
      wait: (begin) => waitFor(session, work.wait, action, begin),
      close: (left) => this.#readerLeft(left),
    });
  }

  start(): Stream<Out> {
    const { action, signal } = this.#work;
    const onAbort = () => this.#fail(signal?.reason);
    const endWatch = this.#session.watchWorkers(() => {
      const isOpen = this.#session.status === "running" || this.#session.status === "connecting";
      if (!isOpen) this.#fail(troupeError("client/closed", `Cannot ${action}: client is closed`));
    });
    this.#endWatch = () => {
      endWatch();
      signal?.removeEventListener("abort", onAbort);
    };
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted === true) onAbort();
    else void this.#run();
    return this.#feed.stream();
  }

  // ----- in: an async loop, so that what it submits belongs to the task that made the stream

  async #run(): Promise<void> {
    const { source } = this.#work;
    try {
      while (await this.#hasRoom()) {
        const next = await source.next();
        if (next.done === true) break;
        if (this.#isReading) this.#begin(next.value);
        else source.release(next.value);
      }
      if (this.#isReading) await source.close(); // of several sources, one may have more
      if (this.#isReading) this.#endWith(() => this.#feed.end());
    } catch (error) {
      if (this.#isReading) this.#endWith(() => this.#feed.fail(error));
    }
  }

  /** Resolves when there is room for one more: true; or when nothing is read any more: false. */
  async #hasRoom(): Promise<boolean> {
    while (this.#isReading && this.#flights.size >= this.#limit()) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#isReading;
  }

  #limit(): number {
    return this.#work.concurrency ?? Math.max(CONCURRENCY_MIN, PER_THREAD * this.#session.threadCount);
  }

  #begin(item: In): void {
    const flight = new Flight<Out>();
    const { early, done } = this.#work.begin(item, flight);
    flight.outcome = early;
    this.#flights.add(flight);
    this.#line.add(flight);
    if (this.#work.isOrdered) this.#handOverInOrder();
    done.then((outcome) => this.#done(flight, outcome), (error) => this.#failed(flight, error));
  }

  // ----- out

  #done(flight: Flight<Out>, outcome: Out | typeof SKIPPED): void {
    flight.end();
    const isNews = flight.outcome === undefined;
    if (isNews) flight.outcome = outcome === SKIPPED ? SKIPPED : { item: outcome };
    if (flight.isDropped) {
      if (isNews) this.#drop(flight);
    } else if (this.#work.isOrdered) this.#handOverInOrder();
    else if (this.#line.has(flight)) this.#handOver(flight);
    this.#leave(flight);
  }

  /** The stream ends with this: in order, once all items before this one are handed over. */
  #failed(flight: Flight<Out>, error: unknown): void {
    flight.end();
    if (flight.isDropped) return;
    let isBehind = !this.#work.isOrdered;
    for (const one of this.#line) {
      isBehind ||= one === flight;
      if (isBehind) this.#drop(one);
    }
    this.#endWith(() => this.#feed.fail(error));
  }

  #handOverInOrder(): void {
    for (const flight of this.#line) {
      if (flight.outcome === undefined) return;
      this.#handOver(flight);
    }
  }

  #handOver(flight: Flight<Out>): void {
    const { outcome } = flight;
    if (outcome === undefined) return;
    const onTaken = () => {
      flight.isTaken = true;
      this.#leave(flight);
    };
    this.#line.delete(flight);
    if (outcome === SKIPPED) onTaken();
    else this.#feed.push(outcome.item, onTaken);
    this.#concludeIfDue();
  }

  #leave(flight: Flight<Out>): void {
    if (flight.isDone && flight.isTaken && this.#flights.delete(flight)) this.#wake();
  }

  #drop(flight: Flight<Out>): void {
    this.#line.delete(flight);
    this.#flights.delete(flight);
    flight.isDropped = true;
    flight.end();
    const { outcome } = flight;
    if (outcome !== undefined && outcome !== SKIPPED) this.#work.drop(outcome.item);
  }

  // ----- the end

  /** Nothing more is read. When all that is in line is handed over, this happens: a later end lies before an earlier. */
  #endWith(finale: () => void): void {
    this.#stopReading();
    this.#finale = finale;
    this.#concludeIfDue();
  }

  #concludeIfDue(): void {
    if (this.#finale === undefined || this.#line.size > 0) return;
    this.#endWatch();
    this.#finale();
  }

  /** The stream ends now, for all but what lies in the feed. */
  #fail(error: unknown): void {
    for (const flight of this.#line) this.#drop(flight);
    this.#endWith(() => this.#feed.fail(error));
  }

  #stopReading(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    this.#wake();
    // What the source fails with at its close is less than why it is closed.
    this.#work.source.close().catch(() => undefined);
  }

  async #readerLeft(left: readonly Out[]): Promise<void> {
    this.#isReading = false;
    this.#wake();
    this.#endWatch();
    for (const item of left) this.#work.drop(item);
    for (const flight of this.#line) this.#drop(flight);
    for (const flight of this.#flights) flight.end();
    await this.#work.source.close();
  }
}
