import { assert, assertEquals, assertThrows } from "@std/assert";
import { enterPhase, RUN_TRANSITIONS, runTransitionDiagram } from "../../../actors/worker/machine/transitions.ts";

Deno.test("enterPhase() refuses a move that is not in the table, and leaves the run as it was", () => {
  const run = { runId: 7, phase: "fetching" as const };
  assertThrows(() => enterPhase(run, "running"), Error, "run 7 cannot go from fetching to running");
  assertEquals(run.phase, "fetching");
});

Deno.test("RUN_TRANSITIONS reaches every phase, and ends from every phase but the first", () => {
  const reached = new Set(Object.values(RUN_TRANSITIONS).flat());
  for (const phase of Object.keys(RUN_TRANSITIONS)) assert(phase === "new" || reached.has(phase as "ended"), phase);
  for (const [from, to] of Object.entries(RUN_TRANSITIONS)) {
    assert(from === "new" || from === "ended" || to.includes("ended"), from);
  }
});

Deno.test("runTransitionDiagram() draws the table", () => {
  const lines = runTransitionDiagram().split("\n");
  assertEquals(lines.length, 1 + Object.values(RUN_TRANSITIONS).flat().length);
  assert(lines.includes("  [*] --> ready") && lines.includes("  cancelling --> [*]"));
});
