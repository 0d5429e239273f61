/** The first byte of a connection says what the peer is to do. */
export const MODE_BYTES = { echo: 0, bulk: 1 } as const;

/** A small task or its answer, as a lean protocol might write it. */
export const RECORD_BYTES = 32;

const CHUNK_BYTES = 256 * 1024;

/** Serves one connection after another until it is killed. */
async function serve(): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  Deno.stdout.writeSync(new TextEncoder().encode(`${listener.addr.port}\n`));
  const served: Promise<void>[] = [];
  for await (const socket of listener) served.push(serveSocket(socket));
  await Promise.all(served);
}

async function serveSocket(socket: Deno.TcpConn): Promise<void> {
  using _closedAtEnd = socket;
  socket.setNoDelay(true);
  const mode = new Uint8Array(1);
  if (!await fill(socket, mode)) return;
  if (mode[0] === MODE_BYTES.echo) await echo(socket);
  else await bounceValues(socket);
}

async function echo(socket: Deno.TcpConn): Promise<void> {
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let count = await socket.read(chunk); count !== null; count = await socket.read(chunk)) {
    await writeAll(socket, chunk.subarray(0, count));
  }
}

/** Reads a size and that many bytes, and only then sends them back. */
async function bounceValues(socket: Deno.TcpConn): Promise<void> {
  const size = new Uint8Array(8);
  while (await fill(socket, size)) {
    const value = new Uint8Array(new DataView(size.buffer).getFloat64(0));
    if (!await fill(socket, value)) return;
    await writeAll(socket, value);
  }
}

/** Whether the whole of `bytes` came. */
async function fill(socket: Deno.TcpConn, bytes: Uint8Array): Promise<boolean> {
  for (let at = 0; at < bytes.length;) {
    const count = await socket.read(bytes.subarray(at));
    if (count === null) return false;
    at += count;
  }
  return true;
}

async function writeAll(socket: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await socket.write(bytes.subarray(at));
}

if (import.meta.main) await serve();
