/** What a client needs of the world around it; made by whoever connects it. @module */
import type { Clock } from "../base/clock.ts";
import type { Limits } from "../base/limits.ts";
import type { Random } from "../base/random.ts";
import type { Capturer } from "../code/capture.ts";
import type { Reviver } from "../code/revive.ts";
import type { RefReader } from "./special_values.ts";
import type { ClientToScheduler } from "../protocol/client_scheduler.ts";
import type { ClientId, TaskKey, WorkerId } from "../protocol/task.ts";
import type { StoredItem } from "../protocol/worker_peer.ts";

/** The world of one client session. */
export interface ClientWorld {
  /** Time. */
  readonly clock: Clock;
  /** Chance: names of impure tasks and scattered values. */
  readonly random: Random;
  /** Limits. */
  readonly limits: Limits;
  /** Names this session. */
  readonly clientId: ClientId;
  /** Turns functions into what travels. */
  readonly capturer: Capturer;
  /** Makes functions again that came within values. */
  readonly reviver: Reviver;
  /** Makes refs of users' actors again that came within values. */
  readonly actorRefs: RefReader;
  /** Says these things to the scheduler: the one ordered stream. Dropped after the end of the connection. */
  tellScheduler(messages: readonly ClientToScheduler[]): void;
  /** Gets results from a worker's store, directly or, when it cannot be reached from here, through the scheduler. */
  fetch(
    worker: WorkerId,
    keys: readonly TaskKey[],
  ): Promise<{ found: readonly StoredItem[]; missing: readonly TaskKey[] }>;
  /** Asks a worker for all that it knows: plain data. */
  describe(worker: WorkerId): Promise<unknown>;
  /** Puts values into a worker's store; resolves when they are there. */
  put(worker: WorkerId, items: readonly StoredItem[]): Promise<void>;
  /** Shows what a task printed, as it printed it. */
  print(stream: "out" | "err", text: string): void;
  /** The process stays alive from a call with true until one with false: somebody waits for a result. */
  keepAlive(waiting: boolean): void;
  /** Ends the connection; resolves when it is gone. Idempotent. */
  disconnect(): Promise<void>;
}
