/** How frames of revived functions look in stacks. @module */
import type { FunctionHash } from "../protocol/task.ts";

/** Before the hash of a function, where a frame names its script. */
const SCHEME = "troupe-code:///";
/** The line, from 1, on which V8 sees the first line of a revived text; its columns are its own. */
export const TEXT_FIRST_LINE = 4;
const FRAME = /^( {4}at (?:async )?)(?:(.+) \()?troupe-code:\/\/\/([^\s,:)]+)(?:, <anonymous>)?:(\d+):(\d+)\)?$/gm;

/** A frame in the text of a revived function. */
export interface CodeFrame {
  /** Names the text. */
  readonly hash: FunctionHash;
  /** Line as V8 counts it, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

/** The name of a part of a group of functions: the first one has that of the group. */
export function partName(hash: FunctionHash, index: number): string {
  return index === 0 ? hash : `${hash}.${index}`;
}

/** The name of the script of a revived function. */
export function codeUrl(hash: FunctionHash): string {
  return SCHEME + hash;
}

/** Whether the name of a script is that of a revived function. */
export function isCodeUrl(url: string): boolean {
  return url.startsWith(SCHEME);
}

/** A position in a script as V8 writes it in a frame. */
export function positionText(url: string, line: number, column: number): string {
  return `${url}${isCodeUrl(url) ? ", <anonymous>" : ""}:${line}:${column}`;
}

/** A stack whose frames in revived functions stand where `locate` says; undefined leaves one as it is. */
export function replaceCodeFrames(stack: string, locate: (frame: CodeFrame) => string | undefined): string {
  if (!stack.includes(SCHEME)) return stack;
  return stack.replaceAll(FRAME, (frame: string, lead: string, name: string | undefined, hash: string, ...rest) => {
    const position = locate({ hash, line: Number(rest[0]), column: Number(rest[1]) });
    if (position === undefined) return frame;
    // V8 calls what has no name "eval", for it came from `new Function`.
    return name === undefined || name === "eval" ? lead + position : `${lead}${name} (${position})`;
  });
}
