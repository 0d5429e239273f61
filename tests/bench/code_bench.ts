/**
 * What it costs to take functions for a journey: `deno run -A tests/bench/code_bench.ts`.
 *
 * @module
 */
import { Capturer } from "../../actors/code/capture.ts";
import type { AnyFunction } from "../../actors/code/captured_function.ts";
import { Reviver } from "../../actors/code/revive.ts";
import { encodeCode } from "../../actors/code/function_code.ts";
import { Client } from "../../mod.ts";
import { type MeasuredFigure, printFigures } from "./figure.ts";
import { median } from "./measure.ts";
import { startTcpCluster } from "./troupe/tcp_cluster.ts";

const IS_QUICK = Deno.args.includes("--quick");
const ROUNDS = IS_QUICK ? 30 : 400;
const SUBMITS = IS_QUICK ? 100 : 10_000;
const capturer = new Capturer({});
const k = 10;
const config = { retries: 3 };
let counter = 0;

function captureUs(fn: AnyFunction): number {
  const startMs = performance.now();
  capturer.capture(fn, "submit task");
  return (performance.now() - startMs) * 1000;
}

/** The median of many captures, each in a microtask of its own, so that each opens and closes the inspector's session. */
async function medianUs(make: (round: number) => AnyFunction): Promise<MeasuredFigure> {
  const rounds = async (wait: () => Promise<void>): Promise<number> => {
    const samples: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      samples.push(captureUs(make(round)));
      await wait();
    }
    return median(samples);
  };
  const value = await rounds(() => Promise.resolve());
  const idleUs = await rounds(() => new Promise((resolve) => setTimeout(resolve, 0)));
  return { value, note: `${idleUs.toFixed(0)} us after a turn of the event loop each` };
}

/** The first function of a process that needs the inspector, as a user meets it: after a result on a cluster. */
async function firstOfProcess(): Promise<MeasuredFigure> {
  await using client = await Client.connect({ executors: "inline" });
  await client.submit((x: number) => x, 1).result();
  const startMs = performance.now();
  const future = client.submit((x: number) => x + k + counter, 1);
  const value = performance.now() - startMs;
  await future.result();
  return { value, note: "the whole submit, with the inspector to load" };
}

/** The first function of scripts that were never seen before. */
async function firstOfScript(): Promise<MeasuredFigure> {
  const samples: number[] = [];
  for (let i = 0; i < 9; i++) {
    const line = (name: string) => `function ${name}(x) { let y = x; y += 1; return [y].map((z) => z * 2); }\n`;
    const filler = Array.from({ length: 90 }, (_, index) => line(`f${index}`)).join("");
    const code =
      `const k = ${i}; let n = 0; export const make = () => (x) => x + k + n; export const bump = () => n++;`;
    const { make } = await import(`data:text/javascript,${encodeURIComponent(`${filler}${code}`)}`);
    samples.push(captureUs(make()) / 1000);
  }
  return { value: median(samples), note: "6 KB each, from data: URLs, so that the debugger has to tell" };
}

/** Microseconds per capture, many in a row: below the resolution of one. */
function rowUs(fn: AnyFunction): number {
  const times = 20_000;
  for (let i = 0; i < times; i++) capturer.capture(fn, "submit task");
  const startMs = performance.now();
  for (let i = 0; i < times; i++) capturer.capture(fn, "submit task");
  return (performance.now() - startMs) * 1000 / times;
}

/** A function over a hundred variables. */
function overHundred(): AnyFunction {
  const names = Array.from({ length: 100 }, (_, i) => `v${i}`);
  const declarations = names.map((name, i) => `const ${name} = { i: ${i} };`).join(" ");
  const make: unknown = new Function(`${declarations} return () => [${names.join(", ")}].length;`);
  if (typeof make !== "function") throw new TypeError("Cannot measure: no function was made");
  return make();
}

/** Making a closure over three variables again where it runs, from what came. */
async function reviveUs(): Promise<MeasuredFigure> {
  const reviver = new Reviver({ library: {}, loadLibrary: () => Promise.resolve({}) });
  const [a, b, c] = [1, "two", { three: 3 }];
  const helper = (x: number) => x + a;
  const captured = capturer.capture(() => [helper(1), b, c], "submit task");
  const code = await reviver.revive(captured.code, captured.hash, captured.name);
  const times = 20_000;
  let startMs = 0;
  for (let round = 0; round < 2; round++) {
    startMs = performance.now();
    for (let i = 0; i < times; i++) code.make(captured.environment, { read: () => undefined });
  }
  const value = (performance.now() - startMs) * 1000 / times;
  const texts = Array.from({ length: 200 }, (_, i) => `(x) => x + ${i}`).map((text) => {
    const part = { kind: "source", name: "", text, uses: [], written: [], metaUrl: "", properties: undefined } as const;
    return encodeCode({ kind: "group", parts: [part], slotCount: 0 });
  });
  startMs = performance.now();
  for (const { code, hash } of texts) reviver.revive(code, hash, "lambda");
  const firstUs = (performance.now() - startMs) * 1000 / texts.length;
  return { value, note: `${firstUs.toFixed(0)} us the first time of each text` };
}

/** What one submit of a closure puts on the wire, of many of the same function. */
async function bytesPerSubmit(): Promise<MeasuredFigure> {
  await using cluster = await startTcpCluster(1);
  using counter = new CountingProxy(Number(new URL(cluster.address).port));
  const client = await Client.connect(`tcp://127.0.0.1:${counter.port}`);
  const before = counter.bytes;
  const futures = Array.from({ length: SUBMITS }, (_, i) => client.submit((x: number) => x * k + config.retries, i));
  await client.gather(futures);
  const value = (counter.bytes - before) / SUBMITS;
  await client.close();
  return { value, note: `${SUBMITS} submits of one closure over two variables` };
}

/** Stands between a client and its scheduler, and counts what the client says. */
class CountingProxy implements Disposable {
  bytes = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
    void this.#accept();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  [Symbol.dispose](): void {
    this.#listener.close();
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      const scheduler = await Deno.connect({ hostname: "127.0.0.1", port: this.#port });
      const count = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform: (chunk, controller) => {
          this.bytes += chunk.length;
          controller.enqueue(chunk);
        },
      });
      void scheduler.readable.pipeTo(client.writable).catch(() => undefined);
      void client.readable.pipeThrough(count).pipeTo(scheduler.writable).catch(() => undefined);
    }
  }
}

const figures = {
  capture_first: await firstOfProcess(),
  capture_first_of_script: await firstOfScript(),
  capture_new: await medianUs((round) => (x: number) => x + k + round),
  capture_again: { value: Math.max(0, rowUs(() => k + config.retries) - rowUs((x: number) => x + 1)) },
  capture_again_let: await (() => {
    const fn = () => counter;
    return medianUs(() => (counter++, fn));
  })(),
  capture_hundred: await (() => {
    const fn = overHundred();
    return medianUs(() => fn);
  })(),
  closure_revive: await reviveUs(),
  closure_bytes: await bytesPerSubmit(),
};
printFigures(figures);
