/** All that the scheduler knows, as plain data for people: for a dump that is looked at later. @module */
import type { ClientRecord, TaskRecord, WorkerRecord } from "./records.ts";
import type { SchedulerState } from "./state.ts";
import { STATE_NAMES } from "./transitions.ts";

/** Describes the whole state. Values and code are left out: only their sizes and names are told. */
export function describeScheduler(state: SchedulerState): unknown {
  return {
    address: state.options.address,
    atMs: state.nowMs + state.options.storyTimeOffsetMs,
    noWorkerTimeoutMs: state.options.noWorkerTimeoutMs,
    limits: { ...state.limits },
    tasks: Array.from(state.tasks.values(), (task) => describeTask(state, task)),
    workers: Array.from(state.workers.values(), describeWorker),
    clients: Array.from(state.clients.values(), describeClient),
    claimants: Array.from(state.claimants.values(), describeClient),
    datasets: Array.from(state.datasets, ([name, { keys }]) => ({ name, keys: [...keys] })),
    functions: Array.from(state.functions.values(), ({ hash, name, users, meanMs }) => ({ hash, name, users, meanMs })),
    errands: state.errands.count,
    pendingScatters: state.pendingScatters.length,
  };
}

function describeTask(state: SchedulerState, task: TaskRecord): unknown {
  const { key, order, user, depth, attempts, retriesLeft, deaths, isSuspect, bytes, valueType, neededBy } = task;
  return {
    ...{ key, order, priority: user, depth, attempts, retriesLeft, deaths, isSuspect, bytes, valueType, neededBy },
    state: STATE_NAMES[task.state],
    function: task.fn?.name,
    dependencies: task.deps.map((dep) => dep.key),
    dependents: task.dependents === undefined ? [] : task.dependents.toArray().map((dependent) => dependent.key),
    claimants: [task.claimant, ...task.otherClaimants ?? []].flatMap((client) => client === undefined ? [] : client.id),
    holders: task.holders.map((worker) => worker.id),
    run: task.run === undefined ? undefined : { id: task.run.id, worker: task.run.worker.id },
    restriction: task.roster.restriction,
    fate: task.fate === undefined ? undefined : {
      type: task.fate.type,
      reason: task.fate.type === "failed" ? task.fate.error.text : task.fate.reason,
    },
    story: state.story.read(key, state.limits.storyLength, state.options.storyTimeOffsetMs).map((line) => ({
      ...line,
    })),
  };
}

function describeWorker(worker: WorkerRecord): unknown {
  const { id, name, threads, memoryLimitBytes, resources, hasNanny, isOpen, isPaused, busy } = worker;
  const runs = [];
  for (let run = worker.firstRun; run !== undefined; run = run.next) {
    const { id, key, hasStarted, isSuspended, isTakenBack, isAside, sentAtMs } = run;
    runs.push({ id, key, hasStarted, isSuspended, isTakenBack, isAside, sentAtMs, isGivenUp: run.task === undefined });
  }
  return {
    ...{ id, name, threads, memoryLimitBytes, resources, hasNanny, isOpen, isPaused, busy, runs },
    estimateMs: worker.estimateMs,
    isStalled: worker.isStalled,
    available: Object.fromEntries(worker.available),
    holds: Array.from(worker.holds, (task) => task.key),
    heldBytes: worker.heldBytes,
    rssBytes: worker.rssBytes,
    parked: Array.from(worker.parked.keys(), (task) => task.key),
  };
}

function describeClient(client: ClientRecord): unknown {
  const { id, name, graceMs, leftAtMs } = client;
  return { id, name, graceMs, leftAtMs, claims: Array.from(client.claims, (task) => task.key) };
}
