import { assertEquals, assertStrictEquals } from "@std/assert";
import { boundedMs, checkAskOptions, HeldWaits } from "../../actors/actor/held_wait.ts";
import { failsWith } from "../support/codes.ts";
import { FakeClock } from "../support/fake_clock.ts";

Deno.test("HeldWaits.within() gives the result, and leaves no timer", async () => {
  const clock = new FakeClock();
  const waits = new HeldWaits(clock);
  assertEquals(await waits.within(Promise.resolve(1), { timeoutMs: 5 }, "wait"), 1);
  assertEquals(await waits.within(Promise.resolve(2), undefined, "wait"), 2);
  assertEquals(clock.waitingCount, 0);
  waits.keepAlive.end();
});

Deno.test("HeldWaits.within() rejects out of time, and with the signal's own reason", async () => {
  const clock = new FakeClock();
  const waits = new HeldWaits(clock);
  const never = new Promise<never>(() => {});
  const late = failsWith("wait/timeout", () => waits.within(never, { timeoutMs: 5 }, 'stop actor "x"'));
  clock.advance(5);
  assertEquals((await late).message, 'Cannot stop actor "x": not done after 5 ms');
  const reason = new Error("enough");
  const controller = new AbortController();
  const aborted = waits.within(never, { signal: controller.signal }, "wait").catch((error) => error);
  controller.abort(reason);
  assertStrictEquals(await aborted, reason);
  assertStrictEquals(await waits.within(never, { signal: AbortSignal.abort(reason) }, "wait").catch((e) => e), reason);
  assertEquals(clock.waitingCount, 0);
  waits.keepAlive.end();
});

Deno.test("checkAskOptions() refuses what is no wait", async () => {
  for (const bad of [null, { timeoutMs: -1 }, { timeoutMs: NaN }, { timeoutMs: "5" }, { signal: {} }]) {
    await failsWith("input/invalid", () => checkAskOptions(bad as never, "wait"));
  }
});

Deno.test("boundedMs() makes a deadline that no timer can hold none", () => {
  assertEquals([boundedMs(5), boundedMs(Infinity), boundedMs(2 ** 31), boundedMs(undefined)], [
    5,
    undefined,
    undefined,
    undefined,
  ]);
});
