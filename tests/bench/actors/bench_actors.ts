import { Actor, type ActorRef } from "../../../mod.ts";

/** Does as little as an actor can. */
export class SmallServer extends Actor {
  #told = 0;

  smallValue(): number {
    return 7;
  }
  smallValueArg(argument: { readonly values: readonly number[] }): number {
    return argument.values.length;
  }
  async smallValueLater(): Promise<number> {
    await Promise.resolve();
    return 7;
  }
  take(_value: number): void {
    this.#told++;
  }
  told(): number {
    return this.#told;
  }
}

/** Asks others, as a client would. */
export class BatchCaller extends Actor {
  /** `count` asks at once, of each in turn. */
  async batch(servers: readonly ActorRef<SmallServer>[], count: number): Promise<number> {
    const asks = Array.from({ length: count }, (_, index) => servers[index % servers.length]!.ask.smallValue());
    return (await Promise.all(asks)).length;
  }
  /** The same with an argument that is no primitive. */
  async batchArg(server: ActorRef<SmallServer>, count: number): Promise<number> {
    const asks = Array.from({ length: count }, (_, index) => server.ask.smallValueArg({ values: [index] }));
    return (await Promise.all(asks)).length;
  }
}
