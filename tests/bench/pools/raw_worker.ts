/// <reference lib="webworker" />
/**
 * The least that a thread can do: adds the pairs of a message, and answers with one message. `[id, a, b]` three by
 * three in a flat array. Works as a Web Worker and as a thread of `node:worker_threads`.
 */
import { parentPort } from "node:worker_threads";

function addAll(message: readonly number[]): number[] {
  const answer: number[] = [];
  for (let at = 0; at < message.length; at += 3) {
    answer.push(message[at] ?? NaN, (message[at + 1] ?? NaN) + (message[at + 2] ?? NaN));
  }
  return answer;
}

if (parentPort === null) {
  self.onmessage = (event: MessageEvent<readonly number[]>) => self.postMessage(addAll(event.data));
} else {
  const port = parentPort;
  port.on("message", (message: readonly number[]) => port.postMessage(addAll(message)));
}
