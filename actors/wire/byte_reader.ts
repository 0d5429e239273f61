import { type TroupeError, troupeError } from "../base/errors.ts";
import { EXT_BIGINT, EXT_TEXT16 } from "./extension.ts";

/** Up to this length a text is looked up among those read lately: keys and names come again and again. */
const CACHED_TEXT_MAX = 24;
const CACHED_TEXTS = 1024;
/** Up to this length a loop over the bytes beats the call into the decoder. */
const LOOP_TEXT_MAX = 96;

// A byte order mark belongs to the text, and broken UTF-8 is refused rather than repaired.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);

/**
 * Reads MessagePack from untrusted bytes. It never reads beyond their end and believes no length that the remaining
 * bytes do not justify: every method throws `wire/malformed` instead.
 */
export class ByteReader {
  /** Where the next byte is. */
  at = 0;
  /** What is read. */
  bytes: Uint8Array = NO_BYTES;
  /** Where it ends. */
  end = 0;
  /** The same memory as `bytes`. */
  #view: DataView = NO_VIEW;
  /** Short ASCII texts read lately, by a hash of their bytes. */
  readonly #texts: string[] = new Array<string>(CACHED_TEXTS).fill("");

  /** Begins with other bytes. */
  reset(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
    this.end = bytes.length;
  }

  /** Lets go of the bytes. */
  release(): void {
    this.bytes = NO_BYTES;
    this.#view = NO_VIEW;
    this.at = 0;
    this.end = 0;
  }

  /** Claims the next `count` bytes; says where they begin. */
  claim(count: number): number {
    const at = this.at;
    if (count > this.end - at) throw malformedBytes(`it ends early, at byte ${this.end}`);
    this.at = at + count;
    return at;
  }

  /** One byte. */
  u8(): number {
    return this.bytes[this.claim(1)]!;
  }

  /** Two bytes. */
  u16(): number {
    return this.#view.getUint16(this.claim(2));
  }

  /** Four bytes. */
  u32(): number {
    return this.#view.getUint32(this.claim(4));
  }

  /** A count of things that take at least `minBytes` bytes each, checked against what is there. */
  count(count: number, minBytes: number): number {
    if (count * minBytes > this.end - this.at) throw malformedBytes(`it announces ${count} entries and ends early`);
    return count;
  }

  /** The value that begins with this byte, unless it is an array, a map, bytes or an extension. */
  scalar(lead: number): null | boolean | number | bigint | string {
    switch (lead) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return this.#view.getFloat32(this.claim(4));
      case 0xcb:
        return this.#view.getFloat64(this.claim(8));
      case 0xcc:
        return this.u8();
      case 0xcd:
        return this.u16();
      case 0xce:
        return this.u32();
      case 0xcf:
        return this.#view.getBigUint64(this.claim(8));
      case 0xd0:
        return this.#view.getInt8(this.claim(1));
      case 0xd1:
        return this.#view.getInt16(this.claim(2));
      case 0xd2:
        return this.#view.getInt32(this.claim(4));
      case 0xd3:
        return this.#view.getBigInt64(this.claim(8));
      case 0xd9:
        return this.text(this.u8());
      case 0xda:
        return this.text(this.u16());
      case 0xdb:
        return this.text(this.u32());
      default:
        if (lead < 0x80) return lead;
        if (lead >= 0xe0) return lead - 0x100;
        if (lead >= 0xa0 && lead < 0xc0) return this.text(lead & 0x1f);
        throw malformedBytes(`byte 0x${lead.toString(16)} has no meaning here`);
    }
  }

  /** How many bytes the array of bytes that begins with `lead` (0xc4 to 0xc6) has. */
  binLength(lead: number): number {
    if (lead === 0xc4) return this.u8();
    return lead === 0xc5 ? this.u16() : this.u32();
  }

  /** How many bytes the extension that begins with `lead` (0xc7 to 0xc9, 0xd4 to 0xd8) has. Its type comes next. */
  extLength(lead: number): number {
    if (lead >= 0xd4) return 1 << (lead - 0xd4);
    if (lead === 0xc7) return this.u8();
    return lead === 0xc8 ? this.u16() : this.u32();
  }

  /** Bytes, as a view of what is read. */
  view(length: number): Uint8Array {
    const at = this.claim(length);
    return this.bytes.subarray(at, at + length);
  }

  /** Bytes, in an allocation of their own. */
  copy(length: number): Uint8Array<ArrayBuffer> {
    const copy = new Uint8Array(length > this.end - this.at ? 0 : length);
    copy.set(this.view(length));
    return copy;
  }

  /** A text of `length` bytes of UTF-8. */
  text(length: number): string {
    const at = this.claim(length);
    if (length <= CACHED_TEXT_MAX) return this.#shortText(at, length);
    const ascii = length <= LOOP_TEXT_MAX ? asciiText(this.bytes, at, at + length) : undefined;
    return ascii ?? decode(this.bytes.subarray(at, at + length));
  }

  #shortText(at: number, length: number): string {
    const { bytes } = this;
    const end = at + length;
    let hash = length;
    for (let i = at; i < end; i++) {
      const byte = bytes[i]!;
      hash = Math.imul(hash, 31) + byte | 0;
    }
    const slot = (hash ^ hash >>> 15) & (CACHED_TEXTS - 1);
    const known = this.#texts[slot]!;
    if (known.length === length && isTextAt(bytes, at, known)) return known;
    const text = asciiText(bytes, at, end);
    this.#texts[slot] = text ?? "";
    return text ?? decode(bytes.subarray(at, end));
  }

  /** The payload of an extension that stands for a text. */
  text16(length: number): string {
    if (length % 2 !== 0) throw malformedBytes("a UTF-16 text has an odd length");
    const bytes = this.view(length);
    let text = "";
    for (let i = 0; i < length; i += 2) text += String.fromCharCode(bytes[i]! | bytes[i + 1]! << 8);
    return text;
  }

  /** The payload of an extension that stands for a bigint. */
  bigint(length: number): bigint {
    if (length < 2) throw malformedBytes("a bigint has no digits");
    const bytes = this.view(length);
    const digits: string[] = [];
    for (let i = length - 1; i > 0; i--) digits.push(bytes[i]!.toString(16).padStart(2, "0"));
    try {
      const magnitude = BigInt(`0x${digits.join("")}`);
      return bytes[0] === 1 ? -magnitude : magnitude;
    } catch (cause) {
      throw malformedBytes(`a bigint of ${length} bytes is too big`, cause);
    }
  }

  /** The payload of an extension that is an index. */
  index(length: number): number {
    if (length !== 4) throw malformedBytes(`an index has ${length} bytes`);
    return this.u32();
  }

  /** The extension of this type, if it stands for a primitive that has no form of its own; else throws. */
  primitiveExt(type: number, length: number): bigint | string {
    if (type === EXT_BIGINT) return this.bigint(length);
    if (type === EXT_TEXT16) return this.text16(length);
    throw malformedBytes(`extension type ${type} has no meaning here`);
  }

  /** Throws unless everything has been read. */
  finish(): void {
    if (this.at !== this.end) throw malformedBytes(`${this.end - this.at} bytes follow its end`);
  }
}

/** The failure of every reader in this folder. */
export function malformedBytes(what: string, cause?: unknown): TroupeError {
  return troupeError("wire/malformed", `Cannot read bytes: ${what}`, { cause });
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw malformedBytes("a text is no UTF-8", cause);
  }
}

function asciiText(bytes: Uint8Array, at: number, end: number): string | undefined {
  const codes = new Array<number>(end - at);
  for (let i = at; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return undefined;
    codes[i - at] = byte;
  }
  return String.fromCharCode.apply(null, codes);
}

function isTextAt(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[at + i]) return false;
  return true;
}
