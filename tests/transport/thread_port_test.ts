import { assert, assertEquals } from "@std/assert";
import { MessageChannel, Worker } from "node:worker_threads";
import { systemClock } from "../../actors/base/clock.ts";
import { troupeError } from "../../actors/base/errors.ts";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import { type ThreadConnection, threadConnection } from "../../actors/transport/thread_port.ts";
import { hasCode } from "../support/codes.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { Recorder } from "../support/recorder.ts";

const WORLD = { clock: systemClock, limits: DEFAULT_LIMITS };

/** A thread that runs `body` with a connection named `connection`, and our end of it. */
function startThread(body: string): { connection: ThreadConnection; worker: Worker; exited: Promise<unknown> } {
  const here = (path: string) => JSON.stringify(new URL(`../../actors/${path}`, import.meta.url).href);
  const source = `
    import { workerData } from "node:worker_threads";
    import { threadConnection } from ${here("transport/thread_port.ts")};
    import { systemClock } from ${here("base/clock.ts")};
    import { DEFAULT_LIMITS } from ${here("base/limits.ts")};
    const connection = threadConnection(workerData, "parent", { clock: systemClock, limits: DEFAULT_LIMITS });
    connection.ref();
    ${body}`;
  const { port1, port2 } = new MessageChannel();
  const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  const worker = new Worker(url, { workerData: port2, transferList: [port2] });
  const exited = new Promise((resolve) => worker.once("exit", resolve));
  const connection = threadConnection(port1, "thread executor-1", WORLD);
  connection.ref();
  return { connection, worker, exited };
}

Deno.test("threadConnection() exchanges messages with a real thread and ends in order", async () => {
  const { connection, exited } = startThread(`
    connection.open({
      message: (message) => connection.send(["echo", ...message]),
      closed: (reason) => { if (reason !== undefined) throw reason; },
    });`);
  const recorder = new Recorder();
  connection.open(recorder);
  const bytes = new Uint8Array(2 * 1024 ** 2).fill(3);
  const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(5);
  connection.send([1, "two", bytes]);
  connection.send([shared]);
  const [first, second] = await recorder.received(2);
  assertEquals(first, ["echo", 1, "two", bytes]);
  assert(Array.isArray(second) && second[1] instanceof Uint8Array);
  shared[0] = 9;
  assertEquals(second[1][0], 9);
  await connection.close();
  assertEquals(await recorder.end, undefined);
  await exited;
});

Deno.test("threadConnection() tells link/down when the thread ends without closing", async () => {
  const { connection, exited } = startThread(`
    import process from "node:process";
    connection.open({ message: () => process.exit(3), closed: () => {} });`);
  const recorder = new Recorder();
  connection.open(recorder);
  connection.send(["exit"]);
  const reason = hasCode("link/down", await recorder.end);
  assertEquals(reason.message, "Link to thread executor-1 is down: it ended without closing");
  await exited;
  await connection.close();
});

Deno.test("ThreadConnection.closedBy() ends with what the watcher of the thread knows", async () => {
  const { connection, worker, exited } = startThread("connection.open({ message: () => { for (;;); }, closed() {} });");
  const recorder = new Recorder();
  connection.open(recorder);
  connection.send(["spin"]);
  const death = troupeError("link/down", "Link to thread executor-1 is down: out of memory");
  connection.closedBy(death);
  assert(await recorder.end === death);
  connection.closedBy(undefined);
  assertEquals(recorder.closedCount, 1);
  await worker.terminate();
  await exited;
  await connection.close();
});

Deno.test("ThreadConnection.close() gives up when nobody answers its goodbye in time", async () => {
  const clock = new FakeClock();
  const { port1, port2 } = new MessageChannel();
  const connection = threadConnection(port1, "thread deaf", { clock, limits: DEFAULT_LIMITS });
  const closing = connection.close();
  assertEquals(clock.waitingCount, 1);
  clock.advance(DEFAULT_LIMITS.helloTimeoutMs);
  await closing;
  port2.close();
});

Deno.test("threadConnection() refuses what is not wrapped as it wraps", async () => {
  const { port1, port2 } = new MessageChannel();
  const connection = threadConnection(port1, "thread stranger", WORLD);
  connection.ref();
  const recorder = new Recorder();
  connection.open(recorder);
  port2.postMessage("bare");
  hasCode("wire/malformed", await recorder.end);
  await connection.close();
});
