/** The outer side of a stream between actors: pulls batches from its source while somebody reads. @module */
import { asError, TroupeError, troupeError } from "../base/errors.ts";
import { type Stream, StreamFeed } from "../base/stream.ts";
import type { Packed } from "../protocol/packed.ts";
import { parseError } from "./error_data.ts";
import type { Ref } from "./ref.ts";
import type { StreamBatch, StreamRequest } from "./stream_conversation.ts";

/** Items that wait here at most, or are on their way: enough to hide the hop, little enough to be thrown away. */
export const STREAM_WINDOW = 32;

/** What a reader is made of. */
export interface StreamReaderOptions {
  /** Who gives the items. */
  readonly source: Ref<StreamRequest, StreamBatch>;
  /** For messages: the actor whose method it is, and the method. */
  readonly name: string;
  /** An actor that lives as long as the reader's system. */
  readonly reader: string;
  /** An item that arrived. */
  readonly unpack: (item: Packed) => unknown;
  /** Wraps each wait for an item: a deadline, a signal, the process kept alive. */
  readonly wait: <R>(work: Promise<R>) => Promise<R>;
}

/** Reads the items of a source; nothing runs there before the first is wanted. */
export function readStream(options: StreamReaderOptions): Stream<unknown> {
  return new StreamReader(options).feed.stream();
}

class StreamReader {
  readonly feed: StreamFeed<unknown>;
  readonly #options: StreamReaderOptions;
  /** Whether a pull is under way. */
  #isPulling = false;
  /** Whether the source is still there, as far as known. */
  #isOpen = true;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    this.feed = new StreamFeed<unknown>({
      wait: (begin) => {
        this.#pull();
        return options.wait(begin());
      },
      close: () => this.#close(),
    });
  }

  #pull(): void {
    const credit = STREAM_WINDOW - this.feed.size;
    if (this.#isPulling || !this.#isOpen || 2 * credit < STREAM_WINDOW) return;
    this.#isPulling = true;
    this.#options.source.ask({ type: "pull", credit, reader: this.#options.reader }).then(
      (batch) => this.#take(batch),
      (error) => this.#fail(asError(error)),
    );
  }

  #take({ items, state, error }: StreamBatch): void {
    this.#isPulling = false;
    this.#isOpen &&= state === "open";
    try {
      for (const item of items) this.feed.push(this.#options.unpack(item), () => this.#pull());
      if (state === "over") this.feed.end();
      else if (state === "failed") this.feed.fail(parseError(error));
      else this.#pull();
    } catch (thrown) {
      this.#close();
      this.feed.fail(thrown);
    }
  }

  /** The source is gone: its actor has ended, or the link. */
  #fail(error: Error): void {
    this.#isOpen = false;
    if (!TroupeError.is(error)) return this.feed.fail(error);
    const message = `Cannot go on with stream ${this.#options.name}: its actor cannot be reached any more`;
    this.feed.fail(troupeError(error.code, message, { cause: error }));
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#options.source.tell({ type: "close" });
  }
}
