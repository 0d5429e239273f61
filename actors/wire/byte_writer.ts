import { EXT_BIGINT, EXT_TEXT16, EXT_UNDEFINED } from "./extension.ts";

/** A buffer that once grew beyond this is let go after use, so that one huge value does not occupy memory for ever. */
const KEEP_BYTES_MAX = 1024 * 1024;
/** Up to this length a loop over the characters beats the call into the encoder. */
const LOOP_TEXT_MAX = 64;

const encoder = new TextEncoder();

/**
 * Writes MessagePack into a buffer that grows and is used again. Numbers take their smallest form; bigints of up to 64
 * bits are written as 64-bit integers, so that a reader tells them from numbers.
 */
export class ByteWriter {
  /** Where the next byte goes. */
  at = 0;
  /** What has been written is in `[0, at)`. Replaced when it is too small. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The same memory as `bytes`. */
  view: DataView<ArrayBuffer>;

  /**
   * A writer with a buffer to begin with.
   *
   * @param startBytes The first size of the buffer.
   */
  constructor(startBytes = 4096) {
    this.bytes = new Uint8Array(startBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes it as new. */
  reset(): void {
    this.at = 0;
    if (this.bytes.length > KEEP_BYTES_MAX) this.#resize(4096);
  }

  /** A copy of what has been written, in an allocation of its own. */
  take(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.at);
  }

  /** Makes room for `count` more bytes. */
  ensure(count: number): void {
    const needed = this.at + count;
    if (needed > this.bytes.length) this.#resize(Math.max(needed, this.bytes.length * 2));
  }

  #resize(sizeBytes: number): void {
    const grown = new Uint8Array(sizeBytes);
    grown.set(this.bytes.subarray(0, this.at));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  /** `null`. */
  nil(): void {
    this.ensure(1);
    this.bytes[this.at++] = 0xc0;
  }

  /** `undefined`. */
  none(): void {
    this.ensure(3);
    const { bytes, at } = this;
    bytes[at] = 0xd4;
    bytes[at + 1] = EXT_UNDEFINED;
    bytes[at + 2] = 0;
    this.at = at + 3;
  }

  /** A boolean. */
  flag(value: boolean): void {
    this.ensure(1);
    this.bytes[this.at++] = value ? 0xc3 : 0xc2;
  }

  /** Any number, -0 and NaN included. Whole numbers beyond 32 bits are written as floats. */
  number(value: number): void {
    this.ensure(9);
    const int = value | 0;
    if (int === value && (int !== 0 || Object.is(value, 0))) {
      if (int >= 0) this.#positive(int);
      else this.#negative(int);
    } else if (value > 0x7fffffff && value <= 0xffffffff && Number.isInteger(value)) {
      this.bytes[this.at] = 0xce;
      this.view.setUint32(this.at + 1, value);
      this.at += 5;
    } else {
      this.bytes[this.at] = 0xcb;
      // A NaN can carry any payload: one form only, so that equal values have equal bytes.
      this.view.setFloat64(this.at + 1, value);
      if (value !== value) this.view.setUint32(this.at + 1, 0x7ff80000), this.view.setUint32(this.at + 5, 0);
      this.at += 9;
    }
  }

  #positive(int: number): void {
    const { bytes, at } = this;
    if (int < 0x80) {
      bytes[at] = int;
      this.at = at + 1;
    } else if (int < 0x100) {
      bytes[at] = 0xcc;
      bytes[at + 1] = int;
      this.at = at + 2;
    } else if (int < 0x10000) {
      bytes[at] = 0xcd;
      bytes[at + 1] = int >>> 8;
      bytes[at + 2] = int;
      this.at = at + 3;
    } else {
      bytes[at] = 0xce;
      this.view.setUint32(at + 1, int);
      this.at = at + 5;
    }
  }

  #negative(int: number): void {
    const { bytes, at } = this;
    if (int >= -0x20) {
      bytes[at] = int;
      this.at = at + 1;
    } else if (int >= -0x80) {
      bytes[at] = 0xd0;
      bytes[at + 1] = int;
      this.at = at + 2;
    } else if (int >= -0x8000) {
      bytes[at] = 0xd1;
      this.view.setInt16(at + 1, int);
      this.at = at + 3;
    } else {
      bytes[at] = 0xd2;
      this.view.setInt32(at + 1, int);
      this.at = at + 5;
    }
  }

  /** A bigint of any size. */
  bigint(value: bigint): void {
    this.ensure(9);
    if (BigInt.asIntN(64, value) === value) {
      this.bytes[this.at] = 0xd3;
      this.view.setBigInt64(this.at + 1, value);
      this.at += 9;
    } else if (BigInt.asUintN(64, value) === value) {
      this.bytes[this.at] = 0xcf;
      this.view.setBigUint64(this.at + 1, value);
      this.at += 9;
    } else {
      this.#bigBigint(value);
    }
  }

  #bigBigint(value: bigint): void {
    const negative = value < 0n;
    const hex = (negative ? -value : value).toString(16);
    const sizeBytes = (hex.length + 1) >>> 1;
    this.extHead(EXT_BIGINT, sizeBytes + 1);
    this.ensure(sizeBytes + 1);
    this.bytes[this.at++] = negative ? 1 : 0;
    for (let end = hex.length; end > 0; end -= 2) {
      this.bytes[this.at++] = parseInt(hex.slice(Math.max(0, end - 2), end), 16);
    }
  }

  /** Any text, lone surrogates included. */
  text(value: string): void {
    const length = value.length;
    if (length > LOOP_TEXT_MAX) return this.#longText(value);
    this.ensure(length + 2);
    const { bytes } = this;
    let at = this.at;
    if (length < 32) {
      bytes[at++] = 0xa0 | length;
    } else {
      bytes[at] = 0xd9;
      bytes[at + 1] = length;
      at += 2;
    }
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) return this.#longText(value);
      bytes[at++] = code;
    }
    this.at = at;
  }

  #longText(value: string): void {
    const length = value.length;
    this.ensure(5 + length * 3);
    // The head's size depends on the length in bytes: guess that all is ASCII, move the text when it is not.
    const guess = textHeadBytes(length);
    const { written } = encoder.encodeInto(value, this.bytes.subarray(this.at + guess));
    if (written !== length && !value.isWellFormed()) return this.#text16(value);
    const headBytes = textHeadBytes(written);
    if (headBytes !== guess) this.bytes.copyWithin(this.at + headBytes, this.at + guess, this.at + guess + written);
    this.#textHead(written);
    this.at += written;
  }

  #textHead(sizeBytes: number): void {
    const { bytes, at } = this;
    if (sizeBytes < 32) bytes[at] = 0xa0 | sizeBytes;
    else if (sizeBytes < 0x100) bytes[at] = 0xd9, bytes[at + 1] = sizeBytes;
    else if (sizeBytes < 0x10000) bytes[at] = 0xda, this.view.setUint16(at + 1, sizeBytes);
    else bytes[at] = 0xdb, this.view.setUint32(at + 1, sizeBytes);
    this.at = at + textHeadBytes(sizeBytes);
  }

  #text16(value: string): void {
    this.extHead(EXT_TEXT16, value.length * 2);
    this.ensure(value.length * 2);
    for (let i = 0; i < value.length; i++, this.at += 2) this.view.setUint16(this.at, value.charCodeAt(i), true);
  }

  /** Bytes, copied into the buffer. */
  bin(value: Uint8Array): void {
    const sizeBytes = value.length;
    this.ensure(5 + sizeBytes);
    if (sizeBytes < 0x100) {
      this.bytes[this.at] = 0xc4;
      this.bytes[this.at + 1] = sizeBytes;
      this.at += 2;
    } else if (sizeBytes < 0x10000) {
      this.bytes[this.at] = 0xc5;
      this.view.setUint16(this.at + 1, sizeBytes);
      this.at += 3;
    } else {
      this.bytes[this.at] = 0xc6;
      this.view.setUint32(this.at + 1, sizeBytes);
      this.at += 5;
    }
    this.bytes.set(value, this.at);
    this.at += sizeBytes;
  }

  /** Announces an array: `count` values follow. */
  arrayHead(count: number): void {
    this.#containerHead(count, 0x90, 0xdc);
  }

  /** Announces a map: `count` keys follow, each with its value. */
  mapHead(count: number): void {
    this.#containerHead(count, 0x80, 0xde);
  }

  #containerHead(count: number, small: number, large: number): void {
    this.ensure(5);
    const { bytes, at } = this;
    if (count < 16) {
      bytes[at] = small | count;
      this.at = at + 1;
    } else if (count < 0x10000) {
      bytes[at] = large;
      this.view.setUint16(at + 1, count);
      this.at = at + 3;
    } else {
      bytes[at] = large + 1;
      this.view.setUint32(at + 1, count);
      this.at = at + 5;
    }
  }

  /** Announces an extension: `sizeBytes` bytes follow. */
  extHead(type: number, sizeBytes: number): void {
    this.ensure(6);
    const { bytes } = this;
    const fixed = FIXED_EXT_LEADS.get(sizeBytes);
    if (fixed !== undefined) bytes[this.at++] = fixed;
    else if (sizeBytes < 0x100) bytes[this.at++] = 0xc7, bytes[this.at++] = sizeBytes;
    else if (sizeBytes < 0x10000) bytes[this.at] = 0xc8, this.view.setUint16(this.at + 1, sizeBytes), this.at += 3;
    else bytes[this.at] = 0xc9, this.view.setUint32(this.at + 1, sizeBytes), this.at += 5;
    bytes[this.at++] = type;
  }

  /** An extension of one byte. */
  extByte(type: number, payload: number): void {
    this.ensure(3);
    const { bytes, at } = this;
    bytes[at] = 0xd4;
    bytes[at + 1] = type;
    bytes[at + 2] = payload;
    this.at = at + 3;
  }

  /** An extension of four bytes: a u32. */
  extIndex(type: number, index: number): void {
    this.ensure(6);
    this.bytes[this.at] = 0xd6;
    this.bytes[this.at + 1] = type;
    this.view.setUint32(this.at + 2, index);
    this.at += 6;
  }

  /** A whole number below 2^32, always in five bytes. */
  fixedCount(value: number): void {
    this.ensure(5);
    this.bytes[this.at] = 0xce;
    this.view.setUint32(this.at + 1, value);
    this.at += 5;
  }
}

const FIXED_EXT_LEADS: ReadonlyMap<number, number> = new Map([[1, 0xd4], [2, 0xd5], [4, 0xd6], [8, 0xd7], [16, 0xd8]]);

function textHeadBytes(sizeBytes: number): number {
  if (sizeBytes < 32) return 1;
  if (sizeBytes < 0x100) return 2;
  return sizeBytes < 0x10000 ? 3 : 5;
}
