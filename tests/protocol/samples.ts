/** At least one message of every kind of every conversation; the compiler refuses a kind that is missing. */
import type { ActorPart } from "../../actors/protocol/cluster_actor.ts";
import type { CoordinationRequest } from "../../actors/protocol/coordination.ts";
import type { ClientToScheduler, SchedulerToClient } from "../../actors/protocol/client_scheduler.ts";
import type { DefineFunctionMessage } from "../../actors/protocol/define_function.ts";
import type { Packed, PackedArg } from "../../actors/protocol/packed.ts";
import type { DeathRecord, SubmitOptions, WireError } from "../../actors/protocol/task.ts";
import type { ExecutorToWorker, WorkerToExecutor } from "../../actors/protocol/worker_executor.ts";
import type { StoredItem, StoreReply, StoreRequest } from "../../actors/protocol/worker_peer.ts";
import type { SchedulerToWorker, WorkerToScheduler } from "../../actors/protocol/worker_scheduler.ts";

/** Messages by type, none missing. */
type Samples<M extends { readonly type: string }> = {
  readonly [T in M["type"]]: readonly Extract<M, { readonly type: T }>[];
};

const BYTES = Uint8Array.of(1, 2, 3);
const BUNDLE: Packed = [Uint8Array.of(4), new Uint8Array(64).fill(5), new Uint8Array(0)];

/** Every form of a packed value. */
export const PACKED: readonly Packed[] = [
  ...[null, undefined, true, false, 0, -1.5, NaN, -Infinity, 2 ** 53, 7n, -(2n ** 70n), "", "ä\0😀"],
  ...[BYTES, new Uint8Array(0), BUNDLE],
];

const ARGS: readonly PackedArg[] = [...PACKED, [0], [3]];
const ERROR: WireError = { text: "RangeError: too far", value: BYTES };
const DEATH: DeathRecord = {
  worker: "alice, executor-1",
  reason: "ran out of memory",
  exitCode: 134,
  signal: "SIGABRT",
  lastLines: ["one", ""],
  lastRssBytes: 1e9,
};
const VAGUE_DEATH: DeathRecord = {
  worker: "bob",
  reason: "lost its connection",
  exitCode: undefined,
  signal: undefined,
  lastLines: [],
  lastRssBytes: undefined,
};
const OPTIONS: SubmitOptions = {
  priority: -2.5,
  retries: 3,
  timeoutMs: 10,
  noWorkerTimeoutMs: 0,
  resources: { gpu: 2, mem: 1e9, "ä": 0.5 },
  workers: ["alice", "tcp://127.0.0.1:1"],
  allowOtherWorkers: true,
};
const NO_OPTIONS: SubmitOptions = {
  priority: undefined,
  retries: 0,
  timeoutMs: undefined,
  noWorkerTimeoutMs: undefined,
  resources: undefined,
  workers: undefined,
  allowOtherWorkers: false,
};
const PARTS: readonly ActorPart[] = [
  { type: "make", isReentrant: true },
  { type: "make", isReentrant: false },
  { type: "call", actor: "a", caller: "c1 run:7", name: undefined },
  { type: "call", actor: "a", caller: "c1 run:7", name: "shop" },
];
const ITEM: StoredItem = { key: "k", value: BUNDLE, bytes: 65, valueType: "Uint8Array" };

const DEFINITIONS: readonly DefineFunctionMessage[] = [
  ...PACKED.map((code) => ({ type: "define-function", hash: "h", name: "", code }) as const),
  { type: "define-function", hash: "h", name: "resize", code: new Uint8Array(2), requires: ["i", "j"] },
];

const COORDINATION_REQUESTS: readonly CoordinationRequest[] = [
  ...PACKED.map((item) => ({ type: "queue-put", name: "q", maxSize: 3, item, keys: ["a", "b"] } as const)),
  { type: "queue-get", name: "q", maxSize: undefined, count: 0 },
  { type: "queue-size", name: "", maxSize: 0 },
  { type: "queue-close", name: "q", maxSize: 1 },
  ...PACKED.map((item) => ({ type: "variable-set", name: "v", item, keys: [] } as const)),
  { type: "variable-get", name: "v" },
  { type: "variable-delete", name: "v" },
  { type: "lock-acquire", names: ["a", "b"], count: 1 },
  { type: "semaphore-acquire", name: "s", leases: 3 },
  { type: "flag-set", name: "f" },
  { type: "flag-clear", name: "f" },
  { type: "flag-wait", name: "f" },
  { type: "flag-is-set", name: "f" },
  ...PACKED.map((item) => ({ type: "topic-publish", name: "t", item, keys: ["a"] } as const)),
  { type: "topic-subscribe", name: "t", capacity: 1_000, capacityBytes: undefined, overflow: "wait" },
  { type: "topic-subscribe", name: "t", capacity: 1, capacityBytes: 1e9, overflow: "drop-oldest" },
];

/** Client to scheduler. */
export const CLIENT_TO_SCHEDULER: Samples<ClientToScheduler> = {
  "call-actor": [
    {
      ...{ type: "call-actor", key: "k", actor: "a", args: ARGS, deps: ["x"], caller: "run:7", parent: 7 },
      ...{ timeoutMs: 50, isTell: true },
    },
    {
      ...{ type: "call-actor", key: "k", actor: "a", args: [], deps: [], caller: "", parent: undefined },
      ...{ timeoutMs: undefined, isTell: false },
    },
  ],
  "find-actor": [{ type: "find-actor", ackId: 1, name: "n", waits: true }],
  "end-actor": [{ type: "end-actor", ackId: 1, key: "k", isKill: false }],
  "register-client": [{ type: "register-client", clientId: "local:///client#s", name: "notebook", graceMs: 800 }],
  "define-function": DEFINITIONS,
  submit: [
    { type: "submit", key: "k", fn: "h", args: ARGS, deps: ["a", "b"], options: OPTIONS, parent: 7 },
    { type: "submit", key: "", fn: "", args: [], deps: [], options: undefined, parent: undefined },
    { type: "submit", key: "k", fn: "h", args: [], deps: [], options: { ...NO_OPTIONS, isAside: true }, parent: 7 },
    ...[undefined, "counter"].map((name) => ({
      ...{ type: "submit", key: "k", fn: "h", args: [], deps: [], parent: 7 } as const,
      options: { ...OPTIONS, actor: { name, isReentrant: name === undefined } },
    })),
    { type: "submit", key: "k", fn: "h", args: [[0]], deps: ["a"], options: NO_OPTIONS, parent: undefined },
  ],
  "submit-map": [
    {
      type: "submit-map",
      fn: "h",
      keys: ["a", "b"],
      args: [ARGS, []],
      deps: [["x"], []],
      options: OPTIONS,
      parent: 0,
    },
    { type: "submit-map", fn: "h", keys: [], args: [], deps: [], options: undefined, parent: undefined },
  ],
  "submit-graph": [
    {
      type: "submit-graph",
      fns: ["h", "i"],
      keys: ["a", "b"],
      args: [ARGS, [[0]]],
      deps: [["x"], ["a"]],
      options: OPTIONS,
      parent: 0,
    },
    { type: "submit-graph", fns: [], keys: [], args: [], deps: [], options: undefined, parent: undefined },
  ],
  claim: [{ type: "claim", keys: ["a", "b"] }],
  release: [{ type: "release", keys: [] }],
  cancel: [{ type: "cancel", ackId: 1, keys: ["a"], force: true, reason: "no need" }],
  retry: [{ type: "retry", ackId: 2, keys: ["a"] }],
  scatter: [
    { type: "scatter", ackId: 3, keys: ["a", "b"], bytes: [1, 2], copies: 2, workers: ["w1"] },
    { type: "scatter", ackId: 4, keys: [], bytes: [], copies: 0, workers: undefined },
  ],
  "ask-holders": [{ type: "ask-holders", ackId: 5, keys: ["a"] }],
  "report-missing": [{ type: "report-missing", keys: ["a"], workers: ["w1", "w2"] }],
  query: [{ type: "query", ackId: 6, what: "story", about: ["a"] }],
  "unregister-client": [{ type: "unregister-client" }],
  shutdown: [{ type: "shutdown" }],
  order: [
    ...PACKED.map((value) => ({ type: "publish", name: "zs", keys: ["a", "b"], value, replace: true } as const)),
    { type: "unpublish", name: "zs" } as const,
    { type: "give-dataset", name: "" } as const,
    { type: "replicate", keys: ["a"], copies: 2 } as const,
    { type: "rebalance", keys: ["a"] } as const,
    { type: "rebalance", keys: undefined } as const,
    { type: "retire-workers", workers: ["alice"], count: 0 } as const,
    { type: "retire-workers", workers: undefined, count: 2 } as const,
    { type: "restart" } as const,
  ].map((order) => ({ type: "order", ackId: 7, order })),
  "fire-and-forget": [{ type: "fire-and-forget", keys: ["a", "b"] }],
  "forget-functions": [{ type: "forget-functions", hashes: ["h", "i"] }],
  keep: [{ type: "keep", key: "a", keys: ["b", "c"] }],
  coordinate: COORDINATION_REQUESTS.map((request, index) => ({
    type: "coordinate",
    ackId: 8,
    run: index % 2 === 0 ? 7 : undefined,
    request,
  })),
  took: [{ type: "took", ackId: 8, count: 2 }],
  "give-up": [{ type: "give-up", ackIds: [8, 9] }],
  "leave-things": [{ type: "leave-things", things: ["queue:q", "lock:", "topic:a:b"] }],
};

/** Scheduler to client. */
export const SCHEDULER_TO_CLIENT: Samples<SchedulerToClient> = {
  welcome: [
    { type: "welcome", address: "tcp://127.0.0.1:8786", dashboardUrl: "http://127.0.0.1:8787" },
    { type: "welcome", address: "", dashboardUrl: undefined },
  ],
  "workers-changed": [{ type: "workers-changed", workers: 2, threads: 16 }],
  finished: PACKED.map((value) => ({
    type: "finished",
    key: "k",
    bytes: 16,
    valueType: "number",
    holders: ["w1"],
    hasValue: true,
    value,
  })),
  failed: [
    { type: "failed", key: "k", error: ERROR, worker: "alice" },
    { type: "failed", key: "k", error: { text: "", value: BUNDLE }, worker: undefined },
  ],
  cancelled: [{ type: "cancelled", key: "k", reason: "by client" }],
  lost: [{ type: "lost", key: "k", reason: "it was only on w1" }],
  pending: [{ type: "pending", key: "k" }],
  printed: [
    { type: "printed", key: "k", stream: "out", text: "hello\n" },
    { type: "printed", key: "k", stream: "err", text: "" },
  ],
  done: [{ type: "done", ackId: 1 }],
  refused: [{ type: "refused", ackId: 2, error: ERROR }],
  placed: [{ type: "placed", ackId: 3, workers: [["w1", "w2"], []] }],
  holders: [{ type: "holders", ackId: 4, workers: [] }],
  answer: [
    { type: "answer", ackId: 5, value: { tasks: [1, { deep: null }], at: undefined } },
    { type: "answer", ackId: 6, value: undefined },
  ],
  closing: [{ type: "closing", reason: "the scheduler stops" }],
  handed: [
    { type: "handed", ackId: 8, items: PACKED, isHeld: true },
    { type: "handed", ackId: 9, items: [], isHeld: false },
  ],
  published: PACKED.map((item) => ({ type: "published", ackId: 8, item })),
};

/** Worker to scheduler. */
export const WORKER_TO_SCHEDULER: Samples<WorkerToScheduler> = {
  "actor-ended": [
    { type: "actor-ended", key: "k", death: DEATH },
    { type: "actor-ended", key: "k", death: undefined },
  ],
  "register-worker": [
    {
      type: "register-worker",
      workerId: "tcp://127.0.0.1:1/w#s",
      name: "alice",
      threads: 4,
      memoryLimitBytes: 2 ** 33,
      resources: { gpu: 1 },
      hasNanny: true,
    },
    {
      type: "register-worker",
      workerId: "w",
      name: "",
      threads: 0,
      memoryLimitBytes: undefined,
      resources: {},
      hasNanny: false,
    },
  ],
  started: [{ type: "started", runIds: [1, 2] }, { type: "started", runIds: [] }],
  suspended: [{ type: "suspended", runId: 1 }],
  resumed: [{ type: "resumed", runId: 2 ** 40 }],
  finished: PACKED.map((value) => ({
    type: "finished",
    runId: 1,
    bytes: 3,
    valueType: "string",
    durationMs: 0.25,
    hasValue: true,
    value,
  })),
  failed: [{ type: "failed", runId: 1, error: ERROR, durationMs: 1.5, retriable: true }],
  rescheduled: [{ type: "rescheduled", runId: 1 }],
  stopped: [{ type: "stopped", runId: 0 }],
  returned: [{ type: "returned", runIds: [3] }],
  died: [
    { type: "died", runId: 1, started: true, death: DEATH },
    { type: "died", runId: 2, started: false, death: VAGUE_DEATH },
  ],
  "missing-inputs": [{ type: "missing-inputs", runId: 1, keys: ["a"], from: ["w1", "w2"] }],
  stored: [{ type: "stored", key: "k", bytes: 10, valueType: "number" }],
  printed: [{ type: "printed", clientId: "c", key: "k", stream: "err", text: "oh\n" }],
  heartbeat: [{ type: "heartbeat", runIds: [1], rssBytes: 2 ** 34, storedBytes: 5 }],
  leaving: [{ type: "leaving", reason: "told to" }],
  "copy-failed": [{ type: "copy-failed", keys: ["a"], from: ["w1"] }, { type: "copy-failed", keys: [], from: [] }],
  restarted: [{ type: "restarted" }],
  paused: [{ type: "paused", isPaused: true }, { type: "paused", isPaused: false }],
  "missing-functions": [{ type: "missing-functions", runId: 7, hashes: ["h"] }],
};

/** Scheduler to worker. */
export const SCHEDULER_TO_WORKER: Samples<SchedulerToWorker> = {
  "welcome-worker": [{ type: "welcome-worker", heartbeatMs: 1_000 }],
  "define-function": DEFINITIONS,
  run: [
    ...PARTS.map((actor) => ({
      ...{ type: "run", runId: 12, key: "k", fn: "h", args: [], deps: [], holders: [], user: 0, depth: 0 } as const,
      ...{ order: 0, attempt: 1, clientId: "c", announce: false, timeoutMs: undefined, actor },
    })),
    {
      type: "run",
      runId: 9,
      key: "k",
      fn: "h",
      args: ARGS,
      deps: ["a", "b"],
      holders: [["w1"], []],
      user: -0.5,
      depth: 2,
      order: 77.5,
      attempt: 1,
      clientId: "c",
      announce: true,
      timeoutMs: 250,
    },
    {
      type: "run",
      runId: 10,
      key: "k",
      fn: "h",
      args: [],
      deps: [],
      holders: [],
      user: 0,
      depth: 0,
      order: 0,
      attempt: 2,
      clientId: "",
      announce: false,
      timeoutMs: undefined,
    },
    {
      type: "run",
      runId: 11,
      key: "k",
      fn: "h",
      args: [1],
      deps: [],
      holders: [],
      user: 0,
      depth: 0,
      order: 5,
      attempt: 1,
      clientId: "c",
      announce: false,
      timeoutMs: undefined,
    },
  ],
  free: [{ type: "free", keys: ["a"] }],
  "cancel-run": [{ type: "cancel-run", runId: 1, reason: "", graceMs: 1_000 }],
  "take-back": [{ type: "take-back", runIds: [1, 2, 3] }],
  replicate: [{ type: "replicate", keys: ["a", "b"], holders: [["w1"], []] }],
  "worker-gone": [{ type: "worker-gone", workerId: "w2" }],
  "stop-worker": [{ type: "stop-worker", reason: "the scheduler stops" }],
  "restart-worker": [{ type: "restart-worker", reason: "the cluster was restarted" }],
};

/** Worker to executor. */
export const WORKER_TO_EXECUTOR: Samples<WorkerToExecutor> = {
  "end-actor": [{ type: "end-actor", key: "k" }],
  "define-function": DEFINITIONS,
  execute: [
    ...PARTS.map((actor) => ({
      ...{ type: "execute", runId: 1, cell: 0, key: "k", fn: "h", args: [], deps: [], inputs: [] } as const,
      ...{ user: 0, depth: 0, order: 0, attempt: 1, clientId: "c", announce: false, timeoutMs: undefined, actor },
    })),
    {
      type: "execute",
      runId: 9,
      cell: 0xffff,
      key: "k",
      fn: "h",
      args: ARGS,
      deps: ["a"],
      inputs: PACKED,
      user: 1,
      depth: 2,
      order: 3,
      attempt: 4,
      clientId: "c",
      announce: true,
      timeoutMs: 0.5,
    },
    {
      type: "execute",
      runId: 1,
      cell: 0,
      key: "k",
      fn: "h",
      args: [],
      deps: [],
      inputs: [],
      user: 0,
      depth: 0,
      order: 0,
      attempt: 1,
      clientId: "c",
      announce: false,
      timeoutMs: undefined,
    },
  ],
  cancel: [{ type: "cancel", runId: 1, reason: "no need" }],
  ping: [{ type: "ping", pingId: 3 }],
  "forget-functions": [{ type: "forget-functions", hashes: ["h"] }],
};

/** Executor to worker. */
export const EXECUTOR_TO_WORKER: Samples<ExecutorToWorker> = {
  "actor-ended": [{ type: "actor-ended", key: "k", reason: "" }],
  started: [{ type: "started", runIds: [4, 5] }],
  suspended: [{ type: "suspended", runId: 1 }],
  resumed: [{ type: "resumed", runId: 1 }],
  finished: PACKED.map((value) => ({
    type: "finished",
    runId: 2,
    value,
    bytes: 8,
    valueType: "Map",
    durationMs: 12.5,
  })),
  failed: [{ type: "failed", runId: 3, error: ERROR, durationMs: 0, retriable: false }],
  rescheduled: [{ type: "rescheduled", runId: 1 }],
  stopped: [{ type: "stopped", runId: 1 }],
  printed: [{ type: "printed", clientId: "c", key: "k", stream: "out", text: "x" }],
  pong: [{ type: "pong", pingId: 1, heapLimitBytes: 2 ** 31, runIds: [1, 2] }],
};

/** To a worker's store. */
export const STORE_REQUESTS: Samples<StoreRequest> = {
  get: [{ type: "get", keys: ["a", "b"] }, { type: "get", keys: [] }],
  put: [{ type: "put", items: [ITEM, { ...ITEM, value: undefined }] }],
  describe: [{ type: "describe" }],
};

/** From a worker's store. */
export const STORE_REPLIES: Samples<StoreReply> = {
  values: [{ type: "values", found: [ITEM], missing: ["b"] }, { type: "values", found: [], missing: [] }],
  kept: [{ type: "kept" }],
  description: [{ type: "description", value: { runs: [1, "a", null] } }],
};

/** A death record with everything, and one with nothing. */
export const DEATHS: readonly DeathRecord[] = [DEATH, VAGUE_DEATH];

/** All messages of a table. */
export function flat<M extends { readonly type: string }>(samples: Samples<M>): readonly M[] {
  return Object.values<readonly M[]>(samples).flat();
}
