import { assert, assertEquals, assertRejects } from "@std/assert";
import { Deadline } from "../../actors/transport/deadline.ts";
import { FakeClock } from "../support/fake_clock.ts";

const outOfTime = () => new Error("out of time");

Deno.test("Deadline aborts with its own error when the time is over, and leaves no timer", () => {
  const clock = new FakeClock();
  {
    using deadline = new Deadline({ clock, timeoutMs: 100, outOfTime });
    clock.advance(99);
    assertEquals(deadline.signal.aborted, false);
    clock.advance(1);
    assertEquals(deadline.signal.reason.message, "out of time");
  }
  {
    using deadline = new Deadline({ clock, timeoutMs: 100, outOfTime });
    assertEquals([deadline.signal.aborted, clock.waitingCount], [false, 1]);
  }
  assertEquals(clock.waitingCount, 0);
});

Deno.test("Deadline.pause() ends in time, or at once with the caller's reason", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  using deadline = new Deadline({ clock, signal: controller.signal, outOfTime });
  const first = deadline.pause(50);
  clock.advance(50);
  await first;
  const second = deadline.pause(50);
  const reason = new Error("called off");
  controller.abort(reason);
  assert(await assertRejects(() => second) === reason);
  assert(await assertRejects(() => deadline.pause(1)) === reason);
  assertEquals(clock.waitingCount, 0);
});

Deno.test("Deadline is over from the start when its signal is", () => {
  const reason = new Error("called off");
  using deadline = new Deadline({ clock: new FakeClock(), signal: AbortSignal.abort(reason), outOfTime });
  assert(deadline.signal.reason === reason);
});
