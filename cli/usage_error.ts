import { TroupeError } from "../mod.ts";

/** What is thrown for a command line that cannot be followed: shown as one line with its hint; exit code 2. */
export function usageError(message: string, hint?: string): TroupeError {
  return TroupeError.make("input/invalid", message, { hint });
}
