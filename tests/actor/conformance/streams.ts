/** Methods that are generators: streams over `ask`. @module */
import { assert, assertEquals } from "@std/assert";
import { failsWith } from "../../support/codes.ts";
import { Spring } from "./cast.ts";
import type { Trait } from "./place.ts";

/** What holds of every stream. */
export const STREAMS: readonly Trait[] = [
  {
    name: "a generator's items arrive in order, whole, and the stream ends",
    async show(stage) {
      const spring = await stage.spawn(Spring);
      const items = await Array.fromAsync(spring.ask.count(1000));
      assertEquals(items, Array.from({ length: 1000 }, (_, i) => i));
      const sizes = (await Array.fromAsync(spring.ask.big(8))).map((bytes) => [bytes.length, bytes[0]]);
      assertEquals(sizes, Array.from({ length: 8 }, (_, i) => [400_000, i]));
    },
  },
  {
    name: "nothing is made before the first item is wanted, and little more than was wanted",
    async show(stage) {
      const spring = await stage.spawn(Spring);
      const stream = spring.ask.count(1_000_000);
      assertEquals(await spring.ask.made(), 0);
      for (let i = 0; i < 5; i++) assertEquals(await stream.next(), { done: false, value: i });
      await stage.until(async () => await spring.ask.made() >= 20);
      for (let i = 0; i < 20; i++) assert(await spring.ask.made() <= 5 + 64);
      await stream[Symbol.asyncDispose]();
    },
  },
  {
    name: "leaving early closes the generator",
    async show(stage) {
      const spring = await stage.spawn(Spring);
      for await (const item of spring.ask.count(1_000_000)) if (item === 3) break;
      await stage.until(() => spring.ask.isClosed());
      assertEquals(stage.letters, []);
    },
  },
  {
    name: "an error in the middle comes after the items before it, as itself, and fails the actor",
    async show(stage) {
      const spring = await stage.spawn(Spring, { supervision: { onFailure: "stop" } });
      const down = new Promise((resolve) => spring.watch(({ reason }) => resolve(reason)));
      const items: number[] = [];
      const error = await (async () => {
        for await (const item of spring.ask.failAfter(40)) items.push(item);
      })().catch((thrown: unknown) => thrown);
      assertEquals(items.length, 40);
      assert(error instanceof RangeError && error.message === "dried up", String(error));
      assertEquals(await down, "failed");
      const other = await stage.spawn(Spring);
      const { message } = await failsWith("task/not-serializable", () => Array.fromAsync(other.ask.unsendable()));
      assert(message.startsWith('Cannot yield from "unsendable": item '), message);
    },
  },
  {
    name: "messages are handled between two steps, never in the middle of one",
    async show(stage) {
      const spring = await stage.spawn(Spring);
      const items = Array.fromAsync(spring.ask.slowly());
      const looks = Array.fromAsync({ length: 20 }, () => spring.ask.isInStep());
      assertEquals([await items, new Set(await looks)], [["a", "b", "c"], new Set([false])]);
    },
  },
  {
    name: "two streams of one actor do not disturb each other, nor its calls",
    async show(stage) {
      const spring = await stage.spawn(Spring);
      const [a, b, c] = await Promise.all([
        Array.fromAsync(spring.ask.count(300)),
        Array.fromAsync(spring.ask.count(200)),
        spring.ask.made(),
      ]);
      assertEquals([a.length, b.length, typeof c], [300, 200, "number"]);
    },
  },
  {
    name: "the end of the actor ends its streams with a code",
    async show(stage) {
      for (const end of ["stop", "kill"] as const) {
        const spring = await stage.spawn(Spring);
        const stream = spring.ask.count(1_000_000);
        await stream.next();
        await spring[end]();
        const error = await failsWithEither(() => Array.fromAsync(stream));
        assert(["actor/terminated", "link/down"].includes(error), error);
        assertEquals(await stream.next(), { done: true, value: undefined });
      }
    },
  },
];

async function failsWithEither(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
  } catch (error) {
    return String(Reflect.get(Object(error), "code"));
  }
  return "nothing was thrown";
}
