/** One link to another system. @module */
import type { TroupeError } from "../base/errors.ts";
import { asError, troupeError } from "../base/errors.ts";
import type { Connection } from "../transport/connection.ts";
import type { SystemId } from "./actor_address.ts";
import { type Envelope, packEnvelope, parseEnvelope } from "./envelope.ts";
import * as p from "../protocol/parse.ts";

/** What a link tells its system. */
export interface LinkHandlers {
  /** An envelope came. */
  envelope(envelope: Envelope, link: Link): void;
  /** The link is gone; called once. */
  down(link: Link, reason: TroupeError): void;
}

/** Calls `flush` soon, once: what is sent until then leaves together. */
export type Pace = (flush: () => void) => void;

/** A link: envelopes both ways, in order. All envelopes of one microtask leave as one frame. */
export class Link {
  /** The system at the other end. */
  readonly system: SystemId;
  /** Where the other end listens; "" when it does not. */
  readonly contact: string;
  /** The other end, for messages. */
  readonly peer: string;
  readonly #connection: Connection;
  /** Envelopes of this microtask, as tuples. */
  #outbox: unknown[] = [];
  /** Whether the link works: false from the end on, for ever. */
  #isUp = true;

  readonly #ended = Promise.withResolvers<void>();

  /** When a frame leaves: at the end of the microtask, unless the system that owns the link has a better moment. */
  pace: Pace = queueMicrotask;

  /** Names this link for all time, at both ends; "" for one without a socket. */
  readonly id: string;

  constructor(system: SystemId, contact: string, connection: Connection, id = "") {
    this.id = id;
    this.system = system;
    this.contact = contact;
    this.peer = connection.peer;
    this.#connection = connection;
  }

  /** Whether envelopes can still leave. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Resolves when the link is down, whoever ended it. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Starts delivery. */
  open(handlers: LinkHandlers): void {
    this.#connection.open({
      message: (message) => {
        try {
          for (const data of p.fields(message)) handlers.envelope(parseEnvelope(data), this);
        } catch (error) {
          this.abort(troupeError("wire/malformed", `Cannot go on with link to ${this.peer}`, { cause: error }));
        }
      },
      closed: (reason) => {
        this.#isUp = false;
        this.#outbox = [];
        this.#ended.resolve();
        handlers.down(this, reason ?? troupeError("link/down", `Link to ${this.peer} was closed by the other side`));
      },
    });
  }

  /** Sends with all else of this microtask; order is kept. Dropped when the link is down: its system was told. */
  send(envelope: Envelope): void {
    if (!this.#isUp) return;
    if (this.#outbox.length === 0) this.pace(this.#flush);
    this.#outbox.push(packEnvelope(envelope));
  }

  /** Sends now what waits. */
  #flush = (): void => {
    const frame = this.#outbox;
    if (frame.length === 0) return;
    this.#outbox = [];
    this.#connection.send(frame);
  };

  /** Resolves when what was sent is mostly out; undefined when all of it is. */
  drained(): Promise<void> | undefined {
    return this.#connection.bufferedBytes === 0 ? undefined : this.#connection.drained();
  }

  /** Says what was sent, then ends. */
  async close(): Promise<void> {
    this.#flush();
    this.#isUp = false;
    await this.#connection.close();
  }

  /** Ends now. */
  abort(reason: unknown): void {
    const error = asError(reason);
    this.#connection.abort(
      error.name === "TroupeError"
        ? error as TroupeError
        : troupeError("link/down", `Link to ${this.peer} broke`, { cause: error }),
    );
  }

  /** Lets it keep the process alive, or not. */
  keepAlive(alive: boolean): void {
    if (alive) this.#connection.ref();
    else this.#connection.unref();
  }
}
