import type { MessagePort } from "node:worker_threads";
import type { Timer } from "../base/clock.ts";
import { asError, type TroupeError, troupeError } from "../base/errors.ts";
import type { Connection, ConnectionHandlers, TransportWorld } from "./connection.ts";
import { Delivery } from "./delivery.ts";

/** A connection to another thread. */
export interface ThreadConnection extends Connection {
  /** For whoever watches the thread: it has ended, for this reason; undefined when it ended in order. */
  closedBy(reason: TroupeError | undefined): void;
}

/**
 * A connection over a message port: messages travel by structured clone, each wrapped in an array of one (a bare typed
 * array is walked element by element: 0.7 s for 64 MB), and `[]` says goodbye.
 *
 * @param port One end of a channel; from now on used by nobody else.
 * @param peer The other end, for messages: "thread executor-1".
 * @param world Time and limits; `limits.helloTimeoutMs` is also how long the other end may take to say goodbye.
 */
export function threadConnection(port: MessagePort, peer: string, world: TransportWorld): ThreadConnection {
  return new PortConnection(port, peer, world);
}

class PortConnection implements ThreadConnection {
  readonly level = "clone";
  readonly peer: string;
  readonly bufferedBytes = 0;
  readonly #port: MessagePort;
  readonly #world: TransportWorld;
  readonly #delivery = new Delivery();
  /** Resolved when the port has closed. */
  readonly #gone = Promise.withResolvers<void>();
  /** Nothing is sent from `close` or the end on. */
  #sending = true;
  /** Whether the other end has said goodbye, so that its closing is in order. */
  #goodbye = false;
  /** What `ref` and `unref` said last. */
  #isRef = false;
  /** Rings when the other end does not answer our goodbye; cancelled when the port has closed. */
  #deadline: Timer | undefined;

  constructor(port: MessagePort, peer: string, world: TransportWorld) {
    this.#port = port;
    this.peer = peer;
    this.#world = world;
    // Heard from the start: a port that closes before it is opened would else never tell.
    port.on("close", () => this.#portClosed());
    port.unref();
  }

  send(message: unknown): void {
    if (!this.#sending) return;
    try {
      this.#port.postMessage([message]);
    } catch (thrown) {
      const cause = asError(thrown);
      this.abort(troupeError("link/down", `Cannot send message to ${this.peer}: ${cause.message}`, { cause }));
    }
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  open(handlers: ConnectionHandlers): void {
    this.#delivery.open(handlers);
    if (this.#delivery.ended) return;
    this.#listen();
  }

  close(): Promise<void> {
    if (!this.#sending) return this.#gone.promise;
    this.#sending = false;
    // Closing a port drops what the other end has not taken yet, so the other end closes, once it has taken all.
    this.#port.postMessage([]);
    this.#deadline = this.#world.clock.after(this.#world.limits.helloTimeoutMs, () => this.#port.close());
    if (!this.#delivery.opened) this.#listen();
    this.#delivery.end(undefined);
    // Somebody waits for this end, and the other end will answer or the deadline ring.
    this.ref();
    return this.#gone.promise;
  }

  abort(reason: TroupeError): void {
    this.closedBy(reason);
  }

  closedBy(reason: TroupeError | undefined): void {
    this.#sending = false;
    this.#delivery.end(reason);
    this.#port.close();
  }

  ref(): void {
    this.#isRef = true;
    this.#port.ref();
  }

  unref(): void {
    this.#isRef = false;
    this.#port.unref();
  }

  #listen(): void {
    // Not `on("message")`: Deno's walks through every element of the typed arrays it receives, 1.6 s for 8 MB.
    this.#port.addEventListener("message", (event) => this.#arrived("data" in event ? event.data : undefined));
    this.#port.start();
    // Listening changes what keeps the process alive, whatever was asked before.
    if (this.#isRef) this.#port.ref();
    else this.#port.unref();
  }

  #arrived(wrapped: unknown): void {
    if (!Array.isArray(wrapped) || wrapped.length > 1) {
      this.abort(troupeError("wire/malformed", `Cannot read message from ${this.peer}: it is not wrapped in an array`));
    } else if (wrapped.length === 0) {
      this.#goodbye = true;
      this.#sending = false;
      this.#delivery.end(undefined);
      this.#port.close();
    } else {
      const fault = this.#delivery.message(wrapped[0], this.peer);
      if (fault !== undefined) this.abort(fault);
    }
  }

  #portClosed(): void {
    this.#sending = false;
    this.#deadline?.cancel();
    const reason = `Link to ${this.peer} is down: it ended without closing`;
    this.#delivery.end(this.#goodbye ? undefined : troupeError("link/down", reason));
    this.#gone.resolve();
  }
}
