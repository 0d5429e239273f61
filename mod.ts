/**
 * Troupe: tasks, futures and actors over Deno threads, processes and TCP.
 *
 * ```ts
 * import { Client } from "@troupe/troupe";
 * import { assertEquals } from "@std/assert";
 *
 * await using client = await Client.connect({ threadsPerWorker: 1 });
 * const x = client.submit((n: number) => n + 1, 1);
 * const y = client.submit((a: number, b: number) => a * b, x, 21);
 * assertEquals(await y.result(), 42);
 * ```
 *
 * @module
 */

// Errors
export { type ErrorCode, TroupeError } from "./actors/base/errors.ts";

// Connecting
export { Client, getClient } from "./actors/client/client.ts";
export { type AskFuture, type ClusterActorRef, type FutureReply } from "./actors/client/cluster_actor.ts";
export { ClusterView } from "./actors/client/cluster_view.ts";
export { ClientView } from "./actors/client/client_view.ts";
export type { TlsOptions } from "./actors/actor/credentials.ts";
export type { ByteSize, ConnectOptions, LocalClusterOptions } from "./actors/client/connect_options.ts";
export type { AdaptOptions, Cluster } from "./actors/client/cluster_handle.ts";
export type { SchedulerInfo, StoryEvent, WorkerInfo } from "./actors/client/scheduler_info.ts";
export type { ClientStatus } from "./actors/client/session.ts";
export type { WaitOptions } from "./actors/client/waiting.ts";

// Tasks and futures
export type { Stream } from "./actors/base/stream.ts";
export type {
  AnyIterable,
  AnySources,
  Arg,
  Args,
  Entry,
  IsList,
  Items,
  Opaque,
  Resolved,
  ResolvedArgs,
  Scattered,
  Sources,
  Survivors,
} from "./actors/client/argument.ts";
export { AsCompleted, asCompleted, type AsCompletedOptions } from "./actors/client/as_completed.ts";
export { currentTask, getWorker } from "./actors/client/defaults.ts";
export type { PublishOptions } from "./actors/client/datasets.ts";
export { fireAndForget } from "./actors/client/fire_and_forget.ts";
export {
  Delayed,
  delayed,
  type DelayedArg,
  type DelayedArgs,
  type DelayedClient,
  type DelayedResult,
  type DelayedScheduler,
  setDefaultScheduler,
} from "./actors/client/delayed.ts";
export { Future } from "./actors/client/future.ts";
export type { CancelOptions, FutureStatus } from "./actors/client/future_state.ts";
export type { GatherOptions } from "./actors/client/gather.ts";
export { progress } from "./actors/client/progress.ts";
export type { Graph, GraphResult } from "./actors/client/raw_graph.ts";
export { registerCodec } from "./actors/client/register_codec.ts";
export { Reschedule } from "./actors/client/reschedule.ts";
export type { ScatterOptions } from "./actors/client/scatter.ts";
export type { CurrentTask } from "./actors/client/task_context.ts";
export type { TaskOptions } from "./actors/client/task_options.ts";
export { wait } from "./actors/client/wait.ts";
export type { AnyFunction } from "./actors/code/captured_function.ts";
export { fromModule } from "./actors/code/from_module.ts";

// Coordination
export { Flag } from "./actors/client/flag.ts";
export type { Lease } from "./actors/client/lease.ts";
export { Lock } from "./actors/client/lock.ts";
export { MultiLock } from "./actors/client/multi_lock.ts";
export { Queue, type QueueOptions } from "./actors/client/queue.ts";
export { Semaphore } from "./actors/client/semaphore.ts";
export type { SharedOptions } from "./actors/client/shared_options.ts";
export { Topic } from "./actors/client/topic.ts";
export { Variable } from "./actors/client/variable.ts";

// Clusters
export { ClusterWorker } from "./actors/cluster/cluster_worker.ts";
export { LocalCluster } from "./actors/cluster/local_cluster.ts";
export { Nanny } from "./actors/cluster/nanny.ts";
export { Scheduler, type SchedulerOptions } from "./actors/cluster/scheduler.ts";
export type { WorkerOptions } from "./actors/cluster/worker_plan.ts";

// Actors
export type {
  ActorClass,
  ActorLifecycle,
  ActorMethod,
  ActorRef,
  Ask,
  BaseRef,
  Down,
  Message,
  Reply,
  Tell,
  Untravellable,
} from "./actors/actor/actor_ref.ts";
export {
  Actor,
  type ActorContext,
  ActorSystem,
  type ActorSystemOptions,
  type DeadLetter,
} from "./actors/actor/actor_system.ts";
export type { ActorInfo } from "./actors/actor/actor_list.ts";
export type { DownReason } from "./actors/actor/conversation.ts";
export type { AskOptions } from "./actors/actor/ref.ts";
export type {
  MailboxOptions,
  SpawnArgs,
  SpawnOptions,
  Supervision,
  VirtualOptions,
} from "./actors/actor/spawn_options.ts";
export type { ChildrenPolicy } from "./actors/actor/supervision.ts";
