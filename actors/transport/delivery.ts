import { invariant } from "../base/assert.ts";
import { asError, type TroupeError, troupeError } from "../base/errors.ts";
import type { ConnectionHandlers } from "./connection.ts";

/** Hands what a connection receives to its handlers: nothing before `open`, one end, nothing after that. */
export class Delivery {
  /** Set by `open`, once; kept until the end. */
  #handlers: ConnectionHandlers | undefined;
  /** Set once; from then on no message is delivered. */
  #end: { readonly reason: TroupeError | undefined } | undefined;

  /** Whether the connection has ended, even if the handler does not know yet. */
  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** Whether the handlers are there. */
  get opened(): boolean {
    return this.#handlers !== undefined;
  }

  /** Takes the handlers. An end that came before is told now, in a microtask. */
  open(handlers: ConnectionHandlers): void {
    invariant(this.#handlers === undefined, "a connection is opened once");
    this.#handlers = handlers;
    if (this.#end !== undefined) this.#tell(handlers, this.#end.reason);
  }

  /**
   * Delivers a message now; drops it after the end.
   *
   * @returns What the connection must be aborted with, when the handler has thrown.
   */
  message(message: unknown, peer: string): TroupeError | undefined {
    if (this.#end !== undefined) return undefined;
    invariant(this.#handlers !== undefined, "messages are delivered after open");
    try {
      this.#handlers.message(message);
      return undefined;
    } catch (thrown) {
      const cause = asError(thrown);
      return troupeError("link/down", `Cannot deliver message from ${peer}: ${cause.message}`, { cause });
    }
  }

  /**
   * Ends delivery and tells the handler so in a microtask.
   *
   * @returns Whether this was the end; false when there was one before.
   */
  end(reason: TroupeError | undefined): boolean {
    if (this.#end !== undefined) return false;
    this.#end = { reason };
    if (this.#handlers !== undefined) this.#tell(this.#handlers, reason);
    return true;
  }

  #tell(handlers: ConnectionHandlers, reason: TroupeError | undefined): void {
    queueMicrotask(() => handlers.closed(reason));
  }
}
