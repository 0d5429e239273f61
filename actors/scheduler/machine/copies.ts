/** Values on their way to further workers, a bounded number at a time. @module */
import type { TaskKey, WorkerId } from "../../protocol/task.ts";
import { tellWorker } from "./outbox.ts";
import type { Copy, CopyList } from "./errand_records.ts";
import type { WorkerRecord } from "./records.ts";
import { holderIds } from "./runs.ts";
import type { SchedulerState } from "./state.ts";

/** Copies under way per list: what is looked at in each step while there are some. */
const UNDER_WAY_MAX = 256;
/** Holders named to the worker that fetches. */
const HOLDERS_MAX = 8;

/** Sees what has arrived, and asks for more. Gives the copies that are over since the last look. */
export function advanceCopies(state: SchedulerState, list: CopyList): Copy[] {
  const over: Copy[] = [];
  for (const copy of list.underWay) {
    if (!copy.isOver) continue;
    list.underWay.delete(copy);
    over.push(copy);
  }
  const asked = new Map<WorkerRecord, { keys: TaskKey[]; holders: (readonly WorkerId[])[] }>();
  while (list.underWay.size < UNDER_WAY_MAX) {
    const copy = list.waiting.pop();
    if (copy === undefined) break;
    if (copy.isOver) {
      over.push(copy);
      continue;
    }
    list.underWay.add(copy);
    const request = asked.get(copy.to) ?? { keys: [], holders: [] };
    request.keys.push(copy.task.key);
    request.holders.push(holderIds(copy.task, HOLDERS_MAX));
    asked.set(copy.to, request);
  }
  for (const [worker, request] of asked) tellWorker(state, worker, { type: "replicate", ...request });
  return over;
}

/** A worker could not get these values. */
export function failCopies(list: CopyList, worker: WorkerRecord, keys: ReadonlySet<TaskKey>): void {
  for (const copy of list.underWay) {
    if (copy.to === worker && keys.has(copy.task.key)) copy.hasFailed = true;
  }
}
