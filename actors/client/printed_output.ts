/** What is shown on this process's own output. @module */
import { progressScreen } from "./defaults.ts";

/** Tells the program's author something worth knowing, on a line of its own. */
export function printWarning(text: string): void {
  printOutput("err", `${text}\n`);
}

/** Shows what a task printed, unchanged: output for `out`, error output for `err`; above progress bars, if there are any. */
export function printOutput(stream: "out" | "err", text: string): void {
  const screen = progressScreen();
  if (screen === undefined || !targetOf(stream).isTerminal()) return writeOutput(stream, text);
  screen.printAbove(() => writeOutput(stream, text.endsWith("\n") ? text : `${text}\n`));
}

/** Writes a text whole. */
export function writeOutput(stream: "out" | "err", text: string): void {
  const target = targetOf(stream);
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += target.writeSync(bytes.subarray(at));
}

function targetOf(stream: "out" | "err"): typeof Deno.stdout {
  return stream === "out" ? Deno.stdout : Deno.stderr;
}
