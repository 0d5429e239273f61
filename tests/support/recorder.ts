import type { TroupeError } from "../../actors/base/errors.ts";
import type { ConnectionHandlers } from "../../actors/transport/connection.ts";

/** Handlers that keep what they get, and can be waited for. */
export class Recorder implements ConnectionHandlers {
  /** All messages so far, in order. */
  readonly messages: unknown[] = [];
  /** How often `closed` was called. */
  closedCount = 0;
  readonly #end = Promise.withResolvers<TroupeError | undefined>();
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  /** Resolves with the reason of the end. */
  get end(): Promise<TroupeError | undefined> {
    return this.#end.promise;
  }

  message(message: unknown): void {
    this.messages.push(message);
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.messages.length < count) return true;
      resolve();
      return false;
    });
  }

  closed(reason: TroupeError | undefined): void {
    this.closedCount++;
    this.#end.resolve(reason);
  }

  /** Resolves with all messages when there are so many. */
  async received(count: number): Promise<unknown[]> {
    if (this.messages.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
    }
    return this.messages;
  }
}
