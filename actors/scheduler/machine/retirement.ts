/** Workers that leave on request: what only they have is copied first, what runs there finishes, nobody is blamed. @module */
import { KeyedHeap } from "../../base/keyed_heap.ts";
import { describe } from "../../base/errors.ts";
import type { ClusterOrder } from "../../protocol/cluster_order.ts";
import { setOpen, takeBackUnbegun } from "./availability.ts";
import { advanceCopies } from "./copies.ts";
import { Copy, type CopyList, Retirement } from "./errand_records.ts";
import { takers } from "./occupancy.ts";
import { log, tellClient, tellWorker } from "./outbox.ts";
import type { ClientRecord, TaskRecord, WorkerRecord } from "./records.ts";
import { isNamed } from "./rosters.ts";
import type { SchedulerState } from "./state.ts";

/** Rounds of copies in a row of which none arrived: then the worker stays. */
const VAIN_ROUNDS_MAX = 3;

/** A client wants workers to leave: these, or this many. */
export function retireWorkers(
  state: SchedulerState,
  client: ClientRecord,
  ackId: number,
  order: Extract<ClusterOrder, { type: "retire-workers" }>,
): void {
  const workers = order.workers === undefined ? dispensable(state, order.count) : named(state, order.workers);
  for (const worker of workers) {
    if (state.errands.retirements.has(worker)) continue;
    state.errands.retirements.set(worker, new Retirement(worker));
    setOpen(state, worker, false);
    log(state, "info", `Worker ${describe(worker.name)} is to leave`);
  }
  // When all are closed that will be: what can be done elsewhere is known now.
  for (const worker of workers) takeBackUnbegun(state, worker);
  state.errands.retireRequests.push({ client, ackId, workers });
}

/** Goes on with what is under way. */
export function advanceRetirements(state: SchedulerState): void {
  for (const retirement of state.errands.retirements.values()) advance(state, retirement);
  state.errands.retireRequests = state.errands.retireRequests.filter(({ client, ackId, workers }) => {
    if (workers.some((worker) => state.errands.retirements.has(worker))) return true;
    const left = workers.filter((worker) => worker.isGone).map((worker) => worker.address);
    tellClient(state, client, { type: "answer", ackId, value: left });
    return false;
  });
}

function advance(state: SchedulerState, retirement: Retirement): void {
  const { worker, copies } = retirement;
  if (worker.isGone) return void state.errands.retirements.delete(worker);
  if (retirement.isToldToStop) return;
  const over = advanceCopies(state, copies);
  if (over.length > 0) retirement.vainRounds = over.some((copy) => copy.isThere) ? 0 : retirement.vainRounds + 1;
  if (worker.residents.size > 0) return stay(state, retirement, "actors live there");
  if (!copies.isEmpty) return;
  const isBusy = hasWork(state, worker);
  // While it runs something, its values are looked through only when there are others than before.
  if (isBusy && worker.holds.size === retirement.seenCount) return;
  retirement.seenCount = worker.holds.size;
  const unique = uniqueValues(worker);
  if (unique.length === 0) {
    if (!isBusy) stop(state, retirement);
    return;
  }
  const recipients = takers(state);
  if (recipients.length === 0) return stay(state, retirement, "no other worker can take what only it has");
  if (retirement.vainRounds >= VAIN_ROUNDS_MAX) return stay(state, retirement, "what only it has cannot be copied");
  shareOut(copies, unique, recipients);
  advanceCopies(state, copies);
}

/** Values that go with the worker: no other has them, but such as leave, too. */
function uniqueValues(worker: WorkerRecord): TaskRecord[] {
  return [...worker.holds].filter((task) => !task.holders.some((other) => other !== worker && other.isOpen));
}

/** Each value goes to whoever will have least by then. */
function shareOut(copies: CopyList, values: readonly TaskRecord[], recipients: readonly WorkerRecord[]): void {
  const shares = new KeyedHeap<Share>((a, b) => a.bytes - b.bytes || a.order - b.order);
  recipients.forEach((worker, order) => shares.push({ worker, order, bytes: worker.heldBytes }));
  for (const task of values) {
    const share = shares.pop()!;
    copies.waiting.push(new Copy(task, share.worker));
    share.bytes += task.bytes + 1;
    shares.push(share);
  }
}

interface Share {
  readonly worker: WorkerRecord;
  readonly order: number;
  bytes: number;
}

/** Whether something runs there that shall finish. What waits for tasks that nobody is left to run never will. */
function hasWork(state: SchedulerState, worker: WorkerRecord): boolean {
  if (worker.firstRun === undefined || worker.busy > 0) return worker.busy > 0;
  for (const other of state.workers.values()) if (other.isOpen) return true;
  return false;
}

function stop(state: SchedulerState, retirement: Retirement): void {
  retirement.isToldToStop = true;
  tellWorker(state, retirement.worker, { type: "stop-worker", reason: "it was retired" });
}

function stay(state: SchedulerState, { worker }: Retirement, reason: string): void {
  state.errands.retirements.delete(worker);
  setOpen(state, worker, true);
  log(state, "warning", `Worker ${describe(worker.name)} stays: ${reason}`);
}

function named(state: SchedulerState, names: readonly string[]): WorkerRecord[] {
  return [...state.workers.values()].filter((worker) => isNamed(worker, names));
}

/** Those that run least, and of these those that hold least. */
function dispensable(state: SchedulerState, count: number): WorkerRecord[] {
  const open = [...state.workers.values()].filter((worker) => worker.isOpen);
  open.sort((a, b) => a.residents.size - b.residents.size || runCount(a) - runCount(b) || a.heldBytes - b.heldBytes);
  return open.slice(0, count);
}

/** Suspended ones, too: what waits there would have to be run again. */
function runCount(worker: WorkerRecord): number {
  let count = 0;
  for (let run = worker.firstRun; run !== undefined; run = run.next) count++;
  return count;
}
