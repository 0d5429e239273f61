/** Where progress is shown: the edge to the process. @module */
import { writeOutput } from "./printed_output.ts";
import type { ProgressOutput } from "./progress_board.ts";

const NO_SIZE = { columns: 80, rows: 24 } as const;

/** Standard error: a screen when it is a terminal that can draw. */
export function errorOutput(): ProgressOutput {
  return {
    isTerminal: Deno.stderr.isTerminal() && terminalName() !== "dumb",
    hasColors: !Deno.noColor,
    size: screenSize,
    write: (text) => writeOutput("err", text),
  };
}

/** Inside a task: what it prints is shown where the task was submitted. */
export function taskOutput(): ProgressOutput {
  return { ...errorOutput(), isTerminal: false };
}

function screenSize(): { readonly columns: number; readonly rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    // Some pseudo-terminals have no size.
    return columns > 0 && rows > 0 ? { columns, rows } : NO_SIZE;
  } catch {
    return NO_SIZE;
  }
}

function terminalName(): string | undefined {
  if (Deno.permissions.querySync({ name: "env", variable: "TERM" }).state !== "granted") return undefined;
  return Deno.env.get("TERM");
}
