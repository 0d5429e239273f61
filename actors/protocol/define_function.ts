/** How a function, or another unit of code, is told: the same message in every conversation. @module */
import * as p from "./parse.ts";
import type { FunctionCode, FunctionHash } from "./task.ts";

/** A unit of code: a function, or a module that functions need. Told once per connection, before what requires it. */
export interface DefineFunctionMessage {
  /** Names the message. */
  readonly type: "define-function";
  /** Content hash; covers what it requires. */
  readonly hash: FunctionHash;
  /** For messages. */
  readonly name: string;
  /** Opaque to all but `code/`. */
  readonly code: FunctionCode;
  /** Units that must be there before it can run; left out when there are none. They may require each other in circles. */
  readonly requires?: readonly FunctionHash[];
}

/** The function that gives its one argument as it came, unread. It is defined like any other, with `null` for code. */
export const CONSTANT: FunctionHash = "constant";

/** The message as a tuple. */
export function packDefineFunction(tag: number, { hash, name, code, requires }: DefineFunctionMessage): p.Fields {
  return requires === undefined ? [tag, hash, name, code] : [tag, hash, name, code, requires];
}

/** A tuple as the message; throws `wire/malformed`. */
export function parseDefineFunction(t: p.Fields): DefineFunctionMessage {
  const message = { type: "define-function", hash: p.text(t, 1), name: p.text(t, 2), code: p.packed(t, 3) } as const;
  return t[4] === undefined || t[4] === null ? message : { ...message, requires: p.texts(t, 4) };
}
