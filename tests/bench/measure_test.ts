import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { median, medianMs, perSecond, sampleMs } from "./measure.ts";

/** A clock that only the measured work moves on. */
class FakeClock {
  ms = 0;
  readonly nowMs = () => this.ms;
}

Deno.test("median() takes the middle one when values are in any order", () => {
  assertEquals(median([10, 9, 100]), 10);
  assertEquals(median([4, 1, 3, 2]), 2.5);
  assertEquals(median([7]), 7);
});

Deno.test("median() throws when there are no values", () => {
  assertThrows(() => median([]), RangeError, "Cannot take median: there are no values");
});

Deno.test("sampleMs() leaves out warm-ups when it takes its samples", async () => {
  const clock = new FakeClock();
  const durationsMs = [500, 400, 3, 1, 2];
  const samples = await sampleMs(() => clock.ms += durationsMs.shift() ?? NaN, {
    warmUps: 2,
    repeats: 3,
    nowMs: clock.nowMs,
  });
  assertEquals(samples, [3, 1, 2]);
});

Deno.test("medianMs() waits for the work when it is asynchronous", async () => {
  const clock = new FakeClock();
  async function work(): Promise<void> {
    await Promise.resolve();
    clock.ms += 8;
  }
  assertEquals(await medianMs(work, { warmUps: 0, repeats: 2, nowMs: clock.nowMs }), 8);
});

Deno.test("medianMs() rejects when nothing is measured or the work fails", async () => {
  await assertRejects(() => medianMs(() => undefined, { repeats: 0 }), RangeError);
  await assertRejects(() => medianMs(() => Promise.reject(new Error("no"))), Error, "no");
});

Deno.test("perSecond() turns a count and milliseconds into a rate", () => {
  assertEquals(perSecond(10_000, 250), 40_000);
});
