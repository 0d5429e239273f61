import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import { listenSocket } from "../../actors/transport/listener.ts";
import { connectSocket } from "../../actors/transport/socket.ts";
import { failsWith, hasCode } from "../support/codes.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { connectOptions, listenOptions, openLink } from "../support/links.ts";
import { RawPeer } from "../support/raw_peer.ts";
import { Recorder } from "../support/recorder.ts";

/** A port where nobody listens. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Lets sockets do what they have to do. */
function socketsSettled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 30));
}

Deno.test("connectSocket() says who could not be reached, why, and what to do", async () => {
  const port = freePort();
  const error = await failsWith("client/unreachable", () => connectSocket(`127.0.0.1:${port}`, connectOptions()));
  assertStringIncludes(error.message, `Cannot connect to tcp://127.0.0.1:${port}: Connection refused`);
  assertStringIncludes(error.hint ?? "", `troupe scheduler --host 127.0.0.1 --port ${port}`);
  await failsWith("client/unreachable", () => connectSocket("unix:/nowhere/at/all", connectOptions()));
  await failsWith("input/invalid", () => connectSocket("nonsense", connectOptions()));
  await failsWith("input/invalid", () => connectSocket("tcp://127.0.0.1:0", connectOptions()));
});

Deno.test("connectSocket() goes on trying, when told to, until somebody listens", async () => {
  const address = `tcp://127.0.0.1:${freePort()}`;
  const linking = connectSocket(address, connectOptions({ retry: true, timeoutMs: 20_000 }));
  await socketsSettled();
  const listener = listenSocket(address, listenOptions(), (connection) => connection.open(new Recorder()));
  const { connection, hello } = await linking;
  assertEquals(hello, { protocol: 1, role: "test", system: "listener", address });
  await connection.close();
  await listener.close();
});

Deno.test("connectSocket() gives up after timeoutMs with the last cause", async () => {
  const address = `tcp://127.0.0.1:${freePort()}`;
  const linking = connectSocket(address, connectOptions({ retry: true, timeoutMs: 300 }));
  const error = await failsWith("client/unreachable", () => linking);
  assertEquals(error.message, `Cannot connect to ${address}: no answer within 300 ms`);
  assertStringIncludes(String(error.cause), "Connection refused");
});

Deno.test("connectSocket() rejects with the signal's own reason at any stage", async () => {
  const reason = new Error("changed my mind");
  const aborted = AbortSignal.abort(reason);
  const early = await assertRejects(() => connectSocket("127.0.0.1:1", connectOptions({ signal: aborted })));
  assert(early === reason);
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const controller = new AbortController();
  const linking = connectSocket(`127.0.0.1:${silent.addr.port}`, connectOptions({ signal: controller.signal }));
  using _socket = await silent.accept();
  controller.abort(reason);
  assert(await assertRejects(() => linking) === reason);
});

Deno.test("connectSocket() refuses a listener that speaks another protocol, and one that says nothing", async () => {
  using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${other.addr.port}`;
  const first = connectSocket(address, connectOptions());
  {
    using socket = await other.accept();
    await socket.write(new TextEncoder().encode("SSH-2.0-OpenSSH"));
    const error = await failsWith("client/refused", () => first);
    assertStringIncludes(error.message, 'it began with "SSH-2.0-"');
  }
  const limits = { ...DEFAULT_LIMITS, helloTimeoutMs: 50 };
  const second = connectSocket(address, connectOptions({ limits }));
  using _socket = await other.accept();
  const error = await failsWith("client/unreachable", () => second);
  assertEquals(error.message, `Cannot connect to tcp://${address}: no hello within 50 ms`);
});

Deno.test("connectSocket() does not believe a TLS listener whose authority it does not know", async () => {
  const listener = listenSocket("tls://127.0.0.1:0", listenOptions(), (connection) => connection.open(new Recorder()));
  const error = await failsWith(
    "client/unreachable",
    () => connectSocket(listener.address, connectOptions({ tls: undefined, retry: true })),
  );
  assertStringIncludes(error.message, "certificate");
  await listener.close();
});

Deno.test("Connection.drained() waits while the peer does not read, and no longer", async () => {
  const limits = { bufferedBytesHigh: 1024 ** 2 };
  await using link = await openLink("tcp", { limits });
  const chunk = new Uint8Array(1024 ** 2);
  for (let count = 0; count < 32; count++) link.near.send(["data", chunk]);
  assert(link.near.bufferedBytes > 16 * 1024 ** 2);
  let isDrained = false;
  const drained = link.near.drained().then(() => isDrained = true);
  await socketsSettled();
  assertEquals(isDrained, false);
  const far = new Recorder();
  link.far.open(far);
  await drained;
  assert(link.near.bufferedBytes < 1024 ** 2);
  assertEquals((await far.received(32)).length, 32);
});

Deno.test("Connection.drained() resolves, and close() ends in time, when the peer never reads", async () => {
  const clock = new FakeClock();
  await using link = await openLink("tcp", { clock });
  link.near.send(["data", new Uint8Array(64 * 1024 ** 2)]);
  const drained = link.near.drained();
  const closing = link.near.close();
  await socketsSettled();
  assert(link.near.bufferedBytes > 0);
  // Twice: the first deadline may see bytes that the system has taken meanwhile.
  clock.advance(2 * DEFAULT_LIMITS.helloTimeoutMs);
  await closing;
  await drained;
  assertEquals(link.near.bufferedBytes, 0);
  const far = new Recorder();
  link.far.open(far);
  hasCode("link/down", await far.end);
});

Deno.test("a quiet connection stays up by heartbeats alone", async () => {
  const clock = new FakeClock();
  await using link = await openLink("tcp", { clock });
  const near = new Recorder();
  const far = new Recorder();
  link.near.open(near);
  link.far.open(far);
  for (let beat = 0; beat < 8; beat++) {
    clock.advance(DEFAULT_LIMITS.heartbeatMs);
    await socketsSettled();
  }
  assertEquals([near.closedCount, far.closedCount], [0, 0]);
  link.near.send(["still here"]);
  assertEquals(await far.received(1), [["still here"]]);
});

Deno.test("a half-open connection ends with link/down after silenceMs", async () => {
  const clock = new FakeClock();
  const { promise, resolve } = Promise.withResolvers<Recorder>();
  const listener = listenSocket("127.0.0.1:0", listenOptions({ clock }), (connection) => {
    const recorder = new Recorder();
    connection.ref();
    connection.open(recorder);
    resolve(recorder);
  });
  const port = Number(listener.address.split(":").at(-1));
  using socket = await Deno.connect({ hostname: "127.0.0.1", port });
  for (const chunk of new RawPeer().hello()) await socket.write(chunk);
  const recorder = await promise;
  clock.advance(DEFAULT_LIMITS.silenceMs - 1);
  assertEquals(recorder.closedCount, 0);
  clock.advance(1);
  const reason = hasCode("link/down", await recorder.end);
  assertStringIncludes(reason.message, "nothing was heard for 20000 ms (half-open)");
  await listener.close();
});

Deno.test("Connection.send() breaks the connection when a message is larger than a frame may be", async () => {
  await using link = await openLink("tcp", { limits: { frameBytesMax: 100_000 } });
  const near = new Recorder();
  link.near.open(near);
  link.near.send(["data", new Uint8Array(100_000)]);
  hasCode("wire/frame-too-large", await near.end);
});

Deno.test("bytes in shared memory can be sent", async () => {
  await using link = await openLink("tcp");
  const far = new Recorder();
  link.far.open(far);
  const shared = new Uint8Array(new SharedArrayBuffer(200_000)).fill(4);
  link.near.send(["data", shared]);
  assertEquals(await far.received(1), [["data", new Uint8Array(200_000).fill(4)]]);
});
