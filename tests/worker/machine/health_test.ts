import { assertEquals } from "@std/assert";
import { finished, Rig, run } from "./rig.ts";

const pong = (pingId: number, runIds: number[], heapLimitBytes = 100) =>
  ({ type: "pong", pingId, heapLimitBytes, runIds }) as const;

Deno.test("pingExecutors() pings busy executors every second, one ping at a time", () => {
  const rig = new Rig({ threads: 2 });
  rig.scheduler(run(1));
  assertEquals(rig.woken(1000), ["executor-2 < ping 1"]);
  assertEquals(rig.woken(2000), []);
  rig.executor(2, pong(1, [1]));
  assertEquals(rig.woken(3000), ["executor-2 < ping 2"]);
  rig.executor(2, pong(2, [1]), finished(1, 5000));
  assertEquals(rig.woken(4000), []);
  assertEquals(rig.state.wakeAtMs, Infinity);
});

Deno.test("pongCame() ends an executor whose heap limit has grown, and blames what was on the CPU", () => {
  const rig = new Rig({ executorMemoryBytes: 2 ** 29 });
  rig.scheduler(run(1), run(2));
  rig.executor(1, { type: "suspended", runId: 1 });
  rig.woken(1000);
  rig.executor(1, pong(1, [1, 2], 100));
  rig.woken(2000);
  const reason = "ran out of memory: its heap may take 512 MiB";
  assertEquals(rig.executor(1, pong(2, [1, 2], 150)), [`end executor-1: ${reason}`]);
  assertEquals(rig.died(1, [1, 2], reason), [
    "start executor-2",
    `> died 1 not started: ${reason}`,
    `> died 2 started: ${reason}`,
  ]);
});

Deno.test("pongCame() gives up a run that two pongs in a row do not know", () => {
  const rig = new Rig();
  rig.scheduler(run(1));
  rig.woken(1000);
  assertEquals(rig.executor(1, pong(1, [])), []);
  rig.woken(2000);
  assertEquals(rig.executor(1, pong(2, [1])), []);
  rig.woken(3000);
  assertEquals(rig.executor(1, pong(3, [])), []);
  rig.woken(4000);
  assertEquals(rig.executor(1, pong(4, [])), ["> died 1 started: ended without a word"]);
  assertEquals(rig.executor(1, finished(1)), []);
});

Deno.test("pongCame() does not miss a run that was handed over after the ping", () => {
  const rig = new Rig();
  rig.scheduler(run(1));
  rig.executor(1, { type: "suspended", runId: 1 });
  rig.woken(1000);
  rig.scheduler(run(2));
  assertEquals(rig.phase(2), "assigned");
  rig.executor(1, pong(1, [1]));
  assertEquals(rig.state.runs.get(2)?.missedPongs, 0);
});

Deno.test("sendHeartbeat() reports what is in hand, as often as the scheduler wants", () => {
  const rig = new Rig();
  rig.scheduler({ type: "welcome-worker", heartbeatMs: 500 });
  rig.put("a");
  rig.scheduler(run(1), run(2));
  rig.step({ type: "memory-measured", atMs: 1, rssBytes: 77 });
  assertEquals(rig.woken(499), []);
  assertEquals(rig.woken(500), ["> heartbeat 1 2 rss=77 stored=10"]);
  assertEquals(rig.woken(999), []);
  assertEquals(rig.woken(1000), ["executor-1 < ping 1", "> heartbeat 1 2 rss=77 stored=10"]);
});
