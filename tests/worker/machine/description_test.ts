import { assertEquals } from "@std/assert";
import { describeWorkerState } from "../../../actors/worker/machine/description.ts";
import { Rig, run } from "./rig.ts";

Deno.test("describeWorkerState() tells runs, executors, values and inputs as plain data", () => {
  const rig = new Rig();
  rig.put("a");
  rig.scheduler(run(1), run(2, { deps: ["b"], args: [[0]], holders: [["w2"]] }));
  const told = JSON.parse(JSON.stringify(describeWorkerState(rig.state)));
  const runs = told.runs.map((
    { runId, phase, missingInputs }: Record<string, unknown>,
  ) => [runId, phase, missingInputs]);
  assertEquals(runs, [[1, "assigned", 0], [2, "fetching", 1]]);
  assertEquals(told.executors.map(({ runs }: { runs: unknown }) => runs), [[1]]);
  assertEquals([told.values[0].key, told.inputs[0].key, told.inputs[0].peerId], ["a", "b", "w2"]);
});
