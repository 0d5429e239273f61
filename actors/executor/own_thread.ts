/** What an executor with a thread of its own takes over there. Beside `executor_actor.ts`: inline executors never load it. @module */
import { getHeapStatistics } from "node:v8";
import { capturePrints, type PrintSink } from "./printing.ts";

/** What the executor is told of. */
export interface OwnThreadHooks {
  /** Something was printed. */
  readonly printed: PrintSink;
  /** An error that nobody caught. */
  readonly strayError: (thrown: unknown) => void;
}

/** Takes over output and uncaught errors of this thread. Gives the limit of its heap, whenever asked. */
export function takeThread({ printed, strayError }: OwnThreadHooks): () => number {
  capturePrints(printed);
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    strayError(event.reason);
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    strayError(event.error);
  });
  return () => getHeapStatistics().heap_size_limit;
}
