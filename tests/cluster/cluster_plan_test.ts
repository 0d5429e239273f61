import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import type { LocalClusterOptions } from "../../actors/client/connect_options.ts";
import { planCluster } from "../../actors/cluster/cluster_plan.ts";

Deno.test("planCluster() fills in what was left open", () => {
  const plan = planCluster({});
  const { workers, threadsPerWorker, processes, executors, host, port, resources } = plan;
  assertEquals({ workers, threadsPerWorker, processes, executors, host, port, resources }, {
    workers: 1,
    threadsPerWorker: navigator.hardwareConcurrency,
    processes: false,
    executors: "threads",
    host: "127.0.0.1",
    port: 0,
    resources: {},
  });
  assert(plan.memoryLimitBytes > 0);
  assert(plan.token.length >= 20, "nobody guesses it");
  assert(plan.token !== planCluster({}).token);
});

Deno.test("planCluster() shares CPUs and memory out among the workers", () => {
  const [one, four] = [planCluster({ workers: 1 }), planCluster({ workers: 4 })];
  assertEquals(four.threadsPerWorker, Math.max(1, Math.floor(one.threadsPerWorker / 4)));
  assertEquals(four.memoryLimitBytes, Math.floor(one.memoryLimitBytes / 4));
  assertEquals(planCluster({ executors: "inline" }).threadsPerWorker, 1);
  assertEquals(planCluster({ workers: 0 }).workers, 0);
});

Deno.test("planCluster() refuses bad options, by name", () => {
  const bad: Record<string, unknown>[] = [
    { wrokers: 1 },
    { workers: -1 },
    { workers: 1.5 },
    { threadsPerWorker: 0 },
    { processes: 1 },
    { executors: "fibers" },
    { executors: "processes" },
    { executors: "inline", processes: true },
    { memoryLimit: "much" },
    { resources: { gpu: -1 } },
    { resources: 7 },
    { port: "8786" },
    { noWorkerTimeoutMs: 0 },
  ];
  for (const options of bad) {
    const error = assertThrows(() => planCluster(options as LocalClusterOptions));
    assert(TroupeError.is(error, "input/invalid"), Deno.inspect(options));
    assertStringIncludes(error.message, Object.keys(options)[0]!);
  }
});
