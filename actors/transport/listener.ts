import type { Timer } from "../base/clock.ts";
import { asError, type TroupeError, troupeError } from "../base/errors.ts";
import { type Address, formatAddress, isLoopback, parseAddress } from "./address.ts";
import type { Connection, TransportWorld } from "./connection.ts";
import { FrameStream } from "./frame_stream.ts";
import { greetConnector } from "./handshake.ts";
import type { Hello, OwnHello } from "./hello.ts";
import { SocketConnection } from "./socket_connection.ts";

/** Options of {@linkcode listenSocket}. */
export interface ListenSocketOptions extends TransportWorld {
  /** Who we are, and the token that a peer must have; "" asks for none. An empty address becomes the listener's. */
  readonly hello: OwnHello;
  /** For "tls:" addresses, and needed there. */
  readonly tls?: ListenTls | undefined;
  /** Says why this peer is not welcome, in one line that starts with "Cannot link: "; undefined when it is. */
  readonly accept?: ((hello: Hello) => string | undefined) | undefined;
  /** Hears of every stranger turned away, and of every failure to accept, in one line. */
  readonly onRefused?: ((line: string) => void) | undefined;
}

/** What a listener proves with who it is. */
export interface ListenTls {
  /** Its certificate chain, as PEM text. */
  readonly cert: string;
  /** Its private key, as PEM text. */
  readonly key: string;
}

/** An open port. Starts unref'ed. */
export interface SocketListener {
  /** Where it really listens: with the port that the system chose. */
  readonly address: string;
  /** Takes no more connections. Those there are stay with their owners. Idempotent; resolves when the port is free and its socket file gone. */
  close(): Promise<void>;
  /** Lets it keep the process alive. */
  ref(): void;
  /** Lets the process end although it listens. */
  unref(): void;
}

/** Pause after a failure to accept, such as too many open files: a loop without it would burn the CPU. */
const ACCEPT_PAUSE_MS = 100;

/**
 * Listens, exchanges hellos with whoever connects, and hands over those that are welcome.
 *
 * @param text The address, as {@linkcode parseAddress} takes it; port 0 for any free one.
 * @param onConnection Gets each connection, not yet opened.
 * @throws `input/invalid` for a bad or too open address, `cluster/port-in-use`.
 */
export function listenSocket(
  text: string,
  options: ListenSocketOptions,
  onConnection: (connection: Connection, hello: Hello) => void,
): SocketListener {
  const address = parseAddress(text);
  checkExposure(address, options.hello.token, options.tls);
  return new OpenPort(address, openListener(address, options.tls), options, onConnection);
}

/**
 * Refuses to open a port to other machines that anybody could run code through.
 *
 * @throws `input/invalid`.
 */
export function checkExposure(address: Address, token: string, tls: ListenTls | undefined): void {
  if (address.scheme === "tls" && tls === undefined) {
    throw troupeError("input/invalid", `Cannot listen on ${formatAddress(address)}: no certificate is given`, {
      hint: "Pass tls: { cert, key }",
    });
  }
  if (isLoopback(address) || token !== "" || address.scheme === "tls") return;
  throw troupeError(
    "input/invalid",
    `Cannot listen on ${formatAddress(address)}: other machines could run code here without a token`,
    { hint: "Listen on 127.0.0.1, or pass a token, or use tls://" },
  );
}

function openListener(address: Address, tls: ListenTls | undefined): Deno.Listener {
  try {
    if (address.scheme === "unix") return Deno.listen({ transport: "unix", path: address.path });
    const where = { hostname: address.host, port: address.port };
    return address.scheme === "tls" && tls !== undefined
      ? Deno.listenTls({ ...where, cert: tls.cert, key: tls.key })
      : Deno.listen(where);
  } catch (thrown) {
    throw listenError(address, asError(thrown));
  }
}

function listenError(address: Address, cause: Error): TroupeError {
  const text = formatAddress(address);
  if (cause instanceof Deno.errors.AddrInUse) {
    return troupeError("cluster/port-in-use", `Cannot listen on ${text}: the ${placeWord(address)} is in use`, {
      cause,
      hint: address.scheme === "unix"
        ? "Choose another path, or end what listens there"
        : "Choose another port, or 0 for any free one",
      details: { address: text },
    });
  }
  return troupeError("input/invalid", `Cannot listen on ${text}: ${cause.message}`, { cause });
}

function placeWord(address: Address): string {
  return address.scheme === "unix" ? "path" : "port";
}

class OpenPort implements SocketListener {
  readonly address: string;
  readonly #where: Address;
  readonly #listener: Deno.Listener;
  readonly #options: ListenSocketOptions;
  readonly #onConnection: (connection: Connection, hello: Hello) => void;
  /** Strangers that have not said hello, or are being refused; each leaves by itself. */
  readonly #strangers = new Map<FrameStream, Promise<void>>();
  /** The loop that accepts. Never rejects. */
  readonly #accepting: Promise<void>;
  /** Set by `close`; kept so that a second one waits for the same end. */
  #closing: Promise<void> | undefined;
  /** Ends the pause after a failed accept; set only during one. */
  #endPause: (() => void) | undefined;

  constructor(
    where: Address,
    listener: Deno.Listener,
    options: ListenSocketOptions,
    onConnection: (connection: Connection, hello: Hello) => void,
  ) {
    this.#listener = listener;
    this.#options = options;
    this.#onConnection = onConnection;
    this.#where = realAddress(where, listener.addr);
    this.address = formatAddress(this.#where);
    listener.unref();
    this.#accepting = this.#acceptAll();
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  ref(): void {
    this.#listener.ref();
  }

  unref(): void {
    this.#listener.unref();
  }

  async #close(): Promise<void> {
    // Somebody waits for the end, which comes at once.
    this.#listener.ref();
    this.#listener.close();
    this.#endPause?.();
    for (const stranger of this.#strangers.keys()) {
      stranger.ref();
      stranger.fail(troupeError("link/down", "Cannot link: the listener is closing"));
    }
    await this.#accepting;
    await Promise.all(this.#strangers.values());
  }

  async #acceptAll(): Promise<void> {
    // `close` is not seen in the first turn, which runs within the constructor.
    while (this.#closing === undefined) {
      try {
        const socket = await this.#listener.accept();
        if (this.#closing !== undefined) return socket.close();
        const stream = new FrameStream(socket, this.#options.limits.helloBytesMax);
        this.#strangers.set(stream, this.#greet(stream, socket));
      } catch (thrown) {
        if (this.#closing !== undefined) return;
        this.#refused(`Cannot accept a connection on ${this.address}: ${asError(thrown).message}`);
        await this.#pause();
      }
    }
  }

  async #greet(stream: FrameStream, socket: Deno.Conn): Promise<void> {
    const { clock, limits, hello: own, accept } = this.#options;
    const peer = peerName(this.#where, socket.remoteAddr);
    stream.unref();
    const timer = this.#limitTime(stream);
    try {
      if ("setNoDelay" in socket) setSocketOptions(socket);
      const address = own.address === "" ? this.address : own.address;
      const ownHello = { ...own, address, isChecked: this.#where.scheme !== "tls" };
      const { hello, early } = await greetConnector(stream, ownHello, limits, (hello) => accept?.(hello));
      const connection = new SocketConnection({ clock, limits, stream, peer, early });
      this.#handOver(connection, hello);
    } catch (thrown) {
      await stream.end();
      if (this.#closing === undefined) this.#refused(`${asError(thrown).message} (${peer})`);
    } finally {
      timer.cancel();
      this.#strangers.delete(stream);
    }
  }

  #handOver(connection: Connection, hello: Hello): void {
    try {
      this.#onConnection(connection, hello);
    } catch (thrown) {
      const cause = asError(thrown);
      connection.abort(troupeError("link/down", `Cannot take connection: ${cause.message}`, { cause }));
      this.#refused(`Cannot take connection: ${cause.message} (${connection.peer})`);
    }
  }

  #limitTime(stream: FrameStream): Timer {
    const { clock, limits } = this.#options;
    const line = `Cannot link: no hello within ${limits.helloTimeoutMs} ms`;
    return clock.after(limits.helloTimeoutMs, () => stream.fail(troupeError("link/down", line)));
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(ACCEPT_PAUSE_MS, resolve);
    this.#endPause = resolve;
    await promise;
    this.#endPause = undefined;
    timer.cancel();
  }

  #refused(line: string): void {
    this.#options.onRefused?.(line);
  }
}

function realAddress(address: Address, bound: Deno.Addr): Address {
  return address.scheme !== "unix" && "port" in bound ? { ...address, port: bound.port } : address;
}

function peerName(here: Address, remote: Deno.Addr): string {
  if (here.scheme === "unix" || !("hostname" in remote)) return formatAddress(here);
  return formatAddress({ scheme: here.scheme, host: remote.hostname, port: remote.port });
}

/** TLS sockets made by a listener have no such options; Deno gives no access to the socket below. */
function setSocketOptions(socket: object): void {
  if ("setNoDelay" in socket && typeof socket.setNoDelay === "function") socket.setNoDelay(true);
  if ("setKeepAlive" in socket && typeof socket.setKeepAlive === "function") socket.setKeepAlive(true);
}
