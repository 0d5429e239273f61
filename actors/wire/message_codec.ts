/**
 * Messages as bytes: plain data as standard MessagePack, with big byte arrays beside it.
 *
 * @module
 */
import { describe, troupeError } from "../base/errors.ts";
import { ByteReader, malformedBytes } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import { EXT_BESIDE, EXT_UNDEFINED } from "./extension.ts";

/** What one flush says, on its way over a socket. */
export interface Frame {
  /** MessagePack. Empty in a heartbeat. */
  readonly head: Uint8Array;
  /** The big byte arrays of the head, by index. */
  readonly buffers: readonly Uint8Array[];
}

/** Buffers in one frame; further byte arrays stay in the head, however big. Bounds what a header can announce. */
export const FRAME_BUFFERS_MAX = 65_536;
/** Messages are flat: deeper nesting is an attack on the stack, or a mistake. */
const MESSAGE_DEPTH_MAX = 512;

/**
 * Encodes a message.
 *
 * @param plain null, undefined, booleans, numbers, bigints, texts, `Uint8Array`s, arrays, and plain objects of these.
 * @param besideBytesMin A `Uint8Array` of at least so many bytes goes beside the head. It is not copied.
 * @throws `input/invalid` for anything else.
 */
export function encodeMessage(plain: unknown, besideBytesMin: number): Frame {
  const writer = idleWriters.pop() ?? new MessageWriter();
  try {
    return writer.frame(plain, besideBytesMin);
  } finally {
    idleWriters.push(writer);
  }
}

/**
 * Decodes a message. Small byte arrays are copies, big ones are the frame's own buffers.
 *
 * @throws `wire/malformed`.
 */
export function decodeMessage(frame: Frame): unknown {
  const reader = idleReaders.pop() ?? new MessageReader();
  try {
    return reader.message(frame);
  } finally {
    idleReaders.push(reader);
  }
}

/** Sets an own property, whatever its name. */
export function setOwnProperty(target: object, key: string, value: unknown): void {
  if (key !== "__proto__") (target as Record<string, unknown>)[key] = value;
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

class MessageWriter {
  readonly #out = new ByteWriter();
  /** The buffers of the frame in work; cleared after it. */
  #buffers: Uint8Array[] = [];
  #besideBytesMin = 0;

  frame(plain: unknown, besideBytesMin: number): Frame {
    this.#besideBytesMin = besideBytesMin;
    try {
      this.#write(plain, 0);
      return { head: this.#out.take(), buffers: this.#buffers };
    } finally {
      this.#out.reset();
      this.#buffers = [];
    }
  }

  #write(value: unknown, depth: number): void {
    switch (typeof value) {
      case "string":
        return this.#out.text(value);
      case "number":
        return this.#out.number(value);
      case "object":
        return value === null ? this.#out.nil() : this.#writeObject(value, depth);
      case "undefined":
        return this.#out.none();
      case "boolean":
        return this.#out.flag(value);
      case "bigint":
        return this.#out.bigint(value);
      default:
        throw notPlain(value);
    }
  }

  #writeObject(value: object, depth: number): void {
    if (depth >= MESSAGE_DEPTH_MAX) {
      throw troupeError("input/invalid", `Cannot encode message: it is nested deeper than ${MESSAGE_DEPTH_MAX} levels`);
    }
    if (Array.isArray(value)) {
      this.#out.arrayHead(value.length);
      for (let i = 0; i < value.length; i++) this.#write(value[i], depth + 1);
    } else if (value instanceof Uint8Array) {
      this.#writeBytes(value);
    } else {
      this.#writeRecord(value, depth);
    }
  }

  #writeBytes(value: Uint8Array): void {
    if (value.length < this.#besideBytesMin || this.#buffers.length >= FRAME_BUFFERS_MAX) return this.#out.bin(value);
    this.#out.extIndex(EXT_BESIDE, this.#buffers.length);
    this.#buffers.push(value);
  }

  #writeRecord(value: object, depth: number): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) throw notPlain(value);
    const record = value as Record<string, unknown>;
    const keys = Object.keys(record);
    this.#out.mapHead(keys.length);
    for (const key of keys) {
      this.#out.text(key);
      this.#write(record[key], depth + 1);
    }
  }
}

function notPlain(value: unknown): Error {
  return troupeError("input/invalid", `Cannot encode message: ${describe(value)} is no plain data`);
}

class MessageReader {
  readonly #in = new ByteReader();
  #buffers: readonly Uint8Array[] = [];

  message(frame: Frame): unknown {
    this.#buffers = frame.buffers;
    this.#in.reset(frame.head);
    try {
      const message = this.#read(0);
      this.#in.finish();
      return message;
    } finally {
      this.#in.release();
      this.#buffers = [];
    }
  }

  #read(depth: number): unknown {
    const input = this.#in;
    const lead = input.u8();
    if (lead < 0x80) return lead;
    if (lead < 0x90) return this.#record(lead & 0x0f, depth);
    if (lead < 0xa0) return this.#array(lead & 0x0f, depth);
    switch (lead) {
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return input.copy(input.binLength(lead));
      case 0xc7:
      case 0xc8:
      case 0xc9:
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(input.extLength(lead));
      case 0xdc:
        return this.#array(input.u16(), depth);
      case 0xdd:
        return this.#array(input.u32(), depth);
      case 0xde:
        return this.#record(input.u16(), depth);
      case 0xdf:
        return this.#record(input.u32(), depth);
      default:
        return input.scalar(lead);
    }
  }

  #array(announced: number, depth: number): unknown[] {
    if (depth >= MESSAGE_DEPTH_MAX) throw tooDeep();
    const count = this.#in.count(announced, 1);
    const array: unknown[] = [];
    for (let i = 0; i < count; i++) array.push(this.#read(depth + 1));
    return array;
  }

  #record(announced: number, depth: number): Record<string, unknown> {
    if (depth >= MESSAGE_DEPTH_MAX) throw tooDeep();
    const count = this.#in.count(announced, 2);
    const record: Record<string, unknown> = {};
    for (let i = 0; i < count; i++) {
      const key = this.#read(MESSAGE_DEPTH_MAX);
      if (typeof key !== "string") throw malformedBytes("a key is no text");
      setOwnProperty(record, key, this.#read(depth + 1));
    }
    return record;
  }

  #extension(length: number): unknown {
    const input = this.#in;
    const type = input.u8();
    if (type === EXT_UNDEFINED && length === 1) return void input.u8();
    if (type !== EXT_BESIDE) return input.primitiveExt(type, length);
    const index = input.index(length);
    const buffer = this.#buffers[index];
    if (buffer === undefined) throw malformedBytes(`buffer ${index} of ${this.#buffers.length} is missing`);
    return buffer;
  }
}

function tooDeep(): Error {
  return malformedBytes(`it is nested deeper than ${MESSAGE_DEPTH_MAX} levels`);
}

// One of each is in use at a time, unless a getter of a message encodes another: then another is made.
const idleWriters: MessageWriter[] = [];
const idleReaders: MessageReader[] = [];
