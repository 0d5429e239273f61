/** Tells the program's author something worth knowing, on a line of its own. */
export function printWarning(text: string): void {
  printOutput("err", `${text}\n`);
}

/** Shows what a task printed on this process's own output, unchanged: output for `out`, error output for `err`. */
export function printOutput(stream: "out" | "err", text: string): void {
  const target = stream === "out" ? Deno.stdout : Deno.stderr;
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += target.writeSync(bytes.subarray(at));
}
