import { describe, troupeError } from "../base/errors.ts";

/** Where a listener is, or is to be. */
export type Address = NetAddress | UnixAddress;

/** A TCP port, plain or with TLS. */
export interface NetAddress {
  /** "tls": encrypted, the listener proves who it is. */
  readonly scheme: "tcp" | "tls";
  /** A name or an IP address; IPv6 without brackets. */
  readonly host: string;
  /** 0 to 65535; 0 only to listen on any free port. */
  readonly port: number;
}

/** A Unix socket. */
export interface UnixAddress {
  /** A socket file instead of a port. */
  readonly scheme: "unix";
  /** The socket file, absolute. */
  readonly path: string;
}

/** The scheduler's port, taken when an address with a scheme names none. */
export const DEFAULT_PORT = 8786;

const NET_PATTERN = /^(?:(tcp|tls):\/\/)?(?:\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|([\w.-]+))(?::([^:]*))?$/;

/**
 * Reads "tcp://host:port", "tls://host:port", "unix:/path" or "host:port" (tcp). IPv6 addresses stand in brackets.
 * With a scheme the port may be missing: {@linkcode DEFAULT_PORT}.
 *
 * @throws `input/invalid`.
 */
export function parseAddress(text: string): Address {
  if (text.startsWith("unix:")) return parseUnix(text);
  const match = NET_PATTERN.exec(text);
  if (match === null) throw unreadable(text, "tcp://host:port");
  const [, scheme, ipv6, name, port] = match;
  if (scheme === undefined && port === undefined) throw unreadable(text, "tcp://host:port");
  if (port !== undefined && !isPort(port)) throw unreadable(text, "a port from 0 to 65535");
  const host = ipv6 ?? name;
  if (host === undefined) throw unreadable(text, "tcp://host:port");
  return { scheme: scheme === "tls" ? "tls" : "tcp", host, port: port === undefined ? DEFAULT_PORT : Number(port) };
}

/** The text that {@linkcode parseAddress} reads back. */
export function formatAddress(address: Address): string {
  if (address.scheme === "unix") return `unix:${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${address.scheme}://${host}:${address.port}`;
}

/** Whether only this machine can reach a listener there. */
export function isLoopback(address: Address): boolean {
  if (address.scheme === "unix" || address.host === "::1") return true;
  return address.host === "localhost" || /^127(?:\.\d{1,3}){3}$/.test(address.host);
}

function parseUnix(text: string): UnixAddress {
  const path = text.slice("unix:".length).replace(/^\/\/(?=\/)/, "");
  if (!path.startsWith("/") || path.endsWith("/") || path.includes("\0")) {
    throw unreadable(text, "unix:/path/to/socket");
  }
  return { scheme: "unix", path };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

function unreadable(text: string, expected: string): Error {
  return troupeError("input/invalid", `Cannot parse address ${describe(text)}: expected ${expected}`, {
    details: { address: text },
  });
}
