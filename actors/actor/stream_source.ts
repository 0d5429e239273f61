/** The inner side of a stream between actors: runs a generator, one step at a time, as far as its reader has credit. @module */
import { setImmediate } from "node:timers";
import { asError, troupeError } from "../base/errors.ts";
import type { Packed } from "../protocol/packed.ts";
import { parseActorAddress } from "./actor_address.ts";
import type { Behaviour, BehaviourContext } from "./conversation.ts";
import { packError } from "./error_data.ts";
import type { Post } from "./ref.ts";
import { batchBytes, type StreamBatch, type StreamRequest } from "./stream_conversation.ts";

/** A batch is sent as it is once its items occupy this much. */
const BATCH_BYTES = 1024 ** 2;

/** How long a failed generator waits for its reader before it fails its actor. */
const GRACE_MS = 1_000;

/** What a source is made of. */
export interface StreamSourceOptions {
  /** What to run. */
  readonly iterator: AsyncIterator<unknown>;
  /** Runs a step as a message of the actor whose generator it is: never in the middle of another one. */
  readonly act: (step: () => Promise<void>) => void;
  /** An item as it travels; throws what refuses it. */
  readonly pack: (item: unknown) => Packed;
  /** Watches the reader, and time. */
  readonly post: Pick<Post, "watch" | "after">;
}

/** A pull that waits for items. */
type Answer = (batch: StreamBatch) => void;

/** Gives the items of one generator to one reader. It ends with the generator, the reader, or the actor. */
export class StreamSource implements Behaviour<StreamRequest, StreamBatch> {
  readonly #options: StreamSourceOptions;
  #context: BehaviourContext | undefined;
  /** Made, not yet sent. */
  #items: Packed[] = [];
  /** Items that may still be made before the next pull. */
  #credit = 0;
  /** The pull in hand. */
  #answer: Answer | undefined;
  /** Whether a step is in the actor's mailbox or at work. */
  #isStepping = false;
  /** Whether the items at hand leave soon. */
  #isDue = false;
  /** How the generator ended; set once. */
  #end: Omit<StreamBatch, "items"> | undefined;
  /** Whether the reader was told of the end, and who waits for that. */
  #isHeard = false;
  #onHeard: () => void = () => {};
  /** The watch of the reader, from the first pull on. */
  #reader: Disposable | undefined;

  constructor(options: StreamSourceOptions) {
    this.#options = options;
  }

  start(context: BehaviourContext): void {
    this.#context = context;
  }

  receive(request: StreamRequest): Promise<StreamBatch> | undefined {
    if (request.type === "close") return void this.#leave();
    if (this.#answer !== undefined) throw troupeError("wire/malformed", "Cannot pull: a pull is in hand already");
    this.#watchReader(request.reader);
    // What is made already is part of it.
    this.#credit = request.credit - this.#items.length;
    return new Promise((resolve) => {
      this.#answer = resolve;
      if (this.#end !== undefined || this.#items.length > 0) this.#flush();
      this.#goOn();
    });
  }

  async stop(): Promise<void> {
    this.#onHeard();
    this.#reader?.[Symbol.dispose]();
    const returned = this.#end === undefined ? this.#options.iterator.return?.() : undefined;
    this.#end ??= { state: "over", error: undefined };
    // A step that is still at work may never end: then the generator ends behind it, or not at all.
    if (!this.#isStepping) await returned;
    else returned?.catch(() => undefined);
  }

  #watchReader(reader: string): void {
    this.#reader ??= this.#options.post.watch(parseActorAddress(reader), () => this.#leave());
  }

  #goOn(): void {
    if (this.#isStepping || this.#end !== undefined || this.#credit <= 0) return;
    this.#isStepping = true;
    this.#options.act(() => this.#step());
  }

  /** One step of the generator. What it throws fails the actor, as in any method, once the reader has been told. */
  async #step(): Promise<void> {
    if (this.#end !== undefined) return;
    try {
      const { done, value } = await this.#options.iterator.next();
      this.#isStepping = false;
      if (done === true) return this.#over({ state: "over", error: undefined });
      this.#credit--;
      this.#items.push(this.#options.pack(value));
    } catch (error) {
      this.#isStepping = false;
      this.#over({ state: "failed", error: packError(asError(error)) });
      await this.#heard();
      throw error;
    }
    if (this.#credit <= 0 || batchBytes(this.#items) >= BATCH_BYTES) this.#flush();
    else this.#flushSoon();
    this.#goOn();
  }

  /** The reader has left: the generator is closed, as a message of its actor. */
  #leave(): void {
    if (this.#end !== undefined) return;
    this.#end = { state: "over", error: undefined };
    this.#flush();
    this.#options.act(async () => {
      try {
        await this.#options.iterator.return?.();
      } finally {
        this.#context?.end();
      }
    });
  }

  /** The end of the actor is the end of its streams: so the reader hears first, if he comes for it soon. */
  #heard(): Promise<void> | undefined {
    if (this.#isHeard) return undefined;
    return new Promise((resolve) => {
      const timer = this.#options.post.after(GRACE_MS, resolve);
      this.#onHeard = () => {
        timer[Symbol.dispose]();
        resolve();
      };
    });
  }

  #over(end: Omit<StreamBatch, "items">): void {
    this.#end ??= end;
    this.#flush();
  }

  /** What is made in one go travels in one batch. */
  #flushSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      if (this.#items.length > 0) this.#flush();
    });
  }

  #flush(): void {
    const answer = this.#answer;
    if (answer === undefined) return;
    this.#answer = undefined;
    const items = this.#items;
    this.#items = [];
    answer({ items, ...this.#end ?? { state: "open", error: undefined } });
    if (this.#end === undefined) return;
    this.#isHeard = true;
    this.#onHeard();
    queueMicrotask(() => this.#context?.end());
  }
}
