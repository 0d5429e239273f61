import { assertEquals } from "@std/assert";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import { Pulse } from "../../actors/transport/pulse.ts";
import { FakeClock } from "../support/fake_clock.ts";

function startPulse(): { clock: FakeClock; pulse: Pulse; log: string[] } {
  const clock = new FakeClock();
  const log: string[] = [];
  const limits = { ...DEFAULT_LIMITS, heartbeatMs: 100, silenceMs: 350 };
  const pulse = new Pulse({ clock, limits }, {
    beat: () => log.push(`beat ${clock.nowMs()}`),
    silent: () => log.push(`silent ${clock.nowMs()}`),
  });
  return { clock, pulse, log };
}

Deno.test("Pulse asks for a heartbeat only after heartbeatMs without sending", () => {
  const { clock, pulse, log } = startPulse();
  clock.advance(60);
  pulse.sent();
  clock.advance(99);
  assertEquals(log, []);
  clock.advance(101);
  assertEquals(log, ["beat 160", "beat 260"]);
  pulse.stop();
  assertEquals(clock.waitingCount, 0);
});

Deno.test("Pulse tells silence exactly once, silenceMs after the last that was heard", () => {
  const { clock, pulse, log } = startPulse();
  clock.advance(1_000);
  pulse.listen();
  clock.advance(200);
  pulse.heard();
  log.length = 0;
  clock.advance(349);
  assertEquals(log.filter((line) => line.startsWith("silent")), []);
  clock.advance(1_000);
  assertEquals(log.filter((line) => line.startsWith("silent")), ["silent 1550"]);
  assertEquals(clock.waitingCount, 0);
});

Deno.test("Pulse does not take a stall of its own thread for silence of the peer", () => {
  const { clock, pulse, log } = startPulse();
  pulse.listen();
  clock.advance(50);
  clock.stall(10_000);
  assertEquals(log.filter((line) => line.startsWith("silent")), []);
  clock.advance(350);
  assertEquals(log.filter((line) => line.startsWith("silent")).length, 1);
});
