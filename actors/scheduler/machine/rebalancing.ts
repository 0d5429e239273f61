/** Values moved from workers that hold much to those that hold little. @module */
import { KeyedHeap } from "../../base/keyed_heap.ts";
import type { ClusterOrder } from "../../protocol/cluster_order.ts";
import { advanceCopies } from "./copies.ts";
import { Copy, Rebalancing } from "./errand_records.ts";
import { tellClient } from "./outbox.ts";
import type { ClientRecord, TaskRecord, WorkerRecord } from "./records.ts";
import { dropCopy } from "./replication.ts";
import type { SchedulerState } from "./state.ts";

/** How far from the mean a worker may be, as a part of it. */
const TOLERANCE = 0.05;

/** A client wants bytes evened out: by moving these values, or any. */
export function rebalance(
  state: SchedulerState,
  client: ClientRecord,
  ackId: number,
  order: Extract<ClusterOrder, { type: "rebalance" }>,
): void {
  const rebalancing = new Rebalancing(client, ackId);
  const keys = order.keys === undefined ? undefined : new Set(order.keys);
  plan(state, rebalancing, (task) => keys === undefined || keys.has(task.key));
  state.errands.rebalancings.push(rebalancing);
}

/** Goes on with what is under way. */
export function advanceRebalancings(state: SchedulerState): void {
  state.errands.rebalancings = state.errands.rebalancings.filter(({ client, ackId, copies, from }) => {
    for (const copy of advanceCopies(state, copies)) {
      // A copy that did not arrive leaves the value where it was.
      if (copy.isThere && copy.task.holders.length > 1) dropCopy(state, copy.task, from.get(copy)!);
      from.delete(copy);
    }
    if (!copies.isEmpty) return true;
    tellClient(state, client, { type: "done", ackId });
    return false;
  });
}

/** What a worker will hold when all planned moves are done. */
interface Load {
  readonly worker: WorkerRecord;
  readonly order: number;
  bytes: number;
}

function plan(state: SchedulerState, { copies, from }: Rebalancing, mayMove: (task: TaskRecord) => boolean): void {
  const loads: Load[] = [];
  for (const worker of state.workers.values()) {
    if (worker.isOpen) loads.push({ worker, order: loads.length, bytes: worker.heldBytes });
  }
  const mean = loads.reduce((sum, load) => sum + load.bytes, 0) / loads.length;
  const recipients = new KeyedHeap<Load>((a, b) => a.bytes - b.bytes || a.order - b.order);
  for (const load of loads) if (load.bytes < mean * (1 - TOLERANCE)) recipients.push(load);
  const senders = loads.filter((load) => load.bytes > mean * (1 + TOLERANCE)).sort((a, b) => b.bytes - a.bytes);
  for (const sender of senders) {
    for (const task of sender.worker.holds) {
      if (sender.bytes <= mean * (1 + TOLERANCE)) break;
      const recipient = recipients.peek();
      if (recipient === undefined) return;
      // Only what makes both of them more alike; a value that the other has already is not moved but dropped by nobody.
      const isUseful = recipient.bytes + task.bytes < sender.bytes && task.bytes > 0;
      if (!isUseful || !mayMove(task) || task.role?.type === "actor" || task.holders.includes(recipient.worker)) {
        continue;
      }
      const copy = new Copy(task, recipient.worker);
      copies.waiting.push(copy);
      from.set(copy, sender.worker);
      sender.bytes -= task.bytes;
      recipients.pop();
      recipient.bytes += task.bytes;
      if (recipient.bytes < mean) recipients.push(recipient);
    }
  }
}
