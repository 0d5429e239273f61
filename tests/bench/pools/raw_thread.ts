import { Worker as NodeWorker } from "node:worker_threads";

/** A thread that runs `raw_worker.ts`. */
export interface RawThread {
  /** Called with each answer: ids and sums, two by two. */
  onAnswer: (answer: readonly number[]) => void;
  /** Sends ids and pairs, three by three. */
  send(message: readonly number[]): void;
  close(): Promise<void>;
}

/** The two ways to start a thread. */
export const THREAD_KINDS = { "node:worker_threads": openNodeThread, "Web Worker": openWebThread } as const;

const SCRIPT = new URL("./raw_worker.ts", import.meta.url);

/** Starts a thread of `node:worker_threads`. */
export function openNodeThread(): RawThread {
  const worker = new NodeWorker(SCRIPT);
  const thread: RawThread = {
    onAnswer: () => undefined,
    send: (message) => worker.postMessage(message),
    close: async () => void await worker.terminate(),
  };
  worker.on("message", (answer: readonly number[]) => thread.onAnswer(answer));
  return thread;
}

/** Starts a Web Worker. */
export function openWebThread(): RawThread {
  const worker = new Worker(SCRIPT, { type: "module" });
  const thread: RawThread = {
    onAnswer: () => undefined,
    send: (message) => worker.postMessage(message),
    close: () => Promise.resolve(worker.terminate()),
  };
  worker.onmessage = (event: MessageEvent<readonly number[]>) => thread.onAnswer(event.data);
  return thread;
}
