/** Reads what a process prints, line by line. @module */

/** A line longer than this is cut into several: what a process prints must not fill our memory. */
const LINE_CHARS_MAX = 64 * 1024;

/** Reads a stream of bytes as lines of text, until it ends. */
export class LineReader {
  /** Resolves when the stream has ended. */
  readonly done: Promise<void>;

  constructor(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void) {
    this.done = readLines(stream, onLine);
  }
}

async function readLines(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
    if (rest.length < LINE_CHARS_MAX) continue;
    onLine(rest);
    rest = "";
  }
  if (rest !== "") onLine(rest);
}
