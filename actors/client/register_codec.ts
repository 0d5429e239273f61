import { instanceCodecs } from "./defaults.ts";

/**
 * Lets instances of a class travel: as arguments, inside data, captured by functions, as results, and wherever else values
 * go. Called once, before the first instance travels, in the program or module that makes them: the codec travels with them
 * like a function, with the class itself. So workers need not know it, and all instances on one executor have one class.
 *
 * Instances of subclasses travel by the codec of their base class if it gives them back as what they were.
 *
 * @example A class with a codec
 * ```ts
 * import { Client, registerCodec } from "@troupe/troupe";
 * import { assert, assertEquals } from "@std/assert";
 *
 * class Money {
 *   constructor(readonly cents: number) {}
 * }
 * registerCodec(Money, { name: "money", encode: (money) => money.cents, decode: (cents) => new Money(cents) });
 *
 * await using client = await Client.connect({ threadsPerWorker: 1 });
 * const doubled = client.submit((money: Money) => new Money(2 * money.cents), new Money(21));
 * const money = await doubled.result();
 * assert(money instanceof Money);
 * assertEquals(money.cents, 42);
 * ```
 *
 * @param type The class.
 * @param codec `encode` makes something that travels of an instance: data, or instances of other registered classes. `decode`
 * makes an instance of that. `name` stands for the class in messages.
 * @throws {TroupeError} `input/invalid` for what is no class or no codec, for a name that another class has, and for a class
 * that travels by itself. What `decode` throws, a task fails with; what cannot travel is refused where it is sent, with
 * `task/not-serializable`.
 */
export function registerCodec<T, E>(
  type: abstract new (...args: never[]) => T,
  codec: { name: string; encode(value: T): E; decode(encoded: E): T },
): void {
  instanceCodecs().add(type, codec);
}
