/** Where and how users' actors start. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { ChildrenPolicy } from "./supervision.ts";

/** Options of a mailbox. */
export interface MailboxOptions {
  /** Messages. Default: 1,000. */
  capacity?: number;
  /** Bytes. Default: no limit. */
  capacityBytes?: number;
  /** What happens to a message too many. Default: `"wait"`. */
  overflow?: "reject" | "drop-oldest" | "wait";
}

/** What a failure does to an actor, and to its siblings. */
export interface Supervision {
  /** Default: `"restart"`. */
  onFailure?: "restart" | "stop" | "resume" | "escalate";
  /** Restarts allowed within `withinMs`; one more escalates. Default: 1. */
  maxRestarts?: number;
  /** Length of the window, in milliseconds. Default: 5,000. */
  withinMs?: number;
  /** First pause before a restart, in milliseconds; doubles each time. Default: 0. */
  backoffMs?: number;
  /** Which of this actor's children restart when one of them does. Default: `"one-for-one"`. */
  children?: ChildrenPolicy;
}

/** Options of `spawn`. */
export interface SpawnOptions {
  /** Registered under this name; a taken name rejects with `actor/name-taken`. */
  name?: string;
  /** Where it lives. Default: `"here"`. */
  on?: "here" | "thread" | "process" | `tcp://${string}` | `tls://${string}` | `unix:${string}`;
  /** Whether async handlers may interleave. Default: false. */
  reentrant?: boolean;
  /** What failures do. */
  supervision?: Supervision;
  /** How much may wait. */
  mailbox?: MailboxOptions;
}

/** The options parameter of `spawn`: needed only when the constructor needs arguments. */
export type SpawnArgs<P extends readonly unknown[]> = [] extends P ? [options?: SpawnOptions & { args?: P }]
  : [options: SpawnOptions & { args: P }];

/** Options of `getOrSpawn`. */
export interface VirtualOptions extends Omit<SpawnOptions, "name"> {
  /** Time without messages after which the actor ends, until it is wanted again, in milliseconds. Default: 60,000. */
  idleMs?: number;
  /** File for states, made when missing. Default: memory of the system where it lives, which outlives the actor only. */
  store?: string;
}

/** What makes an actor a virtual one. */
export interface VirtualSpec {
  readonly idleMs: number;
  readonly store: string | undefined;
}

/** Options of `spawn` after the check. */
export type CheckedSpawn = SpawnOptions & { readonly args?: readonly unknown[]; readonly virtual?: VirtualSpec };

const ACTION = "spawn actor";
const NAMES = ["name", "on", "args", "reentrant", "supervision", "mailbox"];
const VIRTUAL_NAMES = ["on", "reentrant", "supervision", "mailbox", "idleMs", "store"];
/** How long a virtual actor lives without messages. */
const IDLE_MS = 60_000;
const MAILBOX_NAMES = ["capacity", "capacityBytes", "overflow"];
const SUPERVISION_NAMES = ["onFailure", "maxRestarts", "withinMs", "backoffMs", "children"];
/** Names of actors that every system may have of its own. */
const RESERVED: ReadonlySet<string> = new Set(["host", "system", "-"]);

/** Checks the options of `getOrSpawn`, and gives those of the spawn; throws `input/invalid`. */
export function checkVirtualOptions(options: unknown, name: string, id: string): CheckedSpawn {
  const o = record(options, "options", VIRTUAL_NAMES);
  check(o, "idleMs", (value) => typeof value === "number" && value > 0);
  check(o, "store", (value) => typeof value === "string" && value !== "");
  const { idleMs = IDLE_MS, store, ...others } = o;
  return {
    ...checkSpawnOptions({ ...others, name, args: [id] }),
    virtual: { idleMs: Number(idleMs), store: store as string },
  };
}

/** Checks the options of a spawn that another system of ours wants; throws `input/invalid`. */
export function checkAskedSpawn(options: unknown): CheckedSpawn {
  const { virtual, ...others } = record(options, "options", [...NAMES, "virtual"]);
  const checked = checkSpawnOptions(others);
  return virtual === undefined ? checked : { ...checked, virtual: virtual as VirtualSpec };
}

/** Checks the options of a spawn; throws `input/invalid`. */
export function checkSpawnOptions(options: unknown): CheckedSpawn {
  const o = record(options, "options", NAMES);
  if (o.name !== undefined) checkName(o.name);
  if (
    o.on !== undefined &&
    !(typeof o.on === "string" && /^(?:here|thread|process|(?:tcp|tls):\/\/.+|unix:.+)$/.test(o.on))
  ) {
    throw invalid("on", o.on, 'Give "here", "thread", "process" or the address of a system');
  }
  if (o.args !== undefined && !Array.isArray(o.args)) throw invalid("args", o.args, "Give the constructor's arguments");
  check(o, "reentrant", (value) => typeof value === "boolean");
  if (o.mailbox !== undefined) checkMailboxOptions(o.mailbox, ACTION);
  if (o.supervision !== undefined) checkSupervision(record(o.supervision, "supervision", SUPERVISION_NAMES));
  return o;
}

/** Checks the options of a mailbox; throws `input/invalid`. */
export function checkMailboxOptions(options: unknown, action: string): void {
  const mailbox = record(options, "mailbox", MAILBOX_NAMES, action);
  check(mailbox, "capacity", (value) => typeof value === "number" && value >= 1, action);
  check(mailbox, "capacityBytes", (value) => typeof value === "number" && value >= 1, action);
  check(mailbox, "overflow", (value) => ["wait", "reject", "drop-oldest"].includes(String(value)), action);
}

function checkSupervision(supervision: Record<string, unknown>): void {
  check(supervision, "onFailure", (value) => ["restart", "stop", "resume", "escalate"].includes(String(value)));
  for (const name of ["maxRestarts", "withinMs", "backoffMs"]) {
    check(supervision, name, (value) => typeof value === "number" && value >= 0);
  }
  check(supervision, "children", (value) => ["one-for-one", "one-for-all", "rest-for-one"].includes(String(value)));
}

function checkName(name: unknown): void {
  if (typeof name === "string" && /^[^/#\s]+$/.test(name) && !RESERVED.has(name)) return;
  throw invalid("name", name, `Give a text without spaces, "/" and "#", other than ${[...RESERVED].join(", ")}`);
}

function check(
  options: Record<string, unknown>,
  name: string,
  isGood: (value: unknown) => boolean,
  action = ACTION,
): void {
  if (options[name] !== undefined && !isGood(options[name])) throw invalid(name, options[name], undefined, action);
}

function record(value: unknown, what: string, names: readonly string[], action = ACTION): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(what, value, undefined, action);
  }
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) {
      throw troupeError("input/invalid", `Cannot ${action}: there is no option ${describe(name)}`, {
        hint: `Options are ${names.join(", ")}`,
      });
    }
  }
  return { ...value };
}

function invalid(name: string, value: unknown, hint?: string, action = ACTION): Error {
  return troupeError("input/invalid", `Cannot ${action}: ${name} is ${describe(value)}`, { hint });
}
