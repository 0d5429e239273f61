import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { DEFAULT_LIMITS } from "../../actors/base/limits.ts";
import { parseAddress } from "../../actors/transport/address.ts";
import type { Connection } from "../../actors/transport/connection.ts";
import { type Hello, preface, WIRE_VERSION } from "../../actors/transport/hello.ts";
import {
  checkExposure,
  listenSocket,
  type ListenSocketOptions,
  type SocketListener,
} from "../../actors/transport/listener.ts";
import { connectSocket } from "../../actors/transport/socket.ts";
import { failsWith, hasCode } from "../support/codes.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { connectOptions, listenOptions, ownHello } from "../support/links.ts";
import { RawPeer } from "../support/raw_peer.ts";
import { Recorder } from "../support/recorder.ts";

/** A listener that opens what it gets, and keeps who was refused. */
class Host implements AsyncDisposable {
  readonly accepted: { readonly connection: Connection; readonly hello: Hello; readonly recorder: Recorder }[] = [];
  readonly refused: string[] = [];
  readonly listener: SocketListener;
  #waiting: (() => void)[] = [];

  constructor(changes: Partial<ListenSocketOptions> = {}) {
    const onRefused = (line: string) => {
      this.refused.push(line);
      this.#wake();
    };
    this.listener = listenSocket("127.0.0.1:0", listenOptions({ onRefused, ...changes }), (connection, hello) => {
      const recorder = new Recorder();
      connection.ref();
      connection.open(recorder);
      this.accepted.push({ connection, hello, recorder });
      this.#wake();
    });
    this.listener.ref();
  }

  get port(): number {
    return Number(this.listener.address.split(":").at(-1));
  }

  /** Resolves when so many strangers were turned away or let in. */
  async saw(count: number): Promise<void> {
    while (this.refused.length + this.accepted.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.accepted.map(({ connection }) => connection.close()));
    await this.listener.close();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Says these bytes to a host and returns what it answers until it ends. */
async function say(host: Host, ...chunks: Uint8Array[]): Promise<Uint8Array> {
  using socket = await Deno.connect({ hostname: "127.0.0.1", port: host.port });
  for (const chunk of chunks) await socket.write(chunk);
  return await readRest(socket);
}

async function readRest(socket: Deno.Conn): Promise<Uint8Array> {
  const heard: number[] = [];
  const buffer = new Uint8Array(1024);
  try {
    for (let count = await socket.read(buffer); count !== null; count = await socket.read(buffer)) {
      heard.push(...buffer.subarray(0, count));
    }
  } catch (error) {
    // What was not read when the host closed makes the system reset the connection.
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  return Uint8Array.from(heard);
}

Deno.test("listenSocket() hands over connection and hello, and answers with its own", async () => {
  await using host = new Host({ hello: ownHello({ role: "scheduler", system: "s9", token: "secret" }) });
  const own = ownHello({ role: "worker", system: "w1", address: "tcp://10.0.0.1:5", token: "secret" });
  const { connection, hello } = await connectSocket(host.listener.address, connectOptions({ hello: own }));
  assertEquals(hello, { protocol: 1, role: "scheduler", system: "s9", address: host.listener.address });
  await host.saw(1);
  assertEquals(host.accepted[0]?.hello, { protocol: 1, role: "worker", system: "w1", address: "tcp://10.0.0.1:5" });
  assertMatch(host.accepted[0]?.connection.peer ?? "", /^tcp:\/\/127\.0\.0\.1:\d+$/);
  assertEquals(connection.peer, host.listener.address);
  await connection.close();
});

Deno.test("listenSocket() refuses a wrong token on both sides in one line, and asks for none without one", async () => {
  await using host = new Host({ hello: ownHello({ token: "secret" }) });
  for (const token of ["", "Secret", "secret ", "secretsecret"]) {
    const options = connectOptions({ hello: ownHello({ token }) });
    const error = await failsWith("client/refused", () => connectSocket(host.listener.address, options));
    assertEquals([error.message, error.hint], [
      "Cannot link: wrong token",
      "Pass the token that the other end was started with",
    ]);
  }
  await host.saw(4);
  for (const line of host.refused) assertMatch(line, /^Cannot link: wrong token \(tcp:\/\/127\.0\.0\.1:\d+\)$/);
  await using open = new Host();
  const options = connectOptions({ hello: ownHello({ token: "not needed" }) });
  const { connection } = await connectSocket(open.listener.address, options);
  await connection.close();
});

Deno.test("listenSocket() gets its refusal across although the stranger goes on talking", async () => {
  await using host = new Host({ hello: ownHello({ token: "secret" }) });
  using socket = await Deno.connect({ hostname: "127.0.0.1", port: host.port });
  const peer = new RawPeer();
  const hello = peer.hello();
  const heartbeats = Array.from({ length: 20_000 }, () => peer.frame(new Uint8Array(0))[0]!);
  const words = Uint8Array.from([...hello, ...heartbeats].flatMap((chunk) => [...chunk]));
  for (let at = 0; at < words.byteLength;) at += await socket.write(words.subarray(at));
  await socket.closeWrite();
  assertStringIncludes(new TextDecoder().decode(await readRest(socket)), "Cannot link: wrong token");
});

Deno.test("listenSocket() refuses another version, each side saying its own first", async () => {
  await using host = new Host({ hello: ownHello({ protocol: 2, token: "secret" }) });
  const options = connectOptions({ hello: ownHello({ protocol: 1 }) });
  const error = await failsWith("client/refused", () => connectSocket(host.listener.address, options));
  assertEquals(error.message, "Cannot link: protocol version 1 here, 2 there");
  await say(host, preface(7));
  await host.saw(2);
  assertStringIncludes(host.refused[0] ?? "", "Cannot link: protocol version 2 here, 1 there (");
  assertStringIncludes(host.refused[1] ?? "", `Cannot link: wire version ${WIRE_VERSION} here, 7 there (`);
});

Deno.test("listenSocket() refuses whom accept does not want", async () => {
  await using host = new Host({ accept: (hello) => `Cannot link: a ${hello.role} has no business here` });
  const error = await failsWith("client/refused", () => connectSocket(host.listener.address, connectOptions()));
  assertEquals(error.message, "Cannot link: a test has no business here");
});

Deno.test("listenSocket() turns away garbage in one line each, and goes on", async () => {
  await using host = new Host();
  const text = (words: string) => new TextEncoder().encode(words);
  const fourGigabytes = new RawPeer().header([0xffff_ffff, 0]);
  await say(host, text("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  await say(host, crypto.getRandomValues(new Uint8Array(4096)).fill(0x99, 0, 1));
  await say(host, preface(), fourGigabytes);
  await say(host, preface(), ...new RawPeer().frame(text("no map")));
  await say(host, preface(), ...new RawPeer().frame(new Uint8Array(0), [new Uint8Array(100_000)]));
  await host.saw(5);
  const expected = [
    'Cannot link: the peer does not speak Troupe\'s protocol, it began with "GET / HT" (',
    "Cannot link: the peer does not speak Troupe's protocol, it began with ",
    "Cannot read frame: it announces 4294967303 bytes, more than the limit of 65536 (",
    "Cannot read hello: ",
    "more than the limit of 65536 (",
  ];
  for (const [index, part] of expected.entries()) {
    assertStringIncludes(host.refused[index] ?? "", part);
    assert(!host.refused[index]?.includes("\n"));
  }
  const { connection } = await connectSocket(host.listener.address, connectOptions());
  await connection.close();
});

Deno.test("listenSocket() ends a connection whose frames are garbage after the hello", async () => {
  await using host = new Host();
  const sayLinked = async (garbage: (peer: RawPeer) => readonly Uint8Array[]) => {
    using socket = await Deno.connect({ hostname: "127.0.0.1", port: host.port });
    const peer = new RawPeer();
    for (const chunk of peer.hello()) await socket.write(chunk);
    await host.saw(host.accepted.length + 1);
    for (const chunk of garbage(peer)) await socket.write(chunk);
    return new TextDecoder().decode(await readRest(socket));
  };
  const answers = [
    await sayLinked((peer) => [peer.header([0xffff_ffff, 0])]),
    await sayLinked((peer) => peer.frame(Uint8Array.of(0xdc, 0xff, 0xff))),
    await sayLinked((peer) => [peer.header([3, 0]).map((byte, at) => at === 2 ? byte ^ 1 : byte)]),
  ];
  hasCode("wire/frame-too-large", await host.accepted[0]?.recorder.end);
  hasCode("wire/malformed", await host.accepted[1]?.recorder.end);
  const changed = hasCode("link/down", await host.accepted[2]?.recorder.end);
  assertMatch(changed.message, /^Link to tcp:.+ is down: a frame was changed on its way$/);
  assertEquals(host.accepted.map(({ recorder }) => recorder.messages), [[], [], []]);
  // Each side knows why.
  for (const [index, answer] of answers.entries()) {
    assertStringIncludes(answer, (await host.accepted[index]?.recorder.end)?.message ?? "no reason");
  }
});

Deno.test("listenSocket() gives a stranger helloTimeoutMs, however slowly it speaks", async () => {
  const clock = new FakeClock();
  await using host = new Host({ clock });
  using socket = await Deno.connect({ hostname: "127.0.0.1", port: host.port });
  const first = new Uint8Array(8);
  await socket.read(first);
  const bytes = new RawPeer().hello().flatMap((chunk) => [...chunk]);
  for (const byte of bytes.slice(0, 10)) {
    await socket.write(Uint8Array.of(byte));
    clock.advance(DEFAULT_LIMITS.helloTimeoutMs / 10);
  }
  await host.saw(1);
  assertStringIncludes(host.refused[0] ?? "", "Cannot link: no hello within 5000 ms (");
  await readRest(socket);
});

Deno.test("listenSocket() survives 100 strangers and 100 peers that vanish, and keeps nothing of them", async () => {
  const clock = new FakeClock();
  await using host = new Host({ clock });
  const vanish = async (...chunks: Uint8Array[]) => {
    using socket = await Deno.connect({ hostname: "127.0.0.1", port: host.port });
    for (const chunk of chunks) await socket.write(chunk);
  };
  await Promise.all(Array.from({ length: 100 }, () => vanish()));
  await Promise.all(Array.from({ length: 100 }, () => vanish(...new RawPeer().hello())));
  await host.saw(200);
  await Promise.all(host.accepted.map(({ recorder }) => recorder.end));
  await Promise.all(host.accepted.map(({ connection }) => connection.close()));
  assertEquals([host.accepted.length + host.refused.length, clock.waitingCount], [200, 0]);
});

Deno.test("SocketListener.close() turns strangers out, leaves connections alone, and frees the port", async () => {
  const host = new Host();
  const { connection } = await connectSocket(host.listener.address, connectOptions());
  await host.saw(1);
  using stranger = await Deno.connect({ hostname: "127.0.0.1", port: host.port });
  await stranger.read(new Uint8Array(8));
  await host.listener.close();
  await host.listener.close();
  assertEquals(await stranger.read(new Uint8Array(8)), null);
  connection.open(new Recorder());
  connection.send(["still linked"]);
  assertEquals(await host.accepted[0]?.recorder.received(1), [["still linked"]]);
  await connection.close();
  const again = listenSocket(host.listener.address, listenOptions(), () => {});
  assertEquals(again.address, host.listener.address);
  await again.close();
});

Deno.test("listenSocket() refuses a port in use, and leaves no socket file behind", async () => {
  await using host = new Host();
  const error = await failsWith(
    "cluster/port-in-use",
    () => listenSocket(host.listener.address, listenOptions(), () => {}),
  );
  assertEquals(error.message, `Cannot listen on ${host.listener.address}: the port is in use`);
  const folder = await Deno.makeTempDir();
  const first = listenSocket(`unix:${folder}/socket`, listenOptions(), () => {});
  await failsWith("cluster/port-in-use", () => listenSocket(first.address, listenOptions(), () => {}));
  await first.close();
  await Deno.remove(folder);
});

Deno.test("a connection handed to a caller that throws is aborted, and the listener goes on", async () => {
  const lines: string[] = [];
  const fault = () => {
    throw new Error("no room");
  };
  const listener = listenSocket("127.0.0.1:0", listenOptions({ onRefused: (line) => lines.push(line) }), fault);
  for (let count = 0; count < 2; count++) {
    const { connection } = await connectSocket(listener.address, connectOptions());
    const recorder = new Recorder();
    connection.ref();
    connection.open(recorder);
    hasCode("link/down", await recorder.end);
    await connection.close();
  }
  assertEquals(lines.map((line) => line.split(" (")[0]), Array(2).fill("Cannot take connection: no room"));
  await listener.close();
});

Deno.test("checkExposure() asks for a token or TLS when other machines can come in", async () => {
  const tls = { cert: "c", key: "k" };
  for (const text of ["127.0.0.1:1", "[::1]:1", "unix:/s"]) checkExposure(parseAddress(text), "", undefined);
  checkExposure(parseAddress("0.0.0.0:1"), "secret", undefined);
  checkExposure(parseAddress("tls://0.0.0.0:1"), "", tls);
  for (const text of ["0.0.0.0:1", "10.1.2.3:1", "[::]:1", "example.org:1"]) {
    const error = await failsWith("input/invalid", () => listenSocket(text, listenOptions(), () => {}));
    assertStringIncludes(error.message, "other machines could run code here without a token");
    assertEquals(error.hint, "Listen on 127.0.0.1, or pass a token, or use tls://");
  }
  await failsWith("input/invalid", () => checkExposure(parseAddress("tls://127.0.0.1:1"), "secret", undefined));
});

Deno.test("an unref'ed listener and an unref'ed connection let the process end", async () => {
  const here = (path: string) => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);
  const program = `
    import { listenSocket } from ${here("actors/transport/listener.ts")};
    import { connectSocket } from ${here("actors/transport/socket.ts")};
    import { connectOptions, listenOptions } from ${here("tests/support/links.ts")};
    const silent = { message() {}, closed() {} };
    const listener = listenSocket("127.0.0.1:0", listenOptions(), (connection) => connection.open(silent));
    const first = await connectSocket(listener.address, connectOptions());
    first.connection.open(silent);
    const second = await connectSocket(listener.address, connectOptions());
    second.connection.open(silent);
    second.connection.ref();
    second.connection.unref();
    console.log("linked");`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const args = [
    "run",
    "--quiet",
    "-A",
    "--no-lock",
    "--config",
    config,
    `data:application/typescript,${encodeURIComponent(program)}`,
  ];
  const child = new Deno.Command(Deno.execPath(), { args, signal: AbortSignal.timeout(20_000) });
  const { code, signal, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  assertEquals([code, signal, text.decode(stdout)], [0, null, "linked\n"], text.decode(stderr));
});
