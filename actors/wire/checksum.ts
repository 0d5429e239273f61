/**
 * CRC-32 (that of zip and Ethernet). By table at first, which needs nothing and does 1 GB/s. zlib does 8 to 12 GB/s, but it
 * takes 30 ms to load: once that much time has gone into the table, it is loaded.
 *
 * @module
 */
import type zlib from "node:zlib";
import { nodeBuiltin } from "../base/node_builtin.ts";

/** So many bytes by table take as long as loading zlib. */
const TABLED_BYTES_MAX = 24 * 1024 ** 2;
/** From here on zlib, once it is there, is faster than the table. */
const NATIVE_BYTES_MIN = 128;
const POLYNOMIAL = 0xedb8_8320;

/** The effect of a byte that is followed by 0 to 7 others, 256 entries each. */
const TABLES = makeTables();

/** The CRC-32 of all bytes of one stream so far. */
export class Checksum {
  #value = 0;
  #tabledBytes = 0;
  /** zlib's, once the table had enough to do. */
  #native: typeof zlib.crc32 | undefined;

  /** The sum, from 0 to 2 ** 32 - 1. */
  get value(): number {
    return this.#value;
  }

  /** Takes the next bytes: all of these, or those from one index up to another. */
  add(bytes: Uint8Array, from = 0, end: number = bytes.length): void {
    const native = this.#nativeFor(end - from);
    this.#value = native === undefined
      ? byTable(bytes, this.#value, from, end)
      : native(bytes.subarray(from, end), this.#value);
  }

  #nativeFor(count: number): typeof zlib.crc32 | undefined {
    if (count < NATIVE_BYTES_MIN) return undefined;
    if (this.#native !== undefined) return this.#native;
    this.#tabledBytes += count;
    if (this.#tabledBytes < TABLED_BYTES_MAX) return undefined;
    return this.#native = nodeBuiltin("node:zlib").crc32;
  }
}

/** Eight bytes at a time. */
function byTable(bytes: Uint8Array, before: number, from: number, end: number): number {
  let sum = ~before;
  let at = from;
  for (const last = end - 8; at <= last; at += 8) {
    const low = sum ^ (bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24);
    sum = TABLES[1792 + (low & 0xff)]! ^ TABLES[1536 + (low >>> 8 & 0xff)]! ^
      TABLES[1280 + (low >>> 16 & 0xff)]! ^ TABLES[1024 + (low >>> 24)]! ^
      TABLES[768 + bytes[at + 4]!]! ^ TABLES[512 + bytes[at + 5]!]! ^
      TABLES[256 + bytes[at + 6]!]! ^ TABLES[bytes[at + 7]!]!;
  }
  for (; at < end; at++) sum = TABLES[(sum ^ bytes[at]!) & 0xff]! ^ sum >>> 8;
  return ~sum >>> 0;
}

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 0 ? sum >>> 1 : POLYNOMIAL ^ sum >>> 1;
    tables[byte] = sum;
  }
  for (let at = 256; at < tables.length; at++) {
    const nearer = tables[at - 256]!;
    tables[at] = tables[nearer & 0xff]! ^ nearer >>> 8;
  }
  return tables;
}
