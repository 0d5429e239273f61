import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { outletOf, StreamFeed } from "../../actors/base/stream.ts";

/** A feed that writes down what its reader does. */
function recorded(): { feed: StreamFeed<number>; log: string[] } {
  const log: string[] = [];
  const feed = new StreamFeed<number>({ close: (left) => void log.push(`left ${left}`) });
  return { feed, log };
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

Deno.test("Stream hands items out in order, whether they or their takers come first", async () => {
  const { feed, log } = recorded();
  const stream = feed.stream();
  feed.push(1, () => log.push("taken 1"));
  assertEquals([feed.size, log.length], [1, 0]);
  assertEquals(await stream.next(), { done: false, value: 1 });
  const two = stream.next();
  const three = stream.next();
  await Promise.resolve();
  feed.push(2, () => log.push("taken 2"));
  feed.push(3);
  assertEquals([await two, await three], [{ done: false, value: 2 }, { done: false, value: 3 }]);
  assertEquals(log, ["taken 1", "taken 2"]);
});

Deno.test("StreamFeed.end() leaves what is there to be taken, and ends those who wait", async () => {
  const { feed, log } = recorded();
  const stream = feed.stream();
  feed.push(1);
  feed.end();
  feed.push(2);
  assertEquals(await Array.fromAsync(stream), [1]);
  assertEquals(await stream.next(), DONE);
  const other = recorded().feed;
  const next = other.stream().next();
  other.end();
  assertEquals(await next, DONE);
  await stream.return?.();
  assertEquals(log, [], "its end is no news to who ended it");
});

Deno.test("StreamFeed.fail() rejects once, after what is there", async () => {
  const { feed } = recorded();
  const stream = feed.stream();
  feed.push(1);
  feed.fail(new RangeError("x"));
  assertEquals(await stream.next(), { done: false, value: 1 });
  await assertRejects(() => stream.next(), RangeError, "x");
  assertEquals(await stream.next(), DONE);
  const other = recorded().feed;
  const waiting = other.stream();
  const [first, second] = [waiting.next(), waiting.next()];
  await Promise.resolve();
  other.fail(new RangeError("y"));
  await assertRejects(() => first, RangeError, "y");
  assertEquals(await second, DONE);
});

Deno.test("Stream tells once that its reader has left, with what nobody took: break, an error, return, disposal", async () => {
  for (const way of ["break", "error", "return", "dispose"] as const) {
    const { feed, log } = recorded();
    for (const value of [1, 2, 3]) feed.push(value);
    const stream = feed.stream();
    if (way === "return") await stream.next();
    try {
      if (way === "dispose") await stream[Symbol.asyncDispose]();
      if (way === "return") await stream.return?.();
      for await (const _ of stream) {
        if (way === "error") throw new Error("body");
        break;
      }
    } catch (error) {
      assertEquals([way, (error as Error).message], ["error", "body"]);
    }
    await stream.return?.();
    assertEquals(log, [way === "dispose" ? "left 1,2,3" : "left 2,3"], way);
    assertEquals([feed.isOver, await stream.next()], [true, DONE]);
    feed.push(4);
    assertEquals(feed.size, 0);
  }
});

Deno.test("Stream.return() ends those who wait, and rejects with what closing failed with", async () => {
  const feed = new StreamFeed<number>({ close: () => Promise.reject(new RangeError("source")) });
  const stream = feed.stream();
  const next = stream.next();
  await Promise.resolve();
  await assertRejects(() => Promise.resolve(stream.return?.()), RangeError, "source");
  assertEquals(await next, DONE);
});

Deno.test("Stream.next() waits through its hook only while nothing is there; a failed wait closes it", async () => {
  let waits = 0;
  const log: string[] = [];
  const feed = new StreamFeed<number>({
    wait(begin) {
      waits++;
      return Promise.race([begin(), timeout.promise]);
    },
    close: (left) => void log.push(`left ${left}`),
  });
  const timeout = Promise.withResolvers<never>();
  const stream = feed.stream();
  feed.push(1);
  await stream.next();
  assertEquals(waits, 0);
  const next = stream.next();
  timeout.reject(new RangeError("late"));
  await assertRejects(() => next, RangeError, "late");
  assertEquals([waits, log, await stream.next()], [1, ["left "], DONE]);
});

Deno.test("Stream is its own iterator and read once; outletOf() knows it and nothing else", async () => {
  const { feed } = recorded();
  const stream = feed.stream();
  assertStrictEquals(stream[Symbol.asyncIterator](), stream);
  feed.push(7);
  const outlet = outletOf(stream);
  assert(outlet !== undefined);
  assertEquals(await outlet.take(), { done: false, value: 7 });
  await outlet.close();
  assertEquals(await stream.next(), DONE);
  for (const other of [undefined, null, 1, {}, Object.create(stream)]) assertEquals(outletOf(other), undefined);
});
