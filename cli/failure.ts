import { TroupeError } from "../mod.ts";
import { EXIT } from "./exit_code.ts";

/**
 * Shows what went wrong in one line and its hint, with the stack only when `$TROUPE_DEBUG` is set.
 *
 * @returns The exit code it stands for.
 */
export function reportFailure(error: unknown): number {
  if (isDebugging()) {
    console.error(error);
    return exitCodeOf(error);
  }
  const message = error instanceof Error ? error.message : Deno.inspect(error);
  console.error(`troupe: ${oneLine(message)}`);
  if (TroupeError.is(error) && error.hint !== undefined) console.error(`  hint: ${oneLine(error.hint)}`);
  return exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  return TroupeError.is(error, "input/invalid") ? EXIT.badUsage : EXIT.failed;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}

/** Asked without a prompt: a failure is no moment for questions. */
function isDebugging(): boolean {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "TROUPE_DEBUG" });
  return state === "granted" && (Deno.env.get("TROUPE_DEBUG") ?? "") !== "";
}
