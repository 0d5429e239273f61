/** As many copies of values as a client wants. @module */
import type { ClusterOrder } from "../../protocol/cluster_order.ts";
import { advanceCopies } from "./copies.ts";
import { Copy, Replication } from "./errand_records.ts";
import { takers } from "./occupancy.ts";
import { tellClient, tellFree } from "./outbox.ts";
import type { ClientRecord, TaskRecord, WorkerRecord } from "./records.ts";
import { removeHolder } from "./retention.ts";
import type { SchedulerState } from "./state.ts";
import { MEMORY } from "./transitions.ts";

/** New copies per copy there is, in one round: so nobody is asked by all at once. */
const BRANCHES = 2;
/** Rounds in a row of which no copy arrived: then it is given up. */
const VAIN_ROUNDS_MAX = 3;

/** A client wants these values on that many workers; on all, if there are fewer. */
export function replicate(
  state: SchedulerState,
  client: ClientRecord,
  ackId: number,
  order: Extract<ClusterOrder, { type: "replicate" }>,
): void {
  const tasks = new Set<TaskRecord>();
  for (const key of order.keys) {
    const task = state.tasks.get(key);
    if (task !== undefined && task.role?.type !== "actor") tasks.add(task);
  }
  state.errands.replications.push(new Replication(client, ackId, Math.max(1, order.copies), tasks));
}

/** Goes on with what is under way. */
export function advanceReplications(state: SchedulerState): void {
  state.errands.replications = state.errands.replications.filter((replication) => !advance(state, replication));
}

/** Whether it is done. */
function advance(state: SchedulerState, replication: Replication): boolean {
  const { copies, tasks, client, ackId } = replication;
  const over = advanceCopies(state, copies);
  if (over.length > 0) replication.vainRounds = over.some((copy) => copy.isThere) ? 0 : replication.vainRounds + 1;
  if (!copies.isEmpty) return false;
  planRound(state, replication);
  if (tasks.size > 0 && replication.vainRounds >= VAIN_ROUNDS_MAX) {
    tellClient(state, client, { type: "refused", ackId, error: vainly(state, replication) });
    return true;
  }
  advanceCopies(state, copies);
  if (tasks.size > 0) return false;
  tellClient(state, client, { type: "done", ackId });
  return true;
}

function planRound(state: SchedulerState, replication: Replication): void {
  const { tasks, copies, copiesWanted } = replication;
  const open = takers(state);
  for (const task of tasks) {
    const targets = open.filter((worker) => !task.holders.includes(worker));
    const missing = Math.min(copiesWanted - task.holders.length, targets.length);
    // What is not in memory has failed, was released, or is computed again: nobody can copy it now.
    if (task.state !== MEMORY || missing <= 0) {
      tasks.delete(task);
      if (task.state === MEMORY) dropSurplus(state, task, copiesWanted);
      continue;
    }
    const count = Math.min(missing, task.holders.length * BRANCHES);
    for (let i = 0; i < count; i++) {
      copies.waiting.push(new Copy(task, targets[(replication.cursor + i) % targets.length]!));
    }
    replication.cursor += count;
  }
}

/** Copies beyond the wish go: first where most is held. */
function dropSurplus(state: SchedulerState, task: TaskRecord, copiesWanted: number): void {
  const byLoad = [...task.holders].sort((a, b) => Number(a.isOpen) - Number(b.isOpen) || b.heldBytes - a.heldBytes);
  for (const worker of byLoad.slice(0, Math.max(0, task.holders.length - copiesWanted))) dropCopy(state, task, worker);
}

/** One copy less. */
export function dropCopy(state: SchedulerState, task: TaskRecord, worker: WorkerRecord): void {
  if (removeHolder(task, worker)) tellFree(state, worker, task.key);
}

function vainly(state: SchedulerState, { tasks, copiesWanted }: Replication) {
  const keys = Array.from(tasks, (task) => task.key);
  return state.options.makeError(
    "task/lost",
    `Cannot replicate ${keys.length} results on ${copiesWanted} workers: they cannot be copied`,
    "Look whether the workers reach each other",
    { keys },
  );
}
