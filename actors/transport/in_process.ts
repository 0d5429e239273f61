import { type TroupeError, troupeError } from "../base/errors.ts";
import type { Connection, ConnectionHandlers } from "./connection.ts";
import { Delivery } from "./delivery.ts";

/** Options of {@linkcode inProcessPair}. */
export interface InProcessPairOptions {
  /** What each end is called by the other. Default: "in-process 1" and "in-process 2". */
  readonly names?: readonly [string, string];
  /** A handle on what lies between the ends, for tests and simulation. */
  readonly cable?: InProcessCable;
}

/** What lies between the two ends of {@linkcode inProcessPair}: it can be frozen, thawed and cut. */
export class InProcessCable {
  /** While true nothing is delivered; what is said waits, in order. */
  #frozen = false;
  /** The two ends, from `attach` on. */
  #ends: readonly InProcessEnd[] = [];

  /** Whether deliveries wait. */
  get frozen(): boolean {
    return this.#frozen;
  }

  /** Joins the two ends; for {@linkcode inProcessPair}. */
  attach(ends: readonly InProcessEnd[]): void {
    this.#ends = ends;
  }

  /** Holds everything back, the end included, as a stuck network does. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Delivers what was held back, then goes on. */
  thaw(): void {
    this.#frozen = false;
    for (const end of this.#ends) end.schedule();
  }

  /** Ends both ends at once; what was on its way is lost. */
  cut(reason: TroupeError): void {
    for (const end of this.#ends) end.drop(reason);
  }
}

/**
 * A connection within one thread: messages are handed over as they are, in order, by microtask.
 *
 * @param options Names for messages and a handle to break the connection.
 * @returns The two ends.
 */
export function inProcessPair(options: InProcessPairOptions = {}): [Connection, Connection] {
  const [firstName, secondName] = options.names ?? ["in-process 1", "in-process 2"];
  const cable = options.cable ?? new InProcessCable();
  const first = new InProcessEnd(secondName, cable);
  const second = new InProcessEnd(firstName, cable);
  first.connect(second);
  second.connect(first);
  cable.attach([first, second]);
  return [first, second];
}

class InProcessEnd implements Connection {
  readonly level = "reference";
  readonly peer: string;
  readonly bufferedBytes = 0;
  readonly #cable: InProcessCable;
  readonly #delivery = new Delivery();
  /** The other end; undefined once this one has ended. */
  #other: InProcessEnd | undefined;
  /** Arrived, not delivered; emptied by `#deliver` and at the end. */
  #arrived: unknown[] = [];
  /** What the other end said last; nothing arrives after it. */
  #goodbye: { readonly reason: TroupeError | undefined } | undefined;
  /** Whether a microtask will deliver; cleared when it runs. */
  #scheduled = false;

  constructor(peer: string, cable: InProcessCable) {
    this.peer = peer;
    this.#cable = cable;
  }

  connect(other: InProcessEnd): void {
    this.#other = other;
  }

  send(message: unknown): void {
    const other = this.#other;
    if (other === undefined || other.#delivery.ended) return;
    other.#arrived.push(message);
    other.schedule();
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  open(handlers: ConnectionHandlers): void {
    this.#delivery.open(handlers);
    this.schedule();
  }

  close(): Promise<void> {
    this.#end(undefined, undefined);
    return Promise.resolve();
  }

  abort(reason: TroupeError): void {
    const down = troupeError("link/down", `Link to ${this.#nameForOther()} is down: ${reason.message}`);
    this.#end(reason, down);
  }

  ref(): void {
    // Nothing in this thread's memory keeps a process alive.
  }

  unref(): void {
    // As in `ref`.
  }

  /** Ends this end alone, without a word to the other. */
  drop(reason: TroupeError | undefined): void {
    this.#other = undefined;
    this.#arrived = [];
    this.#delivery.end(reason);
  }

  /** Delivers in a microtask, when there is something to deliver and somebody to take it. */
  schedule(): void {
    if (this.#scheduled || this.#cable.frozen || !this.#delivery.opened || this.#delivery.ended) return;
    if (this.#arrived.length === 0 && this.#goodbye === undefined) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    this.#scheduled = false;
    if (this.#cable.frozen) return;
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const [index, message] of arrived.entries()) {
      if (this.#cable.frozen) {
        this.#arrived = [...arrived.slice(index), ...this.#arrived];
        return;
      }
      const fault = this.#delivery.message(message, this.peer);
      if (fault !== undefined) this.abort(fault);
      if (this.#delivery.ended) return;
    }
    if (this.#arrived.length > 0) this.schedule();
    else if (this.#goodbye !== undefined) this.drop(this.#goodbye.reason);
  }

  #end(own: TroupeError | undefined, others: TroupeError | undefined): void {
    const other = this.#other;
    this.drop(own);
    if (other === undefined || other.#goodbye !== undefined) return;
    other.#goodbye = { reason: others };
    other.schedule();
  }

  #nameForOther(): string {
    return this.#other?.peer ?? "a closed connection";
  }
}
