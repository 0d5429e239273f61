/** What waiting for a task that did not finish rejects with. @module */
import { describe, troupeError } from "../base/errors.ts";
import type { Packed } from "../protocol/packed.ts";
import type { WireError } from "../protocol/task.ts";
import type { FutureState } from "./future_state.ts";

const SUBMITTED_AT = "    --- submitted at ---";

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

/** The stack of a task's error, then the frames of the call that submitted the task. */
function joinStack(error: Error, site: { readonly stack?: string } | undefined): Error {
  const frames = site?.stack?.split("\n").filter((line) => line.startsWith("    at ")) ?? [];
  if (frames.length === 0) return error;
  const stack = [error.stack ?? `${error.name}: ${error.message}`, SUBMITTED_AT, ...frames].join("\n");
  Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true, enumerable: false });
  return error;
}
