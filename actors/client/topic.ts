/** Items for all who listen, in a whole cluster. @module */
import { checkMailboxOptions, type MailboxOptions } from "../actor/spawn_options.ts";
import { describe, troupeError } from "../base/errors.ts";
import type { Stream } from "../base/stream.ts";
import type { CoordinationRequest } from "../protocol/coordination.ts";
import { showAs } from "./inspect.ts";
import { packShared } from "./shared_item.ts";
import type { SharedOptions } from "./shared_options.ts";
import { sharedName, SharedThing } from "./shared_thing.ts";
import { TopicInbox } from "./topic_inbox.ts";
import { waitFor, type WaitOptions } from "./waiting.ts";

/** Items that wait for one subscriber, unless it says otherwise. */
const CAPACITY = 1_000;

/**
 * Every subscriber gets every item that is published after it subscribed, in the order of publishing. Nothing is kept for
 * later ones.
 *
 * @example Following a computation
 * ```ts
 * import { Client, Topic } from "@troupe/troupe";
 * import { assertEquals } from "@std/assert";
 *
 * await using client = await Client.connect({ threadsPerWorker: 1 });
 * await using losses = new Topic<number>("loss").subscribe();
 * const training = client.submit(async () => {
 *   const losses = new Topic<number>("loss");
 *   for (const loss of [0.5, 0.25, 0.125]) await losses.publish(loss);
 * });
 * const seen: number[] = [];
 * for await (const loss of losses) if (seen.push(loss) === 3) break;
 * assertEquals(seen, [0.5, 0.25, 0.125]);
 * await training.result();
 * ```
 */
export class Topic<T> {
  readonly #thing: SharedThing;

  /** The topic of this name. Throws `input/invalid`. */
  constructor(name: string, options: SharedOptions = {}) {
    if (typeof name !== "string") {
      throw troupeError("input/invalid", `Cannot make topic: its name is ${describe(name)}`, { hint: "Give a text" });
    }
    this.#thing = new SharedThing(
      this,
      { kind: "topic", names: [sharedName("topic", name)], setting: undefined },
      options,
    );
  }

  /** Its name. */
  get name(): string {
    return this.#thing.form.names[0]!;
  }

  /** Names the type; marks it as one value. */
  get [Symbol.toStringTag](): "Topic" {
    return "Topic";
  }

  /**
   * Hands the item to all subscribers; waits while one with `overflow: "wait"` is full. Rejects with `topic/full` when one
   * with `overflow: "reject"` is: then nobody gets it.
   */
  async publish(item: T, wait?: WaitOptions): Promise<void> {
    const action = `publish in ${this.#thing.label}`;
    const packed = packShared(this.#thing.session(action), item, "item", action);
    await this.#thing.order(action, { type: "topic-publish", name: this.name, ...packed }, wait);
  }

  /**
   * Live from this call on. Items that were not taken yet count as waiting: `capacity` (default 1,000) and `capacityBytes`
   * say how many may, `overflow` (default `"wait"`) what happens to one too many: its publisher waits or is refused, or the
   * oldest one makes room. Leaving the stream ends the subscription; in a task, so does the task's end.
   */
  subscribe(options: MailboxOptions = {}): Stream<T> {
    const action = `subscribe to ${this.#thing.label}`;
    checkMailboxOptions(options, action);
    const session = this.#thing.session(action);
    const { capacity = CAPACITY, capacityBytes, overflow = "wait" } = options;
    const limits = { capacity, capacityBytes: capacityBytes ?? Infinity, dropsOldest: overflow === "drop-oldest" };
    const inbox = new TopicInbox<T>(
      limits,
      (item) => session.unpackLoading(item) as T | Promise<T>, // what comes out is what was published, by its type
      (begin) =>
        waitFor(session, undefined, `get an item of ${this.#thing.label}`, (scope) => {
          scope.endWithTask();
          return begin();
        }),
    );
    const request: CoordinationRequest = {
      type: "topic-subscribe",
      name: this.name,
      capacity: Number.isFinite(capacity) ? Math.floor(capacity) : 0,
      capacityBytes: Number.isFinite(limits.capacityBytes) ? capacityBytes : undefined,
      overflow,
    };
    return inbox.open(session.desk.subscribe(action, request, inbox));
  }

  static {
    SharedThing.useClass("Topic", ([name]) => new Topic(name ?? ""));
    showAs(this.prototype, (topic) => #thing in topic ? `<Topic: ${describe(topic.name)}>` : "Topic {}");
  }
}
