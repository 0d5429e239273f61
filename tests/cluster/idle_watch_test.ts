import { assertEquals } from "@std/assert";
import { IdleWatch } from "../../actors/cluster/idle_watch.ts";
import type { ClusterLoad } from "../../actors/cluster/load.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** A watch of a load that the test sets. */
class Rig {
  readonly clock = new FakeClock();
  load: ClusterLoad = { ready: 0, tasks: 0, workers: [] };
  idleAtMs: number | undefined;
  readonly watch: IdleWatch;

  constructor(timeoutMs: number) {
    this.watch = new IdleWatch({
      clock: this.clock,
      timeoutMs,
      read: () => Promise.resolve(this.load),
      onIdle: () => this.idleAtMs = this.clock.nowMs(),
    });
  }

  async pass(ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += 100) {
      this.clock.advance(100);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    }
  }
}

Deno.test("IdleWatch rings after the time without work, once", async () => {
  const rig = new Rig(2_500);
  const startMs = rig.clock.nowMs();
  await rig.pass(2_400);
  assertEquals(rig.idleAtMs, undefined);
  await rig.pass(10_000);
  assertEquals(rig.idleAtMs, startMs + 2_500);
});

Deno.test("IdleWatch counts anew after work, also after work between two looks", async () => {
  const rig = new Rig(2_000);
  rig.load = { ready: 1, tasks: 1, workers: [] };
  await rig.pass(5_000);
  assertEquals(rig.idleAtMs, undefined);
  rig.load = { ready: 0, tasks: 7, workers: [] };
  await rig.pass(1_900);
  assertEquals(rig.idleAtMs, undefined);
  await rig.pass(3_000);
  assertEquals(rig.idleAtMs !== undefined, true);
});

Deno.test("IdleWatch never rings when it is disposed", async () => {
  const rig = new Rig(1_000);
  rig.watch[Symbol.dispose]();
  await rig.pass(5_000);
  assertEquals(rig.idleAtMs, undefined);
});
