import { describe, troupeError } from "../base/errors.ts";
import type { CancelOptions } from "./future_state.ts";

/** Options of `cancel` with their defaults; throws `input/invalid` for bad ones. */
export function cancelOptionsOf({ force = false, reason = "" }: CancelOptions = {}): Required<CancelOptions> {
  if (typeof force !== "boolean") throw wrongOption("force", force);
  if (typeof reason !== "string") throw wrongOption("reason", reason);
  return { force, reason };
}

function wrongOption(name: string, value: unknown): Error {
  return troupeError("input/invalid", `Cannot cancel: option ${describe(name)} is ${describe(value)}`);
}
