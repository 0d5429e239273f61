/** What the conversations about tasks share: names, options, and how errors and deaths are told. @module */
import type { Packed } from "./packed.ts";

/** Names one result in the cluster. */
export type TaskKey = string;
/** Names one attempt of a task on one worker; never used twice by a scheduler. */
export type RunId = number;
/** Full text address of a worker actor, incarnation included: never used twice. */
export type WorkerId = string;
/** Names one client session; never used twice. */
export type ClientId = string;
/** Content hash of a function. */
export type FunctionHash = string;
/** Content of a function, opaque to all but `code/`. */
export type FunctionCode = Packed;

/** How a task goes before others: higher `user` first, then deeper nesting, then lower `order`. */
export interface Priority {
  /** As submitted with `priority`, or inherited from the submitting task. */
  readonly user: number;
  /** 0 for what a program submits, one more for what its tasks submit, and so on. */
  readonly depth: number;
  /** Order of arrival at the scheduler; what depends on unfinished tasks stands right behind the last of them. */
  readonly order: number;
}

/** Options of a submitted task, as they travel; absent ones are undefined. */
export interface SubmitOptions {
  /** Higher goes first; undefined inherits. */
  readonly priority: number | undefined;
  /** How often a task that throws is started again. */
  readonly retries: number;
  /** Longest time of one run. */
  readonly timeoutMs: number | undefined;
  /** How long it may wait while no worker fits; undefined takes the scheduler's. */
  readonly noWorkerTimeoutMs: number | undefined;
  /** What a run occupies of a worker's abstract resources. */
  readonly resources: Readonly<Record<string, number>> | undefined;
  /** Addresses, names or hosts that may run it. */
  readonly workers: readonly string[] | undefined;
  /** Whether `workers` is a wish only. */
  readonly allowOtherWorkers: boolean;
  /** It goes at once to a worker that fits, whatever that runs, and takes no slot there. */
  readonly isAside?: true;
  /** It makes an actor. */
  readonly actor?: ActorWish;
}

/** An actor that is to be made. */
export interface ActorWish {
  /** Nobody else in the cluster has it; undefined: it has none. */
  readonly name: string | undefined;
  /** Whether async methods may interleave. */
  readonly isReentrant: boolean;
}

/** An error on its way: the task's own error, encoded whole, and a text that anyone can show. */
export interface WireError {
  /** For messages and dashboards: `name: message`. */
  readonly text: string;
  /** The error itself, as the value codec wrote it. */
  readonly value: Packed;
}

/** How a worker, or one of its executors, came to its end. */
export interface DeathRecord {
  /** The worker concerned. */
  readonly worker: string;
  /** One sentence part: "ran out of memory", "exited with code 7", "was killed by SIGKILL", "lost its connection". */
  readonly reason: string;
  /** Exit code of the process or thread, if known. */
  readonly exitCode: number | undefined;
  /** Signal that ended the process, if any. */
  readonly signal: string | undefined;
  /** The last lines it printed, oldest first. */
  readonly lastLines: readonly string[];
  /** Resident memory at its last report, in bytes. */
  readonly lastRssBytes: number | undefined;
}
