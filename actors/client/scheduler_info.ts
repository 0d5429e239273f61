/** What a client is told about the cluster. @module */

/** One line of a task's story. */
export interface StoryEvent {
  /** Wall clock, in milliseconds since 1970. */
  readonly timeMs: number;
  /** The state it left. */
  readonly from: string;
  /** The state it entered. */
  readonly to: string;
  /** What caused it. */
  readonly cause: string;
  /** The worker concerned. */
  readonly worker?: string;
}

/** What the scheduler knows of itself and its workers. */
export interface SchedulerInfo {
  /** The scheduler's address. */
  readonly address: string;
  /** By address. */
  readonly workers: Readonly<Record<string, WorkerInfo>>;
}

/** What the scheduler knows of a worker. */
export interface WorkerInfo {
  /** Where it listens. */
  readonly address: string;
  /** Its alias. */
  readonly name: string;
  /** How many tasks it runs at once. */
  readonly threads: number;
  /** Its limit in bytes; undefined without one. */
  readonly memoryLimit: number | undefined;
  /** Its abstract resources. */
  readonly resources: Readonly<Record<string, number>>;
}
