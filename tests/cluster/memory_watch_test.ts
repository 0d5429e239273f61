import { assertEquals } from "@std/assert";
import { MemoryWatch } from "../../actors/cluster/memory_watch.ts";
import { FakeClock } from "../support/fake_clock.ts";

function watch(): {
  readonly clock: FakeClock;
  readonly ended: number[];
  readonly memory: { bytes: number };
  end(): void;
} {
  const clock = new FakeClock();
  const memory = { bytes: 50 };
  const ended: number[] = [];
  const watch = new MemoryWatch({ clock, measure: () => memory.bytes, onExceeded: (rss) => ended.push(rss) }, 100);
  return { clock, ended, memory, end: () => watch.end() };
}

Deno.test("MemoryWatch ends a process that stays above its limit for four seconds, once", () => {
  const { clock, ended, memory } = watch();
  clock.advance(60_000);
  memory.bytes = 101;
  clock.advance(3_999);
  assertEquals(ended, []);
  clock.advance(1);
  assertEquals(ended, [101]);
  clock.advance(60_000);
  assertEquals(ended, [101]);
});

Deno.test("MemoryWatch forgives a peak, and watches no more after its end", () => {
  const { clock, ended, memory, end } = watch();
  memory.bytes = 101;
  clock.advance(3_500);
  memory.bytes = 100;
  clock.advance(500);
  memory.bytes = 101;
  clock.advance(3_999);
  assertEquals(ended, []);
  end();
  clock.advance(60_000);
  assertEquals([ended, clock.waitingCount], [[], 0]);
});
