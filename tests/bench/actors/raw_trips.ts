/** The raw round trips: a message port and a socket, with nothing around them. */
import { openNodeThread, openWebThread, type RawThread } from "../pools/raw_thread.ts";
import type { Ask } from "./actor_measures.ts";

/** Something raw that answers, until it is closed. */
export interface RawTrip extends AsyncDisposable {
  readonly ask: Ask;
}

/** A thread that adds two numbers: one message there, one back. Answers in the order of the questions. */
export function openRawThread(kind: "node:worker_threads" | "Web Worker"): RawTrip {
  const thread: RawThread = kind === "Web Worker" ? openWebThread() : openNodeThread();
  const waiting: (() => void)[] = [];
  let answered = 0;
  thread.onAnswer = () => {
    const resolve = waiting[answered];
    waiting[answered++] = () => undefined;
    if (answered === waiting.length) answered = waiting.length = 0;
    resolve?.();
  };
  return {
    ask: () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
        thread.send([0, 1, 2]);
      }),
    [Symbol.asyncDispose]: () => thread.close(),
  };
}

/** Bytes of one raw message: what a small call takes with its header. */
const RECORD_BYTES = 32;

/** A process that sends back what it gets: one write there, one back. One question at a time. */
export async function openRawSocket(): Promise<RawTrip> {
  const peer = await startPeerProcess(new URL("../pools/raw_tcp_peer.ts", import.meta.url), ["--no-config"]);
  const socket = await Deno.connect({ hostname: "127.0.0.1", port: Number(peer.line) });
  socket.setNoDelay(true);
  // Its mode: echo.
  await socket.write(Uint8Array.of(0));
  const record = new Uint8Array(RECORD_BYTES);
  const answer = new Uint8Array(RECORD_BYTES);
  return {
    async ask() {
      await socket.write(record);
      for (let at = 0; at < RECORD_BYTES;) at += await socket.read(answer.subarray(at)) ?? Infinity;
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      await peer.close();
    },
  };
}

/** A process of ours that has printed a line. */
export interface PeerProcess {
  readonly line: string;
  close(): Promise<void>;
}

/** Starts a Deno program and waits for its first line. */
export async function startPeerProcess(script: URL, flags: readonly string[] = []): Promise<PeerProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", ...flags, script.href],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`Cannot start ${script}: it ended without a line`);
    text += value;
  }
  return {
    line: text.slice(0, text.indexOf("\n")),
    async close() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}
