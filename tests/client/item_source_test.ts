import { assert, assertEquals, assertRejects } from "@std/assert";
import { StreamFeed } from "../../actors/base/stream.ts";
import { isAsyncIterable, isSyncIterable, itemSource, ZippedSource } from "../../actors/client/item_source.ts";
import { failsWith } from "../support/codes.ts";
import { connected, inc } from "./fake_world.ts";

/** A generator that says when it was closed. */
async function* letters(log: string[], name = "letters"): AsyncGenerator<string> {
  try {
    yield "a";
    yield "b";
    yield "c";
  } finally {
    await Promise.resolve();
    log.push(`closed ${name}`);
  }
}

function source(iterable: unknown): ReturnType<typeof itemSource> {
  return itemSource(iterable, "map task", "source 1");
}

Deno.test("itemSource() reads async and sync iterables, texts too, and closes what has not ended", async () => {
  const log: string[] = [];
  const some = source(letters(log));
  assertEquals(await some.next(), { done: false, value: "a" });
  await some.close();
  await some.close();
  assertEquals(log, ["closed letters"]);
  const all = source("xy");
  assertEquals([await all.next(), await all.next()].map((one) => one.value), ["x", "y"]);
  assertEquals((await all.next()).done, true);
  await all.close();
  assertEquals([isAsyncIterable(letters(log)), isSyncIterable(letters(log))], [true, false]);
  assertEquals([isAsyncIterable([]), isSyncIterable([]), isSyncIterable(""), isSyncIterable(null)], [
    false,
    true,
    true,
    false,
  ]);
});

Deno.test("itemSource() does not wait for a generator that is busy with an item", async () => {
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  async function* slow(): AsyncGenerator<number> {
    try {
      await gate.promise;
      yield 1;
    } finally {
      log.push("closed slow");
    }
  }
  const some = source(slow());
  const next = some.next();
  await some.close();
  assertEquals(log, []);
  gate.resolve();
  await next;
  await Promise.resolve();
  assertEquals(log, ["closed slow"]);
});

Deno.test("itemSource() rejects with what its source throws, and does not close it again", async () => {
  async function* broken(): AsyncGenerator<number> {
    yield await Promise.reject(new RangeError("x"));
  }
  const some = source(broken());
  await assertRejects(() => some.next(), RangeError, "x");
  await some.close();
});

Deno.test("itemSource() refuses what is no iterable", async () => {
  const error = await failsWith("input/invalid", () => source(5));
  assertEquals(error.message, "Cannot map task: source 1 is 5");
});

Deno.test("ZippedSource ends with the shortest and closes the rest; one that fails fails all", async () => {
  const log: string[] = [];
  const zipped = new ZippedSource([source(letters(log)), source([1, 2])]);
  assertEquals((await zipped.next()).value, ["a", 1]);
  assertEquals((await zipped.next()).value, ["b", 2]);
  assertEquals((await zipped.next()).done, true);
  await zipped.close();
  assertEquals(log, ["closed letters"]);
  async function* broken(): AsyncGenerator<number> {
    yield await Promise.reject(new RangeError("x"));
  }
  const failing = new ZippedSource([source(letters(log, "two")), source(broken())]);
  await assertRejects(() => failing.next(), RangeError, "x");
  await failing.close();
  assertEquals(log, ["closed letters", "closed two"]);
});

Deno.test("ZippedSource gives up the futures of half a row, if they came from a stream of ours", async () => {
  const { client } = connected();
  const impure = client.with({ pure: false });
  const [mine, theirs] = [impure.submit(inc, 1), impure.submit(inc, 2)];
  const feed = new StreamFeed<unknown>({ close: () => undefined });
  feed.push(mine);
  async function* held(): AsyncGenerator<unknown> {
    yield await Promise.resolve(theirs);
  }
  const zipped = new ZippedSource([source(feed.stream()), source(held()), source([])]);
  assertEquals((await zipped.next()).done, true);
  await failsWith("future/released", () => mine.result());
  assert(!theirs.done && theirs.whenDone(() => undefined) !== undefined);
});
