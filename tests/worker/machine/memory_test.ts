import { assertEquals } from "@std/assert";
import { formatBytes } from "../../../actors/worker/machine/memory.ts";
import { lines, Rig, run } from "./rig.ts";

const measured = (atMs: number, rssBytes: number) => ({ type: "memory-measured", atMs, rssBytes }) as const;

Deno.test("memoryMeasured() hands out one run at a time above 80 % of the limit, and says so once each way", () => {
  const rig = new Rig({ threads: 2, memoryLimitBytes: 1000 });
  assertEquals(lines(rig.effects(measured(0, 810))), [
    "log warning: Memory is short: one task at a time, 810 B of 1000 B are in use",
    "> paused true",
  ]);
  assertEquals(lines(rig.effects(measured(1, 820))), []);
  assertEquals(rig.scheduler(run(1), run(2)).filter((line) => line.includes("execute")).length, 1);
  assertEquals(lines(rig.effects(measured(2, 800))).filter((line) => /^log|execute|paused false/.test(line)).length, 3);
});

Deno.test("memoryMeasured() ends the executor with the longest run above 95 %, one at a time", () => {
  const rig = new Rig({ threads: 2, memoryLimitBytes: 1000 });
  rig.scheduler(run(1));
  rig.nowMs = 5;
  rig.scheduler(run(2));
  const reason = "exceeded the worker's memory limit of 1000 B";
  assertEquals(rig.step(measured(10, 960)), ["> paused true", `end executor-2: ${reason}`]);
  assertEquals(rig.step(measured(20, 990)), []);
  assertEquals(rig.died(2, [1], reason), ["start executor-3", `> died 1 started: ${reason}`]);
  assertEquals(rig.step(measured(2009, 990)), []);
  assertEquals(rig.step(measured(2010, 990)), [`end executor-1: ${reason}`]);
});

Deno.test("memoryMeasured() ends nothing when nobody works, or without a limit", () => {
  const idle = new Rig({ memoryLimitBytes: 1000 });
  assertEquals(idle.step(measured(1, 999)), ["> paused true"]);
  const unlimited = new Rig();
  unlimited.scheduler(run(1));
  assertEquals(unlimited.step(measured(1, 2 ** 50)), []);
});

Deno.test("formatBytes() shows sizes as people write them", () => {
  assertEquals([0, 1023, 1024, 1536, 2 ** 29, 3 * 2 ** 40, 2 ** 52].map(formatBytes), [
    "0 B",
    "1023 B",
    "1 KiB",
    "1.5 KiB",
    "512 MiB",
    "3 TiB",
    "4096 TiB",
  ]);
});
