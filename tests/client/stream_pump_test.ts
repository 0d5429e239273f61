import { assertEquals, assertRejects } from "@std/assert";
import type { Stream } from "../../actors/base/stream.ts";
import { itemSource } from "../../actors/client/item_source.ts";
import { type Begun, SKIPPED, startStream, type StreamWork } from "../../actors/client/stream_pump.ts";
import { failsWith } from "../support/codes.ts";
import { type Connected, connected, settle } from "./fake_world.ts";

/** Work on numbers whose ends a test decides. */
class Desk {
  readonly place: Connected = connected();
  readonly begun: number[] = [];
  readonly dropped: string[] = [];
  readonly ended: number[] = [];
  closed = 0;
  readonly #ends = new Map<number, PromiseWithResolvers<string | typeof SKIPPED>>();

  stream(count: number, options: Partial<StreamWork<number, string>> & { early?: boolean } = {}): Stream<string> {
    const { early = false, ...rest } = options;
    return startStream<number, string>(this.place.session, {
      action: "test",
      source: itemSource(this.#numbers(count), "test", "source") as StreamWork<number, string>["source"],
      concurrency: 2,
      isOrdered: true,
      wait: undefined,
      signal: undefined,
      begin: (item, scope): Begun<string> => {
        this.begun.push(item);
        scope.onEnd(() => this.ended.push(item));
        const end = Promise.withResolvers<string | typeof SKIPPED>();
        this.#ends.set(item, end);
        return early ? { early: { item: `item ${item}` }, done: end.promise } : { done: end.promise };
      },
      drop: (item) => void this.dropped.push(item),
      ...rest,
    });
  }

  async finish(item: number, outcome: string | typeof SKIPPED = `item ${item}`): Promise<void> {
    this.#ends.get(item)?.resolve(outcome);
    await settle();
  }

  async fail(item: number): Promise<void> {
    this.#ends.get(item)?.reject(new RangeError(`bad ${item}`));
    await settle();
  }

  async *#numbers(count: number): AsyncGenerator<number> {
    try {
      for (let i = 0; i < count; i++) yield await Promise.resolve(i);
    } finally {
      this.closed++;
    }
  }
}

Deno.test("startStream() begins at once, with as many items as may be unfinished or not yet taken", async () => {
  const desk = new Desk();
  const stream = desk.stream(9, { early: true });
  await settle();
  assertEquals(desk.begun, [0, 1]);
  assertEquals((await stream.next()).value, "item 0", "taken before it is finished");
  await settle();
  assertEquals(desk.begun, [0, 1], "it is not finished");
  await desk.finish(1);
  assertEquals(desk.begun, [0, 1], "it is not taken");
  await desk.finish(0);
  assertEquals(desk.begun, [0, 1, 2]);
  await stream.next();
  await settle();
  assertEquals(desk.begun, [0, 1, 2, 3]);
});

Deno.test("startStream() keeps the order, and hands out what is skipped never", async () => {
  const desk = new Desk();
  const all = Array.fromAsync(desk.stream(4));
  await settle();
  await desk.finish(1);
  await desk.finish(0, SKIPPED);
  await desk.finish(3);
  await desk.finish(2);
  assertEquals(await all, ["item 1", "item 2", "item 3"]);
  assertEquals(desk.closed, 1);
});

Deno.test("startStream() without order hands out what is finished first", async () => {
  for (const early of [false, true]) {
    const desk = new Desk();
    const stream = desk.stream(3, { isOrdered: false, early, concurrency: 3 });
    await settle();
    await desk.finish(2);
    await desk.finish(0);
    await desk.finish(1);
    assertEquals(await Array.fromAsync(stream), ["item 2", "item 0", "item 1"]);
  }
});

Deno.test("startStream() ends with a failed item in its place, drops those behind and closes the source", async () => {
  const desk = new Desk();
  const stream = desk.stream(9, { concurrency: 4 });
  await settle();
  await desk.finish(2);
  await desk.fail(1);
  assertEquals([desk.closed, desk.dropped], [1, ["item 2"]]);
  await desk.finish(3);
  assertEquals(desk.dropped, ["item 2", "item 3"], "it was finished too late");
  await desk.finish(0);
  assertEquals((await stream.next()).value, "item 0");
  await assertRejects(() => stream.next(), RangeError, "bad 1");
  assertEquals((await stream.next()).done, true);
});

Deno.test("startStream() ends with what its source or its work throws, after what came before", async () => {
  async function* broken(): AsyncGenerator<number> {
    yield 0;
    yield await Promise.reject(new RangeError("source"));
  }
  const desk = new Desk();
  const source = itemSource(broken(), "test", "source") as StreamWork<number, string>["source"];
  const stream = desk.stream(0, { source });
  await settle();
  const next = stream.next();
  await desk.finish(0);
  assertEquals((await next).value, "item 0");
  await assertRejects(() => stream.next(), RangeError, "source");
  const refused = desk.stream(3, {
    begin: () => {
      throw new RangeError("refused");
    },
  });
  await assertRejects(() => refused.next(), RangeError, "refused");
  assertEquals(desk.closed, 1);
});

Deno.test("startStream() closes its source and drops what nobody took when the reader leaves", async () => {
  const desk = new Desk();
  const stream = desk.stream(9, { concurrency: 4, early: true });
  await settle();
  for await (const _ of stream) break;
  assertEquals(desk.dropped, ["item 1", "item 2", "item 3"]);
  assertEquals([desk.closed, desk.ended], [1, [0, 1, 2, 3]]);
  assertEquals((await stream.next()).done, true);
  const slow = new Desk();
  await slow.stream(9).return?.();
  await settle();
  assertEquals(slow.begun, [], "left before anything was read");
});

Deno.test("startStream() rejects when its signal aborts, its wait is over, or the client is closed", async () => {
  const desk = new Desk();
  const abort = new AbortController();
  const aborted = desk.stream(9, { signal: abort.signal });
  const next = aborted.next();
  await settle();
  abort.abort(new RangeError("enough"));
  await assertRejects(() => next, RangeError, "enough");
  assertEquals([desk.closed, desk.ended], [1, [0, 1]]);
  await assertRejects(() => desk.stream(9, { signal: AbortSignal.abort(new RangeError("late")) }).next(), RangeError);
  const limited = desk.stream(9, { wait: { timeoutMs: 50 } }).next();
  await settle();
  desk.place.world.clock.advance(50);
  const error = await failsWith("wait/timeout", () => limited);
  assertEquals(error.message, "Cannot take the next item of the stream (test): not done after 50 ms");
  const orphan = desk.stream(9).next();
  await settle();
  desk.place.session.connectionLost("gone");
  await failsWith("client/closed", () => orphan);
});

Deno.test("startStream() takes 4 items per thread of the cluster by default, 16 at least", async () => {
  for (const [threads, expected] of [[2, 16], [8, 32]] as const) {
    const desk = new Desk();
    desk.place.session.receive([{ type: "workers-changed", workers: 1, threads }]);
    const stream = desk.stream(99, { concurrency: undefined });
    for (let i = 0; i < threads; i++) await settle();
    assertEquals(desk.begun.length, expected);
    await stream.return?.();
  }
});
