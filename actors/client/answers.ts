/** Answers to queries: plain data from the scheduler, looked at before it is believed. @module */
import { describe, type TroupeError, troupeError } from "../base/errors.ts";
import type { SchedulerInfo, StoryEvent, WorkerInfo } from "./scheduler_info.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Answer to `info`. */
export function readSchedulerInfo(value: unknown): SchedulerInfo {
  const info = fields(value);
  return { address: text(info, "address"), workers: eachOf(info.workers, readWorkerInfo) };
}

/** Answer to `story`. */
export function readStory(value: unknown): StoryEvent[] {
  return list(value).map((entry) => {
    const event = fields(entry);
    const { worker } = event;
    const story = {
      timeMs: number(event, "timeMs"),
      from: text(event, "from"),
      to: text(event, "to"),
      cause: text(event, "cause"),
    };
    return typeof worker === "string" ? { ...story, worker } : story;
  });
}

/** Answer to `who-has`, `has-what` and `processing`. */
export function readTextLists(value: unknown): Record<string, string[]> {
  return eachOf(value, (entry) =>
    list(entry).map((one) => {
      if (typeof one === "string") return one;
      throw malformed("a text", one);
    }));
}

/** Answer to `nbytes`. */
export function readNumbers(value: unknown): Record<string, number> {
  return eachOf(value, (entry) => {
    if (typeof entry === "number") return entry;
    throw malformed("a number", entry);
  });
}

function readWorkerInfo(value: unknown): WorkerInfo {
  const info = fields(value);
  const limit = info.memoryLimit;
  return {
    address: text(info, "address"),
    name: text(info, "name"),
    threads: number(info, "threads"),
    memoryLimit: limit === undefined || limit === null ? undefined : number(info, "memoryLimit"),
    resources: readNumbers(info.resources),
  };
}

function eachOf<T>(value: unknown, read: (entry: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(fields(value)).map(([key, entry]) => [key, read(entry)]));
}

function fields(value: unknown): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw malformed("an object", value);
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw malformed("a list", value);
}

function text(owner: Fields, name: string): string {
  const value = owner[name];
  if (typeof value === "string") return value;
  throw malformed(`a text as ${describe(name)}`, value);
}

function number(owner: Fields, name: string): number {
  const value = owner[name];
  if (typeof value === "number") return value;
  throw malformed(`a number as ${describe(name)}`, value);
}

function malformed(expected: string, value: unknown): TroupeError {
  return troupeError("wire/malformed", `Cannot read answer: expected ${expected}, got ${describe(value)}`);
}
