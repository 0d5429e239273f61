import { assertEquals } from "@std/assert";
import { compareRuns, TaskRun } from "../../actors/executor/task_run.ts";
import { execute } from "./execute_message.ts";

Deno.test("compareRuns() puts the higher user priority first, then the deeper run, then the earlier", () => {
  const run = (runId: number, user: number, depth: number, order: number) =>
    new TaskRun(execute(runId, { user, depth, order }));
  const runs = [run(1, 0, 0, 1), run(2, 0, 0, 0), run(3, 0, 5, 9), run(4, 1, 0, 8), run(5, -1, 9, 0), run(6, 1, 1, 9)];
  assertEquals(runs.sort(compareRuns).map(({ runId }) => runId), [6, 4, 3, 2, 1, 5]);
});
