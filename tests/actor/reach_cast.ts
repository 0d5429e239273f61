/** Actors that hand themselves and others about, in a module of their own: so they live in all places. @module */
import { Actor, type ActorRef, type Down } from "@troupe/troupe";

/** Has a ref of itself to give. */
export class Giver extends Actor {
  readonly #heard: string[] = [];
  me(): ActorRef<Giver> {
    return this.context.self<Giver>();
  }
  /** A child beside it. */
  async bear(): Promise<ActorRef<Giver>> {
    return await this.context.spawn(Giver, { supervision: { onFailure: "resume" } });
  }
  /** Gives itself in a message. */
  async giveTo(taker: ActorRef<Taker>): Promise<void> {
    await taker.ask.take(this.context.self<Giver>());
  }
  hear(line: string): void {
    this.#heard.push(line);
  }
  /** What it was told by whom. */
  heardOf(line: string): number {
    return this.#heard.filter((heard) => heard === line).length;
  }
  async *count(to: number): AsyncGenerator<number> {
    for (let i = 0; i < to; i++) yield await Promise.resolve(i);
  }
}

/** Takes the ref that it is given, and uses it. */
export class Taker extends Actor {
  #taken: ActorRef<Giver> | undefined;
  #ended: Promise<Down["reason"]> | undefined;
  take(giver: ActorRef<Giver>): void {
    this.#taken = giver;
  }
  /** Asks for the ref itself. */
  async takeFrom(giver: ActorRef<Giver>): Promise<void> {
    this.#taken = await giver.ask.me();
  }
  async handTo(other: ActorRef<Taker>): Promise<void> {
    await other.ask.take(this.#taken!);
  }
  /** Tells it, asks it, reads from it; all is well when the answers are as they should. */
  async use(line: string): Promise<string> {
    const giver = this.#taken!;
    await giver.tell.hear(line);
    const heard = await giver.ask.heardOf(line);
    const items: number[] = [];
    for await (const item of giver.ask.count(3)) items.push(item);
    return `${heard} ${items}`;
  }
  /** Watches another one from now on: when it resolves, the watch has begun. */
  async watch(giver: ActorRef<Giver>): Promise<void> {
    this.#taken = giver;
    const { promise, resolve } = Promise.withResolvers<Down["reason"]>();
    this.#ended = promise;
    giver.watch(({ reason }) => resolve(reason));
    await giver.ask.heardOf("");
  }
  async ended(): Promise<Down["reason"] | undefined> {
    return await this.#ended;
  }
  /** The code of the error of an ask; undefined when there is none. */
  async reach(): Promise<unknown> {
    return await this.#taken!.ask.heardOf("").then(() => undefined, ({ code }) => code);
  }
}
