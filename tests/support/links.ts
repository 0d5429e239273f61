import { MessageChannel } from "node:worker_threads";
import { type Clock, systemClock } from "../../actors/base/clock.ts";
import { DEFAULT_LIMITS, type Limits } from "../../actors/base/limits.ts";
import { seededRandom } from "../../actors/base/random.ts";
import type { Connection } from "../../actors/transport/connection.ts";
import type { OwnHello } from "../../actors/transport/hello.ts";
import { inProcessPair } from "../../actors/transport/in_process.ts";
import { listenSocket, type ListenSocketOptions } from "../../actors/transport/listener.ts";
import { connectSocket, type ConnectSocketOptions } from "../../actors/transport/socket.ts";
import { threadConnection } from "../../actors/transport/thread_port.ts";

/** Every kind of connection there is. */
export const LINK_KINDS = ["in-process", "thread", "tcp", "unix", "tls"] as const;

/** A kind of connection. */
export type LinkKind = typeof LINK_KINDS[number];

/** Two linked ends; disposing closes both. */
export interface Link extends AsyncDisposable {
  /** The end that connected. */
  readonly near: Connection;
  /** The end that was connected to. */
  readonly far: Connection;
}

/** What a link may be given instead of the defaults. */
export interface LinkOptions {
  /** Default: the machine's own. */
  readonly clock?: Clock;
  /** Differences from the default limits. */
  readonly limits?: Partial<Limits>;
}

/** A self-signed authority, and a certificate of it for localhost and 127.0.0.1. */
export function testCertificates(): { readonly authority: string; readonly cert: string; readonly key: string } {
  const read = (name: string) => Deno.readTextFileSync(new URL(`../transport/fixtures/${name}`, import.meta.url));
  return { authority: read("authority.pem"), cert: read("localhost.pem"), key: read("localhost_key.pem") };
}

/** A hello for tests. */
export function ownHello(changes: Partial<OwnHello> = {}): OwnHello {
  return { role: "test", system: "system-1", address: "", token: "", ...changes };
}

/** Options for a connector. */
export function connectOptions(changes: Partial<ConnectSocketOptions> = {}): ConnectSocketOptions {
  const world = { clock: systemClock, limits: DEFAULT_LIMITS, random: seededRandom(1) };
  return { ...world, hello: ownHello(), tls: { caCerts: [testCertificates().authority] }, ...changes };
}

/** Options for a listener. */
export function listenOptions(changes: Partial<ListenSocketOptions> = {}): ListenSocketOptions {
  const { cert, key } = testCertificates();
  return {
    clock: systemClock,
    limits: DEFAULT_LIMITS,
    hello: ownHello({ system: "listener" }),
    tls: { cert, key },
    ...changes,
  };
}

/** Two linked ends of this kind. */
export async function openLink(kind: LinkKind, options: LinkOptions = {}): Promise<Link> {
  const world = { clock: options.clock ?? systemClock, limits: { ...DEFAULT_LIMITS, ...options.limits } };
  switch (kind) {
    case "in-process":
      return link(...inProcessPair());
    case "thread": {
      const { port1, port2 } = new MessageChannel();
      return link(threadConnection(port1, "thread far", world), threadConnection(port2, "thread near", world));
    }
    case "tcp":
    case "tls":
      return await openSocketLink(`${kind}://127.0.0.1:0`, world);
    case "unix": {
      const folder = await Deno.makeTempDir();
      const opened = await openSocketLink(`unix:${folder}/socket`, world);
      await Deno.remove(folder, { recursive: true });
      return opened;
    }
  }
}

async function openSocketLink(address: string, world: { clock: Clock; limits: Limits }): Promise<Link> {
  const { promise, resolve } = Promise.withResolvers<Connection>();
  const listener = listenSocket(address, listenOptions(world), resolve);
  listener.ref();
  const { connection } = await connectSocket(listener.address, connectOptions(world));
  const far = await promise;
  await listener.close();
  return link(connection, far);
}

function link(near: Connection, far: Connection): Link {
  // A test is somebody who waits.
  near.ref();
  far.ref();
  return { near, far, [Symbol.asyncDispose]: async () => void await Promise.all([near.close(), far.close()]) };
}
