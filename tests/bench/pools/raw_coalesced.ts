/** The raw limit of many small tasks on two threads: all that is asked in one microtask goes as one message. */
import { printFigures } from "../figure.ts";
import { medianMs, perSecond } from "../measure.ts";
import { readScale } from "../scale.ts";
import { POOL_THREADS } from "./pool_rows.ts";
import { openNodeThread, type RawThread } from "./raw_thread.ts";

class CoalescingAdder {
  /** Who waits for the sum with that id. Left at its answer. */
  readonly #waiting = new Map<number, (sum: number) => void>();
  readonly #threads: readonly RawThread[];
  /** What each thread is to be sent at the end of this microtask. */
  readonly #outboxes: number[][];
  #calls = 0;
  #isFlushPlanned = false;

  constructor(threads: readonly RawThread[]) {
    this.#threads = threads;
    this.#outboxes = threads.map(() => []);
    for (const thread of threads) thread.onAnswer = (answer) => this.#settle(answer);
  }

  add(a: number, b: number): Promise<number> {
    return new Promise((resolve) => {
      const id = this.#calls++;
      this.#waiting.set(id, resolve);
      this.#outboxes[id % this.#outboxes.length]?.push(id, a, b);
      if (this.#isFlushPlanned) return;
      this.#isFlushPlanned = true;
      queueMicrotask(() => this.#flush());
    });
  }

  #flush(): void {
    this.#isFlushPlanned = false;
    for (const [index, thread] of this.#threads.entries()) {
      const message = this.#outboxes[index] ?? [];
      this.#outboxes[index] = [];
      if (message.length > 0) thread.send(message);
    }
  }

  #settle(answer: readonly number[]): void {
    for (let at = 0; at < answer.length; at += 2) {
      const id = answer[at] ?? -1;
      this.#waiting.get(id)?.(answer[at + 1] ?? NaN);
      this.#waiting.delete(id);
    }
  }
}

async function main(): Promise<void> {
  const { tasks, repeats } = readScale(Deno.args);
  const threads = Array.from({ length: POOL_THREADS }, openNodeThread);
  const adder = new CoalescingAdder(threads);
  const ms = await medianMs(async () => {
    const sums = await Promise.all(Array.from({ length: tasks }, (_, index) => adder.add(index, 1)));
    if (sums[tasks - 1] !== tasks) throw new Error(`Cannot measure raw messages: the last sum is ${sums[tasks - 1]}`);
  }, { warmUps: 3, repeats: repeats * 3 });
  printFigures({ noop_10k: { value: perSecond(tasks, ms) } });
  for (const thread of threads) await thread.close();
  Deno.exit(0);
}

await main();
