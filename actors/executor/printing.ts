/** What tasks print in a thread of their own goes to the client that submitted them. @module */
import { Console } from "node:console";

/** Hears what is printed: a piece of text as it was printed. */
export type PrintSink = (stream: "out" | "err", text: string) => void;

/** Replaces the thread's console and its standard output: everything goes to `sink`. */
export function capturePrints(sink: PrintSink): void {
  globalThis.console = new Console({ stdout: writable("out", sink), stderr: writable("err", sink) }) as typeof console;
  replaceWriteSync(Deno.stdout, "out", sink);
  replaceWriteSync(Deno.stderr, "err", sink);
}

/** The little of a stream that a console asks for: `node:stream` itself would cost every executor 20 ms at its start. */
function writable(stream: "out" | "err", sink: PrintSink): NodeJS.WritableStream {
  const target: object = {
    write(chunk: unknown): boolean {
      sink(stream, String(chunk));
      return true;
    },
    on: () => target,
    once: () => target,
    removeListener: () => target,
    listenerCount: () => 0,
  };
  return target as NodeJS.WritableStream;
}

function replaceWriteSync(target: typeof Deno.stdout, stream: "out" | "err", sink: PrintSink): void {
  const decoder = new TextDecoder();
  target.writeSync = (bytes: Uint8Array): number => {
    sink(stream, decoder.decode(bytes, { stream: true }));
    return bytes.length;
  };
}
