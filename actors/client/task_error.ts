/** What waiting for a task that did not finish rejects with. @module */
import { describe, troupeError } from "../base/errors.ts";
import { LoadingError, whenLoaded } from "../code/loading.ts";
import type { Packed } from "../protocol/packed.ts";
import type { WireError } from "../protocol/task.ts";
import type { FutureState } from "./future_state.ts";
import { programFrames, programStack } from "./program_frames.ts";

const SUBMITTED_AT = "\n    --- submitted at ---\n";
/** Of an error that came through nested tasks: parts shown of the innermost, of the outermost, and in all. */
const INNER_SHOWN = 2;
const OUTER_SHOWN = 1;
const SUBMISSIONS_SHOWN = 4;
const LEFT_OUT = /\n {4}--- and (\d+) more ---/;

/** What it takes to show an error of a task to the one who submitted it. */
export interface ErrorReading {
  /** Decodes a value. */
  unpack(packed: Packed): unknown;
  /** A stack with positions in the user's own files; `site` has the frames of the submit. */
  locate(stack: string, site: string): string;
}

/** Thrown instead of a failure that needs a module which is not loaded yet. */
export class LoadingFailure extends Error {
  readonly #state: FutureState;
  readonly #reading: ErrorReading;

  /** The failure of this state is being loaded. */
  constructor(state: FutureState, reading: ErrorReading) {
    super("Cannot show the failure of a task yet: a module is being loaded");
    this.#state = state;
    this.#reading = reading;
  }

  /** The failure itself, soon. What cannot be loaded is the cause of a plain error. */
  async failure(): Promise<Error> {
    const [state, reading] = [this.#state, this.#reading];
    try {
      return await whenLoaded(() => readFailure(state, reading));
    } catch (cause) {
      const unpack = () => {
        throw cause;
      };
      return readFailure(state, { unpack, locate: (stack, site) => reading.locate(stack, site) });
    }
  }
}

/** What a wait is to reject with: the error, or the failure that was thrown for. */
export async function loadedFailure(thrown: unknown): Promise<unknown> {
  return thrown instanceof LoadingFailure ? await thrown.failure() : thrown;
}

/**
 * The failure of a state that is settled but not finished; made anew at each call, so that nobody shares one.
 *
 * @throws {LoadingFailure} While a module is not loaded that the class of the error needs.
 */
export function failureOf(state: FutureState, reading: ErrorReading): Error {
  try {
    return readFailure(state, reading);
  } catch (thrown) {
    throw thrown instanceof LoadingError ? new LoadingFailure(state, reading) : thrown;
  }
}

function readFailure(state: FutureState, reading: ErrorReading): Error {
  const { key } = state;
  if (state.error !== undefined && state.status === "error") {
    const error = decodeError(state.error, (packed) => reading.unpack(packed));
    const frames = programFrames(state.site?.stack ?? "");
    for (const one of errorsIn(error)) {
      if (one.stack !== undefined) setStack(one, reading.locate(programStack(one.stack), frames));
    }
    return frames === "" ? error : submittedAt(error, reading.locate(frames, ""));
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
    if (cause instanceof LoadingError) throw cause; // to be read again when its module is there
    // Its class may need what is not here; what people read always comes through.
    return new Error(error.text, { cause });
  }
}

/** An error, its causes, and what they hold in turn. */
function errorsIn(error: Error): ReadonlySet<Error> {
  const found = new Set([error]);
  for (const one of found) {
    const parts: unknown[] = [one.cause, Reflect.get(one, "error"), Reflect.get(one, "suppressed")];
    const errors: unknown = Reflect.get(one, "errors");
    if (Array.isArray(errors)) parts.push(...errors);
    for (const part of parts) if (part instanceof Error) found.add(part);
  }
  return found;
}

function submittedAt(error: Error, frames: string): Error {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return setStack(error, shortened(`${own}${SUBMITTED_AT}${frames}`));
}

function setStack(error: Error, stack: string): Error {
  return Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true, enumerable: false });
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
