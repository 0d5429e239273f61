/** What `ask` gives: a promise of the reply, and where the method is a generator, its items. @module */
import { troupeError } from "../base/errors.ts";
import { outletOf, type Stream } from "../base/stream.ts";

/**
 * The reply to a call. Nobody knows what a method elsewhere will give, so one object is both: awaited, it gives the reply
 * (of a generator: the stream); read item by item, it is the stream.
 */
export class AskReply extends Promise<unknown> implements Omit<Stream<unknown>, "throw"> {
  /** The next item. */
  async next(): Promise<IteratorResult<unknown, undefined>> {
    return await (await this.#stream()).next();
  }

  /** Leaves the stream, if it is one: where there is none, whoever reads or awaits hears why. */
  async return(): Promise<IteratorResult<unknown, undefined>> {
    const reply = await this.catch(() => undefined);
    if (isStream(reply)) await reply[Symbol.asyncDispose]();
    return { done: true, value: undefined };
  }

  /** Itself: a stream is read once. */
  [Symbol.asyncIterator](): Stream<unknown> {
    return this;
  }

  /** Leaves the stream. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #stream(): Promise<Stream<unknown>> {
    const reply = await this;
    if (isStream(reply)) return reply;
    throw troupeError("input/invalid", "Cannot read reply item by item: the method is no async generator", {
      hint: "Await the reply",
    });
  }
}

// As promises see it, it is a plain one: what `then` gives is plain, and an `await` takes it without a second promise.
Object.defineProperty(AskReply.prototype, "constructor", { value: Promise, writable: true, configurable: true });

function isStream(reply: unknown): reply is Stream<unknown> {
  return outletOf(reply) !== undefined;
}
