/**
 * What two strangers say before the first message: a preface of eight bytes, then one hello each. Bytes and judgement
 * only; nothing here reads or writes.
 *
 * @module
 */
import { decode, encode } from "@std/msgpack";
import { describe, troupeError } from "../base/errors.ts";

/** The version of preface, frames and codec: 2 since frames have sums. */
export const WIRE_VERSION = 2;
/** The version of the conversations, said unless a hello says otherwise. */
export const PROTOCOL_VERSION = 1;

/** Who a peer says it is. Without the token, which goes no further than the comparison. */
export interface Hello {
  /** The version of the conversations it speaks. */
  readonly protocol: number;
  /** What it is in a cluster or tree of hosts: "client", "worker", ... */
  readonly role: string;
  /** The id of its system. */
  readonly system: string;
  /** Where it listens; "" if it does not. */
  readonly address: string;
  /** The name that the connecting side gives this link. */
  readonly link?: string;
  /** The link that this one is made in place of: whatever of that one is still on its way must not be taken any more. */
  readonly after?: string;
}

/** What one says of oneself. */
export interface OwnHello {
  /** Default: {@linkcode PROTOCOL_VERSION}. */
  readonly protocol?: number;
  /** As in {@linkcode Hello}. */
  readonly role: string;
  /** As in {@linkcode Hello}. */
  readonly system: string;
  /** As in {@linkcode Hello}; a listener that leaves it empty says its own address. */
  readonly address: string;
  /** As in {@linkcode Hello}. */
  readonly link?: string;
  /** As in {@linkcode Hello}. */
  readonly after?: string;
  /** The secret shared by all who may link; "" for none. A listener never sends it. */
  readonly token: string;
}

/** A hello as it is sent. */
export interface SaidHello extends OwnHello {
  /**
   * Whether frames must be checked on this connection: not if it is encrypted, for then they are already. One end that
   * wants it is enough: what is encrypted for one may be plain for the other, behind a proxy.
   */
  readonly isChecked: boolean;
}

/** What follows the preface. */
export type HelloAnswer =
  /** The peer presents itself. */
  | { readonly type: "hello"; readonly hello: Hello; readonly token: string; readonly isChecked: boolean }
  /** A listener does not want us, for this reason; its protocol version, if that was it. */
  | { readonly type: "refused"; readonly line: string; readonly protocol: number | undefined };

const MARK = "TROUPE";
const LINE_LENGTH_MAX = 500;

/** The first bytes that each end sends, at once. */
export function preface(version: number = WIRE_VERSION): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...new TextEncoder().encode(MARK), version >>> 8, version & 0xff]);
}

/** How long {@linkcode preface} is. */
export const PREFACE_BYTES = 8;

/**
 * Judges the beginning of what a stranger says, complete or not.
 *
 * @returns Why it is refused, in one line; undefined as long as all is well.
 */
export function prefaceFault(received: Uint8Array): string | undefined {
  const own = preface();
  for (let index = 0; index < Math.min(received.byteLength, MARK.length); index++) {
    if (received[index] !== own[index]) {
      return `Cannot link: the peer does not speak Troupe's protocol, it began with ${quoteBytes(received)}`;
    }
  }
  if (received.byteLength < PREFACE_BYTES) return undefined;
  const version = (received[6] ?? 0) << 8 | (received[7] ?? 0);
  return version === WIRE_VERSION ? undefined : `Cannot link: wire version ${WIRE_VERSION} here, ${version} there`;
}

/** What the two ends say when their protocol versions differ; undefined when they agree. */
export function versionFault(here: number, there: number): string | undefined {
  return here === there ? undefined : `Cannot link: protocol version ${here} here, ${there} there`;
}

/** The head of a hello frame. */
export function encodeHello(own: SaidHello): Uint8Array {
  const { role, system, address, token, isChecked, link, after } = own;
  const named = link === undefined ? {} : { link, after: after ?? "" };
  return encode({ protocol: own.protocol ?? PROTOCOL_VERSION, role, system, address, token, isChecked, ...named });
}

/** The head of the frame that refuses a hello. */
export function encodeRefusal(line: string, protocol: number): Uint8Array {
  return encode({ refused: line, protocol });
}

/**
 * Reads what follows the preface.
 *
 * @throws `wire/malformed`.
 */
export function parseHello(head: Uint8Array): HelloAnswer {
  const fields = decodeMap(head);
  const { refused, protocol, role, system, address, token, isChecked, link, after } = fields;
  if (typeof refused === "string") {
    return { type: "refused", line: oneLine(refused), protocol: typeof protocol === "number" ? protocol : undefined };
  }
  if (typeof protocol !== "number" || !Number.isSafeInteger(protocol)) throw malformed("protocol", protocol);
  if (typeof role !== "string") throw malformed("role", role);
  if (typeof system !== "string") throw malformed("system", system);
  if (typeof address !== "string") throw malformed("address", address);
  if (typeof token !== "string") throw malformed("token", typeof token);
  if (typeof isChecked !== "boolean") throw malformed("isChecked", isChecked);
  const named = typeof link === "string" && typeof after === "string" ? { link, after } : {};
  return { type: "hello", hello: { protocol, role, system, address, ...named }, token, isChecked };
}

/** Whether two secrets are equal, in a time that tells the length of `given` at most. */
export function sameSecret(given: string, expected: string): boolean {
  const encoder = new TextEncoder();
  const left = encoder.encode(given);
  const right = encoder.encode(expected);
  let difference = left.byteLength ^ right.byteLength;
  for (let index = 0; index < left.byteLength; index++) {
    difference |= (left[index] ?? 0) ^ (right[index % Math.max(1, right.byteLength)] ?? 0);
  }
  return difference === 0;
}

function decodeMap(head: Uint8Array): Record<string, unknown> {
  let decoded: unknown;
  try {
    decoded = decode(head);
  } catch (cause) {
    throw troupeError("wire/malformed", "Cannot read hello: it is no MessagePack", { cause });
  }
  if (typeof decoded !== "object" || decoded === null || Array.isArray(decoded) || decoded instanceof Uint8Array) {
    throw troupeError("wire/malformed", `Cannot read hello: expected a map, got ${describe(decoded)}`);
  }
  return { ...decoded };
}

function malformed(field: string, value: unknown): Error {
  return troupeError("wire/malformed", `Cannot read hello: field "${field}" is ${describe(value)}`);
}

/** A stranger's text, fit for a log: one line, no control characters, not too long. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").slice(0, LINE_LENGTH_MAX);
}

function quoteBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
  return describe(text);
}
