/**
 * The life of a run on a worker, as data.
 *
 * | Phase | Means |
 * |---|---|
 * | fetching | some inputs are not here |
 * | ready | waits for an executor |
 * | assigned | in an executor's hands, not known to have begun |
 * | running | has begun |
 * | suspended | has begun and awaits something of the cluster |
 * | cancelling | in an executor's hands, but nobody wants its result |
 * | ended | its end has been told |
 *
 * @module
 */
import { invariant } from "../../base/assert.ts";

/** Where a run stands; see the table above. "new" lasts only while its message is read. */
export type RunPhase = "new" | "fetching" | "ready" | "assigned" | "running" | "suspended" | "cancelling" | "ended";

/** From where to where a run may go. */
export const RUN_TRANSITIONS: Readonly<Record<RunPhase, readonly RunPhase[]>> = {
  new: ["ready", "fetching"],
  fetching: ["ready", "ended"],
  ready: ["assigned", "ended"],
  assigned: ["ended", "running", "suspended", "ready", "fetching", "cancelling"],
  running: ["ended", "suspended", "cancelling"],
  suspended: ["running", "ended", "cancelling"],
  cancelling: ["ended"],
  ended: [],
};

/** Moves a run on; throws on a move that the table does not have. */
export function enterPhase(run: { readonly runId: number; phase: RunPhase }, to: RunPhase): void {
  if (!RUN_TRANSITIONS[run.phase].includes(to)) {
    invariant(false, `run ${run.runId} cannot go from ${run.phase} to ${to}`);
  }
  run.phase = to;
}

/** The table as a Mermaid state diagram. */
export function runTransitionDiagram(): string {
  const lines = ["stateDiagram-v2"];
  for (const [from, targets] of Object.entries(RUN_TRANSITIONS)) {
    for (const to of targets) lines.push(`  ${from === "new" ? "[*]" : from} --> ${to === "ended" ? "[*]" : to}`);
  }
  return lines.join("\n");
}
