/** Answers to questions about the cluster: plain data, made when somebody asks. @module */
import { describe } from "../../base/errors.ts";
import { nameOfKey } from "../../base/key_name.ts";
import type { ClientToScheduler } from "../../protocol/client_scheduler.ts";
import { describeScheduler } from "./description.ts";
import { tellClient } from "./outbox.ts";
import type { ClientRecord, TaskRecord, WorkerRecord } from "./records.ts";
import { holderIds } from "./runs.ts";
import { isNamed } from "./rosters.ts";
import type { SchedulerState } from "./state.ts";
import { isUnfinished, MEMORY, STATE_NAMES } from "./transitions.ts";

/** A client asks something. */
export function query(
  state: SchedulerState,
  client: ClientRecord,
  m: Extract<ClientToScheduler, { type: "query" }>,
): void {
  const value = answerQuery(state, m.what, m.about);
  if (value !== undefined) return tellClient(state, client, { type: "answer", ackId: m.ackId, value });
  const message = `Cannot answer query ${describe(m.what)}: there is no such question`;
  const hint = "Ask for info, workers, counts, story, processing, has-what, who-has, nbytes, states, datasets, state " +
    "or unfinished-inputs";
  const error = state.options.makeError("input/invalid", message, hint);
  tellClient(state, client, { type: "refused", ackId: m.ackId, error });
}

/** The answer to a query; undefined when there is no such question. `about`: keys or workers; empty means all. */
export function answerQuery(state: SchedulerState, what: string, about: readonly string[]): unknown {
  switch (what) {
    case "info":
      return { address: state.options.address, workers: byWorker(state, about, workerInfo) };
    case "workers":
      return byWorker(state, about, workerDetails);
    case "counts":
      return counts(state);
    case "story":
      return about.flatMap((key) =>
        state.story.read(key, state.limits.storyLength, state.options.storyTimeOffsetMs).map((line) => ({ ...line }))
      );
    case "processing":
      return byWorker(state, about, runKeys);
    case "has-what":
      return byWorker(state, about, (worker) => Array.from(worker.holds, (task) => task.key));
    case "who-has":
      return byKey(state, about, (task) => task.holders.map((worker) => worker.address));
    case "nbytes":
      return byKey(state, about, (task) => task.state === MEMORY ? task.bytes : undefined);
    case "state":
      return describeScheduler(state);
    case "datasets":
      return [...state.datasets.keys()];
    case "states":
      return byKey(state, about, (task) => STATE_NAMES[task.state]);
    case "unfinished-inputs":
      return unfinishedInputs(state, about);
    default:
      return undefined;
  }
}

/** How many unfinished tasks these need, themselves left out, by name: what a progress bar counts. */
function unfinishedInputs(state: SchedulerState, keys: readonly string[]): Record<string, number> {
  const trail = keys.map((key) => state.tasks.get(key)).filter((task) => task !== undefined);
  const seen = new Set<TaskRecord>(trail);
  const counts = new Map<string, number>();
  for (let task = trail.pop(); task !== undefined; task = trail.pop()) {
    if (!isUnfinished(task.state)) continue;
    for (const dep of task.deps) {
      if (!isUnfinished(dep.state) || seen.size === seen.add(dep).size) continue;
      trail.push(dep);
      const name = nameOfKey(dep.key);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return Object.fromEntries(counts);
}

/** A client asks which workers hold these results. */
export function askHolders(
  state: SchedulerState,
  client: ClientRecord,
  m: Extract<ClientToScheduler, { type: "ask-holders" }>,
): void {
  const workers = m.keys.map((key) => {
    const task = state.tasks.get(key);
    return task?.state === MEMORY ? holderIds(task, Infinity) : [];
  });
  tellClient(state, client, { type: "holders", ackId: m.ackId, workers });
}

function counts(state: SchedulerState): unknown {
  const tasks: Record<string, number> = Object.fromEntries(STATE_NAMES.map((name) => [name, 0]));
  for (const task of state.tasks.values()) tasks[STATE_NAMES[task.state]!]!++;
  let threads = 0;
  let busy = 0;
  let heldBytes = 0;
  for (const worker of state.workers.values()) {
    threads += worker.threads;
    busy += Math.min(worker.busy, worker.threads);
    heldBytes += worker.heldBytes;
  }
  const { workers, clients, functions, runs } = state;
  const sizes = { workers: workers.size, clients: clients.size, functions: functions.size, runs: runs.size };
  return { tasks, ...sizes, threads, busy, heldBytes };
}

function workerInfo(worker: WorkerRecord): unknown {
  return {
    address: worker.address,
    name: worker.name,
    threads: worker.threads,
    memoryLimit: worker.memoryLimitBytes,
    resources: { ...worker.resources },
  };
}

function workerDetails(worker: WorkerRecord): unknown {
  const { host, hasNanny, isOpen, isPaused, busy, estimateMs, heldBytes, rssBytes, storedBytes, heardAtMs } = worker;
  return {
    address: worker.address,
    name: worker.name,
    threads: worker.threads,
    memoryLimit: worker.memoryLimitBytes,
    resources: { ...worker.resources },
    ...{ host, hasNanny, isOpen, isPaused, busy, estimateMs, heldBytes, rssBytes, storedBytes, heardAtMs },
    held: worker.holds.size,
    parked: worker.parked.size,
  };
}

function runKeys(worker: WorkerRecord): string[] {
  const keys: string[] = [];
  for (let run = worker.firstRun; run !== undefined; run = run.next) keys.push(run.key);
  return keys;
}

function byWorker(
  state: SchedulerState,
  about: readonly string[],
  read: (worker: WorkerRecord) => unknown,
): Record<string, unknown> {
  const answer: Record<string, unknown> = {};
  for (const worker of state.workers.values()) {
    if (about.length === 0 || isAbout(worker, about)) {
      answer[worker.address] = read(worker);
    }
  }
  return answer;
}

function isAbout(worker: WorkerRecord, about: readonly string[]): boolean {
  return isNamed(worker, about);
}

function byKey(
  state: SchedulerState,
  about: readonly string[],
  read: (task: TaskRecord) => unknown,
): Record<string, unknown> {
  const answer: Record<string, unknown> = {};
  for (const key of about.length === 0 ? state.tasks.keys() : about) {
    const task = state.tasks.get(key);
    const value = task === undefined ? undefined : read(task);
    if (value !== undefined) answer[key] = value;
  }
  return answer;
}
