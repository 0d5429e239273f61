/**
 * The states of a task and which of them may follow which, as data: the check, the docs' diagram and the tests read the
 * same table.
 *
 * @module
 */

/** Known, nothing stored, nothing to do: nobody needs the value now. */
export const RELEASED = 0;
/** Needed, but some dependency is not in memory. */
export const WAITING = 1;
/** Ready, no worker chosen. */
export const QUEUED = 2;
/** Ready, but no worker of the cluster fits its restrictions. */
export const NO_WORKER = 3;
/** One run on one worker. */
export const PROCESSING = 4;
/** The result is on at least one worker. */
export const MEMORY = 5;
/** It failed, or one that it depends on did. */
export const ERRED = 6;
/** Stopped on request. */
export const CANCELLED = 7;
/** Its value existed on lost workers only and cannot be computed again. */
export const LOST = 8;
/** A scattered value that is on its way to workers. */
export const PLACING = 9;
/** Taken out of the records; nothing may follow. */
export const FORGOTTEN = 10;

/** A state of a task. */
export type StateCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

/** The states' names, by code. */
export const STATE_NAMES: readonly string[] = [
  "released",
  "waiting",
  "queued",
  "no-worker",
  "processing",
  "memory",
  "erred",
  "cancelled",
  "lost",
  "placing",
  "forgotten",
];

/** One legal change of state. */
export interface Transition {
  /** The state before. */
  readonly from: StateCode;
  /** The state after. */
  readonly to: StateCode;
  /** When it happens. */
  readonly when: string;
}

/** Every legal change of state. */
export const TRANSITIONS: readonly Transition[] = [
  { from: RELEASED, to: WAITING, when: "needed, an input is missing" },
  { from: RELEASED, to: QUEUED, when: "needed, all inputs are there" },
  { from: RELEASED, to: NO_WORKER, when: "needed, no worker fits" },
  { from: RELEASED, to: PLACING, when: "scattered" },
  { from: RELEASED, to: ERRED, when: "an input failed" },
  { from: RELEASED, to: CANCELLED, when: "an input was cancelled" },
  { from: RELEASED, to: LOST, when: "an input is lost, or it was a scattered value" },
  { from: RELEASED, to: FORGOTTEN, when: "nobody wants it or what needs it" },
  { from: WAITING, to: QUEUED, when: "the last input arrived" },
  { from: WAITING, to: NO_WORKER, when: "the last input arrived, no worker fits" },
  { from: WAITING, to: RELEASED, when: "nobody needs it" },
  { from: WAITING, to: ERRED, when: "an input failed" },
  { from: WAITING, to: CANCELLED, when: "cancelled, or an input was" },
  { from: WAITING, to: LOST, when: "an input is lost" },
  { from: QUEUED, to: PROCESSING, when: "a worker is chosen" },
  { from: QUEUED, to: NO_WORKER, when: "the last fitting worker left" },
  { from: QUEUED, to: WAITING, when: "an input was lost" },
  { from: QUEUED, to: RELEASED, when: "nobody needs it" },
  { from: QUEUED, to: ERRED, when: "its inputs are too large for every worker" },
  { from: QUEUED, to: CANCELLED, when: "cancelled" },
  { from: NO_WORKER, to: QUEUED, when: "a fitting worker came" },
  { from: NO_WORKER, to: WAITING, when: "an input was lost" },
  { from: NO_WORKER, to: RELEASED, when: "nobody needs it" },
  { from: NO_WORKER, to: ERRED, when: "it waited too long" },
  { from: NO_WORKER, to: CANCELLED, when: "cancelled" },
  { from: PROCESSING, to: MEMORY, when: "the run finished" },
  { from: PROCESSING, to: ERRED, when: "the run failed for good" },
  { from: PROCESSING, to: QUEUED, when: "the run ended without a result" },
  { from: PROCESSING, to: NO_WORKER, when: "its worker left, no other fits" },
  { from: PROCESSING, to: WAITING, when: "its worker missed an input" },
  { from: PROCESSING, to: LOST, when: "its worker missed a lost input" },
  { from: PROCESSING, to: RELEASED, when: "nobody needs it" },
  { from: PROCESSING, to: CANCELLED, when: "cancelled" },
  { from: MEMORY, to: RELEASED, when: "nobody needs it, or its workers left" },
  { from: MEMORY, to: ERRED, when: "an actor, and it has ended" },
  { from: MEMORY, to: CANCELLED, when: "cancelled" },
  { from: MEMORY, to: LOST, when: "scattered, and its workers left" },
  { from: ERRED, to: RELEASED, when: "retried, or nobody wants it" },
  { from: ERRED, to: CANCELLED, when: "cancelled" },
  { from: CANCELLED, to: RELEASED, when: "submitted again, or nobody wants it" },
  { from: LOST, to: RELEASED, when: "submitted again, or nobody wants it" },
  { from: PLACING, to: MEMORY, when: "a worker stored it" },
  { from: PLACING, to: LOST, when: "the chosen workers left" },
  { from: PLACING, to: RELEASED, when: "nobody needs it" },
  { from: PLACING, to: CANCELLED, when: "cancelled" },
];

/** By `from`: the bits of all legal `to`. */
const LEGAL: readonly number[] = STATE_NAMES.map((_, from) =>
  TRANSITIONS.reduce((bits, transition) => transition.from === from ? bits | (1 << transition.to) : bits, 0)
);

/** Whether `to` may follow `from`. */
export function isLegal(from: StateCode, to: StateCode): boolean {
  return (LEGAL[from]! & (1 << to)) !== 0;
}

/** Whether a task in this state needs its dependencies' values: it is unfinished and wanted. */
export function isActive(state: StateCode): boolean {
  return state >= WAITING && state <= PROCESSING;
}

/** Whether somebody still works on it, or will. */
export function isUnfinished(state: StateCode): boolean {
  return (state >= WAITING && state <= PROCESSING) || state === PLACING;
}

/** Whether a task in this state ended without a value. */
export function isDoomed(state: StateCode): boolean {
  return state >= ERRED && state <= LOST;
}

/** The table as a Mermaid state diagram. */
export function transitionDiagram(): string {
  const name = (state: StateCode) => STATE_NAMES[state]!.replace("-", "_");
  const lines = TRANSITIONS.map(({ from, to, when }) => `  ${name(from)} --> ${name(to)}: ${when}`);
  return ["stateDiagram-v2", "  [*] --> released", ...lines, "  forgotten --> [*]", ""].join("\n");
}
