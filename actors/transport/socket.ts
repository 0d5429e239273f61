import { asError, describe, TroupeError, troupeError } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import { type Address, formatAddress, parseAddress } from "./address.ts";
import type { Connection, TransportWorld } from "./connection.ts";
import { Deadline } from "./deadline.ts";
import { FrameStream } from "./frame_stream.ts";
import { greetListener } from "./handshake.ts";
import type { Hello, OwnHello } from "./hello.ts";
import { SocketConnection } from "./socket_connection.ts";

/** Options of {@linkcode connectSocket}. */
export interface ConnectSocketOptions extends TransportWorld {
  /** Chance for the back-off. */
  readonly random: Random;
  /** Who we are, and our token. */
  readonly hello: OwnHello;
  /** For "tls:" addresses: whom to believe besides the authorities that the system knows. */
  readonly tls?: ConnectTls | undefined;
  /** How long it may take, all attempts together. Default: as long as the system lets a connection take. */
  readonly timeoutMs?: number | undefined;
  /** Calls it off, with its own reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether to go on trying while nobody answers, until `timeoutMs` or `signal`. Default: one attempt. */
  readonly retry?: boolean | undefined;
}

/** How a connector checks who the listener is. */
export interface ConnectTls {
  /** Certificates of authorities, as PEM text. */
  readonly caCerts?: readonly string[] | undefined;
  /** The name the certificate must have, when it is not the address's host. */
  readonly serverName?: string | undefined;
}

/** A connection and who is at its other end. */
export interface SocketLink {
  /** Not yet opened. */
  readonly connection: Connection;
  /** What the peer said of itself. */
  readonly hello: Hello;
}

/** Back-off begins here and doubles. */
const BACKOFF_MS_MIN = 10;
/** Back-off ends here: a scheduler that comes back is found within a second. */
const BACKOFF_MS_MAX = 1_000;

/**
 * Connects to a listener and exchanges hellos.
 *
 * @param text The address, as {@linkcode parseAddress} takes it.
 * @throws `input/invalid` for a bad address, `client/unreachable` when nobody answers there, `client/refused` when the
 * listener does not want us or is no Troupe system, and the signal's own reason.
 */
export async function connectSocket(text: string, options: ConnectSocketOptions): Promise<SocketLink> {
  const address = parseAddress(text);
  if (address.scheme !== "unix" && address.port === 0) {
    throw troupeError("input/invalid", `Cannot connect to ${describe(text)}: port 0 is for listening only`);
  }
  const { clock, timeoutMs, signal } = options;
  let lastFailure: Error | undefined;
  const outOfTime = () => unreachableError(address, `no answer within ${timeoutMs} ms`, lastFailure);
  using deadline = new Deadline({ clock, timeoutMs, signal, outOfTime });
  for (let backoffMs = BACKOFF_MS_MIN;; backoffMs = Math.min(2 * backoffMs, BACKOFF_MS_MAX)) {
    try {
      return await linkOnce(address, options, deadline.signal);
    } catch (thrown) {
      deadline.signal.throwIfAborted();
      if (options.retry !== true || !mayPass(thrown)) throw thrown;
      lastFailure = asError(thrown);
    }
    await deadline.pause(backoffMs * (0.5 + options.random.next() / 2));
  }
}

async function linkOnce(address: Address, options: ConnectSocketOptions, signal: AbortSignal): Promise<SocketLink> {
  const { clock, limits } = options;
  const socket = await openSocket(address, options.tls, signal);
  const stream = new FrameStream(socket, limits.helloBytesMax);
  const outOfTime = () => unreachableError(address, `no hello within ${limits.helloTimeoutMs} ms`, undefined);
  using deadline = new Deadline({ clock, timeoutMs: limits.helloTimeoutMs, signal, outOfTime });
  const callOff = () => stream.fail(asError(deadline.signal.reason));
  if (deadline.signal.aborted) callOff();
  deadline.signal.addEventListener("abort", callOff, { once: true });
  try {
    const { hello, early } = await greetListener(
      stream,
      { ...options.hello, isChecked: address.scheme !== "tls" },
      limits,
    );
    const peer = formatAddress(address);
    return { connection: new SocketConnection({ clock, limits, stream, peer, early }), hello };
  } catch (thrown) {
    await stream.end();
    throw greetingError(address, thrown);
  }
}

async function openSocket(address: Address, tls: ConnectTls | undefined, signal: AbortSignal): Promise<Deno.Conn> {
  signal.throwIfAborted();
  try {
    if (address.scheme === "unix") return await Deno.connect({ transport: "unix", path: address.path });
    const socket = await Deno.connect({ hostname: address.host, port: address.port, signal });
    socket.setNoDelay(true);
    socket.setKeepAlive(true);
    if (address.scheme === "tcp") return socket;
    const caCerts = [...tls?.caCerts ?? []];
    return await Deno.startTls(socket, { hostname: tls?.serverName ?? address.host, caCerts });
  } catch (thrown) {
    signal.throwIfAborted();
    throw unreachableError(address, asError(thrown).message, asError(thrown));
  }
}

/** What a failed hello means to the caller. */
function greetingError(address: Address, thrown: unknown): unknown {
  if (TroupeError.is(thrown, "client/refused") || TroupeError.is(thrown, "wire/malformed")) {
    const { message, hint } = thrown;
    return troupeError("client/refused", message, {
      hint,
      cause: thrown,
      details: { address: formatAddress(address) },
    });
  }
  if (TroupeError.is(thrown, "client/unreachable")) return thrown;
  const cause = asError(thrown);
  return unreachableError(address, cause.message.replace(/^Cannot link: /, ""), cause);
}

/** Whether the next attempt may succeed: nobody answered, though asking was allowed and understood. */
function mayPass(thrown: unknown): boolean {
  if (!TroupeError.is(thrown, "client/unreachable")) return false;
  const cause = thrown.cause;
  return !(cause instanceof Deno.errors.NotCapable || cause instanceof Deno.errors.InvalidData);
}

function unreachableError(address: Address, why: string, cause: Error | undefined): TroupeError {
  const text = formatAddress(address);
  return troupeError("client/unreachable", `Cannot connect to ${text}: ${why}`, {
    cause,
    hint: cause instanceof Deno.errors.NotCapable ? `Run with ${permissionFlag(address)}` : startHint(address),
    details: { address: text },
  });
}

function permissionFlag(address: Address): string {
  if (address.scheme !== "unix") return `--allow-net=${address.host}:${address.port}`;
  return `--allow-net and --allow-read=${address.path} --allow-write=${address.path}`;
}

function startHint(address: Address): string {
  if (address.scheme === "unix") return "Start what should listen there, or check the path";
  return `Start a scheduler with "troupe scheduler --host ${address.host} --port ${address.port}", or check the address`;
}
