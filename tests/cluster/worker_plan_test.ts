import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { TroupeError } from "../../actors/base/errors.ts";
import { planWorker, type WorkerOptions } from "../../actors/cluster/worker_plan.ts";

Deno.test("planWorker() fills in what was left open, with a name of its own", () => {
  const plan = planWorker({});
  const { threads, executors, listen, token, lifetimeMs } = plan;
  assertEquals({ threads, executors, listen, token, lifetimeMs }, {
    threads: navigator.hardwareConcurrency,
    executors: "threads",
    listen: "tcp://127.0.0.1:0",
    token: "",
    lifetimeMs: undefined,
  });
  assert(plan.name !== planWorker({}).name);
  assertEquals(planWorker({ executors: "inline" }).threads, 1);
  assertEquals(planWorker({ tls: { cert: "c", key: "k" } }).listen, "tls://127.0.0.1:0");
  assertEquals(planWorker({ memoryLimit: "1 GiB" }).memoryLimitBytes, 1024 ** 3);
});

Deno.test("planWorker() refuses bad options, by name", () => {
  const bad: Record<string, unknown>[] = [
    { nthreads: 1 },
    { name: "" },
    { name: "a/b" },
    { name: "a#b" },
    { threads: 0 },
    { executors: "processes" },
    { memoryLimit: -1 },
    { resources: { gpu: "two" } },
    { lifetimeMs: -1 },
    { timeoutMs: -1 },
    { signal: {} },
  ];
  for (const options of bad) {
    const error = assertThrows(() => planWorker(options as WorkerOptions));
    assert(TroupeError.is(error, "input/invalid"), Deno.inspect(options));
    assertStringIncludes(error.message, Object.keys(options)[0]!);
  }
});
