import type { Clock } from "../base/clock.ts";
import type { TroupeError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";

/** What a connection calls back. A handler that throws breaks the connection. */
export interface ConnectionHandlers {
  /** One message has come whole: everything the other end said within one flush. Never before `open`, never after `closed`. */
  message(message: unknown): void;
  /** The end; called exactly once. No reason: one of the two ends closed in order. */
  closed(reason: TroupeError | undefined): void;
}

/** Two ends that exchange messages in order, wherever the other end is. Starts unref'ed and silent until `open`. */
export interface Connection {
  /** "reference": objects handed over as they are; "clone": structured clone of plain tuples; "bytes": MessagePack. */
  readonly level: "reference" | "clone" | "bytes";
  /** The other end, for messages: "tcp://127.0.0.1:40123", "thread executor-1". */
  readonly peer: string;
  /** Takes over a plain message; order is kept; never blocks, never throws; after the end it is dropped. */
  send(message: unknown): void;
  /** Bytes not yet taken by the system; 0 where nothing is queued on this side. */
  readonly bufferedBytes: number;
  /** Resolves when `bufferedBytes` is below `limits.bufferedBytesHigh`, or the connection has ended. */
  drained(): Promise<void>;
  /** Starts delivery. Called once. Handlers are never called from within `send`, `open`, `close` or `abort`. */
  open(handlers: ConnectionHandlers): void;
  /** Says what was sent, then ends. Idempotent. Resolves when the underlying resource is gone; aborts after a deadline. */
  close(): Promise<void>;
  /** Ends at once with this reason, which the own `closed` handler gets; the other end sees `link/down`. */
  abort(reason: TroupeError): void;
  /** Lets the connection keep the process alive. A switch, not a count. */
  ref(): void;
  /** Lets the process end although the connection is open: how every connection starts. */
  unref(): void;
}

/** What a transport takes from the world around it. */
export interface TransportWorld {
  /** Time for heartbeats, deadlines and back-off. */
  readonly clock: Clock;
  /** Sizes and times that may not be exceeded. */
  readonly limits: Limits;
}
