/** What users and strangers do wrong: each is told clearly, and the cluster lives on. @module */
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { Client, type ErrorCode, LocalCluster, Scheduler, TroupeError } from "../../mod.ts";
import { preface } from "../../actors/transport/hello.ts";
import { RawPeer } from "../support/raw_peer.ts";
import { runScript } from "../support/scripts.ts";

const WAIT = { timeoutMs: 120_000 };

class Conn {
  host = "db";
}

/** What was thrown, which must be a `TroupeError` with this code. */
function withCode(error: unknown, code: ErrorCode): TroupeError {
  assert(TroupeError.is(error, code), Deno.inspect(error));
  return error;
}

async function assertAlive(client: Client): Promise<void> {
  assertEquals(await client.with({ pure: false }).submit((x: number) => x + 1, 1).result(WAIT), 2);
}

Deno.test("submit() refuses what cannot travel, by its path, and goes on", async () => {
  await using client = await Client.connect({ executors: "inline" });
  const conn = new Conn();
  const capturing = assertThrows(() => client.submit(() => conn.host));
  assertStringIncludes(withCode(capturing, "task/not-serializable").message, `"conn"`);
  const holding = assertThrows(() => client.submit((x: unknown) => x, { a: [conn] } as object));
  const refusal = withCode(holding, "task/not-serializable");
  assertStringIncludes(refusal.message, "Conn");
  assertStringIncludes(refusal.message, ".a[0]");
  const weak = await assertRejects(() => client.submit(() => new WeakMap()).result(WAIT));
  assertStringIncludes(withCode(weak, "task/not-serializable").message, "WeakMap");
  await assertAlive(client);
});

Deno.test("connect() tells why an address is of no use", async () => {
  const codeOf = async (connecting: Promise<Client>) => {
    const error = await assertRejects(() => connecting);
    assert(TroupeError.is(error), Deno.inspect(error));
    return error.code;
  };
  assertEquals(await codeOf(Client.connect("nonsense")), "input/invalid");
  assertEquals(await codeOf(Client.connect("tcp://127.0.0.1:0")), "input/invalid");
  assertEquals(await codeOf(Client.connect("tcp://127.0.0.1:1")), "client/unreachable");
  assertEquals(await codeOf(Client.connect("tcp://no-such-host.invalid:8786")), "client/unreachable");
});

Deno.test("LocalCluster.start() and Scheduler.start() refuse a port that is in use", async () => {
  await using scheduler = await Scheduler.start({ port: 0 });
  const port = Number(new URL(scheduler.address).port);
  for (const start of [() => Scheduler.start({ port }), () => LocalCluster.start({ port, executors: "inline" })]) {
    const error = withCode(await assertRejects(start), "cluster/port-in-use");
    assertStringIncludes(error.message, String(port));
    assert(error.hint !== undefined);
  }
});

Deno.test("connect() is refused with a wrong token, and the scheduler tells of it", async () => {
  const lines: string[] = [];
  await using scheduler = await Scheduler.start({ port: 0, token: "right", onEvent: (line) => lines.push(line) });
  for (const options of [{}, { token: "mistaken-secret" }]) {
    const error = withCode(await assertRejects(() => Client.connect(scheduler.address, options)), "client/refused");
    assertStringIncludes(error.message, "token");
  }
  await using client = await Client.connect(scheduler.address, { token: "right" });
  assertEquals((await client.schedulerInfo()).address, scheduler.address);
  const refused = lines.filter((line) => line.includes("token"));
  assertEquals(refused.length, 2);
  assert(!lines.join().includes("mistaken-secret"), "no secret is printed");
});

Deno.test("Scheduler survives garbage, an endless frame and clients that vanish", async () => {
  const lines: string[] = [];
  await using scheduler = await Scheduler.start({ port: 0, onEvent: (line) => lines.push(line) });
  await using client = await Client.connect(scheduler.address);
  const port = Number(new URL(scheduler.address).port);
  await sendRaw(port, new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  await sendRaw(port, crypto.getRandomValues(new Uint8Array(50_000)));
  // A header of 4 GB: no head, one buffer beside it, its length low word first; before the hello, and after it.
  await sendRaw(port, joined([preface(), new RawPeer().header([0, 1], 0, 1)]));
  const stranger = new RawPeer();
  await sendRaw(
    port,
    joined([...stranger.hello({ role: "client", system: "stranger" }), stranger.header([0, 1], 0, 1)]),
  );
  for (let i = 0; i < 100; i++) (await Deno.connect({ port, hostname: "127.0.0.1" })).close();
  assertEquals((await client.schedulerInfo()).address, scheduler.address);
  assert(lines.filter((line) => line.startsWith("Cannot link")).length >= 3, lines.join("\n"));
});

Deno.test("Scheduler forgets 100 clients that connected, submitted and vanished", async () => {
  const lines: string[] = [];
  await using scheduler = await Scheduler.start({ port: 0, onEvent: (line) => lines.push(line) });
  const { code, stderr } = await runScript(
    `
      import { Client } from "@troupe/troupe";
      for (let i = 0; i < 100; i++) {
        const client = await Client.connect(Deno.args[0]!);
        client.submit((x: number) => x, i);
      }
      Deno.exit(0);
    `,
    { args: [scheduler.address] },
  );
  assertEquals([code, stderr], [0, ""]);
  await using client = await Client.connect(scheduler.address);
  await client.schedulerInfo();
  assertEquals(lines.filter((line) => line.startsWith("Remove client")).length, 100);
});

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
}

/** Sends bytes to a port, and reads until the other side hangs up. */
async function sendRaw(port: number, bytes: Uint8Array): Promise<void> {
  using socket = await Deno.connect({ hostname: "127.0.0.1", port });
  try {
    await socket.write(bytes);
    while (await socket.read(new Uint8Array(1_000)) !== null);
  } catch (error) {
    // Hung up while we were still talking.
    if (!(error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
