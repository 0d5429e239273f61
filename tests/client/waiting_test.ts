import { assertEquals } from "@std/assert";
import { type LimitedWait, waitFor, type WaitScope, type WaitWorld } from "../../actors/client/waiting.ts";
import { failsWith } from "../support/codes.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { settle } from "./fake_world.ts";

class Waits implements WaitWorld {
  readonly clock = new FakeClock();
  open = 0;
  ended = 0;

  enterWait(): void {
    this.open++;
  }

  leaveWait(): void {
    this.open--;
  }

  /** Work that is done when told. */
  work<T>(promise: Promise<T>): (scope: WaitScope) => Promise<T> {
    return (scope) => {
      scope.onEnd(() => this.ended++);
      return promise;
    };
  }
}

Deno.test("waitFor() gives what the work gives, and clears up", async () => {
  const world = new Waits();
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<number>();
  const waited = waitFor(world, { timeoutMs: 10, signal: controller.signal }, "work", world.work(promise));
  assertEquals([world.open, world.clock.waitingCount], [1, 1]);
  resolve(5);
  assertEquals(await waited, 5);
  assertEquals([world.open, world.ended, world.clock.waitingCount], [0, 1, 0]);
});

Deno.test("waitFor() out of time rejects with wait/timeout; a later failure of the work is nobody's", async () => {
  const world = new Waits();
  const { promise, reject } = Promise.withResolvers<number>();
  const waited = waitFor(world, { timeoutMs: 10 }, "do the work", world.work(promise));
  world.clock.advance(10);
  const error = await failsWith("wait/timeout", () => waited);
  assertEquals(error.message, "Cannot do the work: not done after 10 ms");
  assertEquals([world.open, world.ended], [0, 1]);
  reject(new Error("late"));
  await settle();
});

Deno.test("waitFor() aborted rejects with the signal's own reason, also when it was aborted before", async () => {
  const world = new Waits();
  const controller = new AbortController();
  const never = new Promise<never>(() => {});
  const waited = waitFor(world, { signal: controller.signal }, "work", world.work(never));
  const reason = { my: "reason" };
  controller.abort(reason);
  assertEquals(await waited.catch((error: unknown) => error), reason);
  const before = waitFor(world, { signal: controller.signal }, "work", world.work(never));
  assertEquals(await before.catch((error: unknown) => error), reason);
  assertEquals([world.open, world.ended], [0, 1]);
});

Deno.test("waitFor() sets no timer for a limit of a month or none", () => {
  const world = new Waits();
  for (const timeoutMs of [2 ** 31, Infinity, undefined]) {
    void waitFor(world, { timeoutMs }, "work", world.work(new Promise<never>(() => {})));
  }
  assertEquals(world.clock.waitingCount, 0);
});

Deno.test("waitFor() refuses wrong options", async () => {
  const world = new Waits();
  for (const options of [{ timeoutMs: -1 }, { timeoutMs: NaN }, { timeoutMs: "1" }, { signal: {} }, 5, null]) {
    await failsWith("input/invalid", () => Reflect.apply(waitFor, undefined, [world, options, "work", () => 1]));
  }
  assertEquals(world.open, 0);
});

Deno.test("WaitScope.onEnd() calls at once when the wait has ended", async () => {
  const world = new Waits();
  const scopes: WaitScope[] = [];
  await waitFor(world, undefined, "work", (scope) => {
    scopes.push(scope);
    return Promise.resolve();
  });
  scopes[0]?.onEnd(() => world.ended++);
  assertEquals(world.ended, 1);
});

Deno.test("WaitScope.onEnd() is told whether what was waited for has come", async () => {
  const world = new Waits();
  const ends: boolean[] = [];
  const start = (work: Promise<unknown>) => (scope: LimitedWait) => {
    scope.onEnd((isDone) => ends.push(isDone));
    return work;
  };
  await waitFor(world, undefined, "work", start(Promise.resolve()));
  await failsWith("wait/timeout", async () => {
    const waited = waitFor(world, { timeoutMs: 1 }, "work", start(new Promise(() => {})));
    world.clock.advance(1);
    await waited;
  });
  assertEquals(ends, [true, false]);
});
