/** What waiting for a task that did not finish rejects with. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { Packed } from "../protocol/packed.ts";
import type { WireError } from "../protocol/task.ts";
import type { FutureState } from "./future_state.ts";

const SUBMITTED_AT = "\n    --- submitted at ---\n";
/** Where Troupe's own modules lie: their frames tell a program's author nothing. */
const OWN_MODULES = new URL("../", import.meta.url).href;
/** Of an error that came through nested tasks: parts shown of the innermost, of the outermost, and in all. */
const INNER_SHOWN = 2;
const OUTER_SHOWN = 1;
const SUBMISSIONS_SHOWN = 4;
const LEFT_OUT = /\n {4}--- and (\d+) more ---/;

/** The failure of a state that is settled but not finished; made anew at each call, so that nobody shares one. */
export function failureOf(state: FutureState, unpack: (packed: Packed) => unknown): Error {
  const { key } = state;
  if (state.error !== undefined && state.status === "error") {
    return joinStack(decodeError(state.error, unpack), state.site);
  }
  if (state.ended !== undefined) return state.ended;
  const details = { key, reason: state.reason };
  const because = state.reason === "" ? "" : `: ${state.reason}`;
  const [code, what] = whatHappened(state);
  return troupeError(code, `Cannot get the result of task ${describe(key)}: ${what}${because}`, { details });
}

function whatHappened(state: FutureState): ["task/cancelled" | "task/lost" | "future/released", string] {
  if (state.status === "cancelled") return ["task/cancelled", "it was cancelled"];
  if (state.status === "lost") return ["task/lost", "it was lost"];
  return ["future/released", "its future was released"];
}

/** An error that travelled. What was thrown and is no error becomes the cause of one. */
export function decodeError(error: WireError, unpack: (packed: Packed) => unknown): Error {
  try {
    const thrown = unpack(error.value);
    return thrown instanceof Error ? thrown : new Error(error.text, { cause: thrown });
  } catch (cause) {
    // Its class may need what is not here; what people read always comes through.
    return new Error(error.text, { cause });
  }
}

/** The stack of a task's error, then the frames of the call that submitted the task; Troupe's own frames are left out. */
function joinStack(error: Error, site: { readonly stack?: string } | undefined): Error {
  const frames = site?.stack?.split("\n").filter(isFrame).filter(isOfProgram) ?? [];
  const own = (error.stack ?? `${error.name}: ${error.message}`).split("\n").filter(isOfProgram).join("\n");
  const parts = frames.length === 0 ? [own] : [own, frames.join("\n")];
  const stack = shortened(parts.join(SUBMITTED_AT));
  Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true, enumerable: false });
  return error;
}

/** An error that came through many nested tasks tells of the innermost and the outermost. */
function shortened(stack: string): string {
  const parts = stack.split(SUBMITTED_AT);
  if (parts.length <= SUBMISSIONS_SHOWN) return stack;
  const [inner, outer] = [parts.slice(0, INNER_SHOWN), parts.slice(-OUTER_SHOWN)];
  const last = inner.pop() ?? "";
  const leftBefore = Number(LEFT_OUT.exec(last)?.[1] ?? 0);
  const left = leftBefore + parts.length - INNER_SHOWN - OUTER_SHOWN;
  const marked = `${last.replace(LEFT_OUT, "")}\n    --- and ${left} more ---`;
  return [...inner, marked, ...outer].join(SUBMITTED_AT);
}

function isFrame(line: string): boolean {
  return line.startsWith("    at ");
}

/** Whether a line of a stack is no frame of Troupe or of the platform below it. */
function isOfProgram(line: string): boolean {
  return !isFrame(line) || !(line.includes(OWN_MODULES) || line.includes("(ext:") || line.includes("(node:"));
}
