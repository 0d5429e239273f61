/** What waits for one subscriber of a topic. @module */
import { asError } from "../base/errors.ts";
import { type Stream, StreamFeed, type StreamHooks } from "../base/stream.ts";
import { type Packed, packedBytes } from "../protocol/packed.ts";
import type { Listener, SubscriptionHandle } from "./shared_desk.ts";

/** How much may wait, and what then. */
export interface InboxLimits {
  /** Items. */
  readonly capacity: number;
  /** Bytes. */
  readonly capacityBytes: number;
  /** Whether the oldest items make room; else publishers see to it that there is some. */
  readonly dropsOldest: boolean;
}

/** The items of one subscriber, from their arrival until they are taken. */
export class TopicInbox<T> implements Listener {
  readonly #limits: InboxLimits;
  readonly #read: (item: Packed) => T | Promise<T>;
  readonly #feed: StreamFeed<T>;
  /** Sizes of the items inside, oldest first. */
  readonly #sizes: number[] = [];
  #bytes = 0;
  /** Set at once after it was made: nothing arrives before. */
  #subscription: SubscriptionHandle | undefined = undefined;
  /** Settles when all that have come are in the feed; from the first on that must be loaded. */
  #arriving: Promise<void> | undefined = undefined;
  /** Taken, and not told yet. */
  #taken = 0;

  /**
   * An empty inbox.
   *
   * @param read Decodes an item; with a promise when modules must be loaded for it.
   * @param wait Wraps each wait for an item.
   */
  constructor(limits: InboxLimits, read: (item: Packed) => T | Promise<T>, wait: NonNullable<StreamHooks<T>["wait"]>) {
    this.#limits = limits;
    this.#read = read;
    this.#feed = new StreamFeed<T>({ wait, close: () => this.#subscription?.end() });
  }

  /** Opens it: the stream that takes the items. */
  open(subscription: SubscriptionHandle): Stream<T> {
    this.#subscription = subscription;
    return this.#feed.stream();
  }

  /** An item has come; one that cannot be read ends the stream. */
  item(item: Packed): void {
    if (this.#arriving === undefined) void this.#arrive(item);
    else this.#arriving = this.#arriving.then(() => this.#arrive(item));
  }

  /** Decodes an item: at once, unless modules must be loaded for it. Then those that come after wait. */
  #arrive(item: Packed): void | Promise<void> {
    try {
      const value = this.#read(item);
      if (!(value instanceof Promise)) return this.#add(item, value);
      const added = value.then((loaded) => this.#add(item, loaded), (error) => this.end(asError(error)));
      this.#arriving ??= added;
      return added;
    } catch (error) {
      this.end(asError(error));
    }
  }

  /** Futures in it are claimed by now; with `drop-oldest` that is all that the scheduler waits for. */
  #add(item: Packed, value: T): void {
    const { capacity, capacityBytes, dropsOldest } = this.#limits;
    const bytes = packedBytes(item);
    this.#sizes.push(bytes);
    this.#bytes += bytes;
    if (dropsOldest) this.#tell();
    this.#feed.push(value, () => this.#left());
    while (dropsOldest && (this.#feed.size > capacity || (this.#bytes > capacityBytes && this.#feed.size > 1))) {
      void this.#feed.take();
    }
  }

  /** No more items come. */
  end(error: Error): void {
    this.#feed.fail(error);
  }

  #left(): void {
    this.#bytes -= this.#sizes.shift() ?? 0;
    if (!this.#limits.dropsOldest) this.#tell();
  }

  /** Tells of all that were taken within one microtask at once. */
  #tell(): void {
    if (this.#taken++ > 0) return;
    queueMicrotask(() => {
      const count = this.#taken;
      this.#taken = 0;
      this.#subscription?.took(count);
    });
  }
}
