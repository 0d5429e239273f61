/**
 * Futures inside arguments and values: whatever a task names lives as long as the task is known, also between the end of a
 * run that returns a future and the claim of who reads it. The task is a claimant like any other, under a name of its own.
 *
 * @module
 */
import type { TaskKey } from "../../protocol/task.ts";
import { ClientRecord, type TaskRecord } from "./records.ts";
import { claim } from "./retention.ts";
import { pursue } from "./settle.ts";
import type { SchedulerState } from "./state.ts";
import { RELEASED } from "./transitions.ts";

/** A task names these results. Those that are not known any more, and a task that is not, are passed over. */
export function keep(state: SchedulerState, key: TaskKey, keys: readonly TaskKey[]): void {
  const task = state.tasks.get(key);
  if (task === undefined) return;
  for (const name of keys) {
    const named = state.tasks.get(name);
    // What names itself would never go.
    if (named === undefined || named === task) continue;
    claim(keeperOf(state, task), named);
    if (named.state === RELEASED) pursue(state, named);
  }
}

function keeperOf(state: SchedulerState, task: TaskRecord): ClientRecord {
  const known = state.keepers.get(task);
  if (known !== undefined) return known;
  const id = `task:${task.key}`;
  const keeper = new ClientRecord(id, id, 0, true);
  state.keepers.set(task, keeper);
  state.claimants.set(id, keeper);
  return keeper;
}
