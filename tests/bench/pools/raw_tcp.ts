/** The raw limits of loopback between two processes: a round trip, small records in bulk, one large value. */
import { printFigures } from "../figure.ts";
import { median, medianMs, perSecond, sampleMs } from "../measure.ts";
import { readScale } from "../scale.ts";
import { MODE_BYTES, RECORD_BYTES } from "./raw_tcp_peer.ts";

/** Starts the other process, and gives the port it listens on. */
async function startPeer(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const peer = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--no-config", new URL("./raw_tcp_peer.ts", import.meta.url).href],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = peer.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error("Cannot start peer: it ended without a port");
    text += value;
  }
  async function close(): Promise<void> {
    peer.kill("SIGKILL");
    await peer.status;
    await reader.cancel();
  }
  return { port: Number(text), close };
}

async function connect(port: number, mode: keyof typeof MODE_BYTES): Promise<Deno.TcpConn> {
  const socket = await Deno.connect({ hostname: "127.0.0.1", port });
  socket.setNoDelay(true);
  await writeAll(socket, new Uint8Array([MODE_BYTES[mode]]));
  return socket;
}

async function writeAll(socket: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await socket.write(bytes.subarray(at));
}

async function readAll(socket: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const count = await socket.read(bytes.subarray(at));
    if (count === null) throw new Error("Cannot read: the peer has closed");
    at += count;
  }
}

/** Sends and receives that many bytes at the same time: neither side may wait for the other's buffer. */
async function exchange(socket: Deno.TcpConn, request: Uint8Array, answer: Uint8Array): Promise<void> {
  await Promise.all([writeAll(socket, request), readAll(socket, answer)]);
}

/** There whole, then back whole, as scatter and gather do it. */
async function thereAndBack(socket: Deno.TcpConn, value: Uint8Array): Promise<void> {
  const size = new Uint8Array(8);
  new DataView(size.buffer).setFloat64(0, value.length);
  await writeAll(socket, size);
  await writeAll(socket, value);
  await readAll(socket, new Uint8Array(value.length));
}

async function main(): Promise<void> {
  const scale = readScale(Deno.args);
  const peer = await startPeer();
  using echo = await connect(peer.port, "echo");
  const record = new Uint8Array(RECORD_BYTES);
  const roundTripsMs = await sampleMs(() => exchange(echo, record, record), {
    warmUps: scale.warmUps,
    repeats: scale.roundTrips,
  });
  const records = new Uint8Array(RECORD_BYTES * scale.tasks);
  const batchMs = await medianMs(() => exchange(echo, records, records), { repeats: scale.repeats });
  using bulk = await connect(peer.port, "bulk");
  const value = new Uint8Array(scale.bulkBytes).fill(7);
  const bulkMs = await medianMs(() => thereAndBack(bulk, value), { repeats: scale.repeats });
  printFigures({
    submit_result_tcp: { value: median(roundTripsMs) * 1000 },
    noop_10k_tcp: { value: perSecond(scale.tasks, batchMs), note: `${RECORD_BYTES}-byte records, echoed unread` },
    bytes_64mb: { value: perSecond(2 * scale.bulkBytes / 1e6, bulkMs) },
  });
  await peer.close();
}

await main();
