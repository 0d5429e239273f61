/**
 * Frames on a byte stream. A header of little-endian u32s: bytes of the head, number of buffers, then for each buffer
 * the low and the high half of its length. Then the head, then the buffers.
 *
 * With a {@linkcode FrameCheck} a sum follows on the number of buffers, on their lengths if there are any, and on the last
 * buffer: a length is believed only when its sum is right, since nobody could tell when to stop waiting for bytes that
 * were never sent.
 *
 * @module
 */
import { invariant } from "../base/assert.ts";
import { troupeError } from "../base/errors.ts";
import { malformedBytes } from "./byte_reader.ts";
import { type FrameCheck, readU32, SUM_BYTES, writeU32 } from "./frame_check.ts";
import { type Frame, FRAME_BUFFERS_MAX } from "./message_codec.ts";

/** Chunks up to this size are joined, so that a small frame is one write. */
const JOIN_BYTES_MAX = 64 * 1024;
/** What one read takes from the stream while no big buffer is being filled. */
const STAGING_BYTES = 64 * 1024;
/** Below this, what is missing of a buffer comes through the staging buffer, together with what follows it. */
const DIRECT_BYTES_MIN = 16 * 1024;
const FIXED_BYTES = 8;
const TWO_32 = 0x1_0000_0000;
const NO_BUFFERS: readonly Uint8Array[] = [];

/**
 * A frame as chunks to write one after the other. Small parts are joined into one chunk; big buffers are the frame's
 * own, not copies.
 *
 * @param check Sums up what is said, if it is to be checked at the other end.
 */
export function encodeFrame(frame: Frame, check?: FrameCheck): Uint8Array[] {
  if (frame.buffers.length === 0 && frame.head.length <= JOIN_BYTES_MAX) return [encodeSmall(frame.head, check)];
  const header = check === undefined ? encodeHeader(frame) : encodeCheckedHeader(frame, check);
  const chunks: Uint8Array[] = [];
  let pending: Uint8Array[] = [header];
  let pendingBytes = header.length;
  const parts = [frame.head, ...frame.buffers];
  if (check !== undefined) parts.push(sealed(parts, check));
  for (const part of parts) {
    if (part.length > JOIN_BYTES_MAX) {
      if (pendingBytes > 0) chunks.push(joined(pending, pendingBytes));
      chunks.push(part);
      pending = [];
      pendingBytes = 0;
    } else if (part.length > 0) {
      pending.push(part);
      pendingBytes += part.length;
    }
  }
  if (pendingBytes > 0) chunks.push(joined(pending, pendingBytes));
  return chunks;
}

/** A frame without buffers, in one allocation: nearly all frames are such. */
function encodeSmall(head: Uint8Array, check: FrameCheck | undefined): Uint8Array {
  const sumBytes = check === undefined ? 0 : SUM_BYTES;
  const bodyAt = FIXED_BYTES + sumBytes;
  const chunk = new Uint8Array(bodyAt + head.length + sumBytes);
  writeU32(chunk, 0, head.length);
  check?.add(chunk, 0, FIXED_BYTES);
  check?.seal(chunk, FIXED_BYTES);
  chunk.set(head, bodyAt);
  check?.add(head);
  check?.seal(chunk, bodyAt + head.length);
  return chunk;
}

/** What a frame occupies on the stream, in bytes, sums aside. */
export function frameBytes(frame: Frame): number {
  let bytes = FIXED_BYTES + frame.head.length;
  for (const buffer of frame.buffers) bytes += FIXED_BYTES + buffer.length;
  return bytes;
}

function encodeHeader(frame: Frame): Uint8Array {
  const header = new Uint8Array(FIXED_BYTES * (1 + frame.buffers.length));
  writeU32(header, 0, frame.head.length);
  writeU32(header, 4, frame.buffers.length);
  writeLengths(header, FIXED_BYTES, frame.buffers);
  return header;
}

function encodeCheckedHeader(frame: Frame, check: FrameCheck): Uint8Array {
  const lengthBytes = FIXED_BYTES * frame.buffers.length;
  const lengthsAt = FIXED_BYTES + SUM_BYTES;
  const header = new Uint8Array(lengthBytes === 0 ? lengthsAt : lengthsAt + lengthBytes + SUM_BYTES);
  writeU32(header, 0, frame.head.length);
  writeU32(header, 4, frame.buffers.length);
  check.add(header, 0, FIXED_BYTES);
  check.seal(header, FIXED_BYTES);
  if (lengthBytes === 0) return header;
  writeLengths(header, lengthsAt, frame.buffers);
  check.add(header, lengthsAt, lengthsAt + lengthBytes);
  check.seal(header, lengthsAt + lengthBytes);
  return header;
}

function writeLengths(header: Uint8Array, from: number, buffers: readonly Uint8Array[]): void {
  let at = from;
  for (const { length } of buffers) {
    writeU32(header, at, length % TWO_32);
    writeU32(header, at + 4, Math.floor(length / TWO_32));
    at += FIXED_BYTES;
  }
}

/** The sum of the body. */
function sealed(body: readonly Uint8Array[], check: FrameCheck): Uint8Array {
  for (const part of body) check.add(part);
  const sum = new Uint8Array(SUM_BYTES);
  check.seal(sum, 0);
  return sum;
}

function joined(parts: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Cuts a byte stream into frames. Feed it with {@linkcode FrameParser.push}, or read the stream into
 * {@linkcode FrameParser.target} and say how much came with {@linkcode FrameParser.filled}: then big buffers are read
 * into their own allocation without a copy. After it has thrown it is of no more use.
 */
export class FrameParser {
  /** Largest frame that is accepted, in bytes, header included. May be changed between frames. */
  limitBytes: number;
  readonly #deliver: (frame: Frame) => void;
  readonly #staging = new Uint8Array(STAGING_BYTES);
  /** Sums up what comes; undefined when frames have no sums. */
  #check: FrameCheck | undefined;
  /** The part being filled, and how much of it is there: the fixed header, the lengths, the head, a buffer, or the sum. */
  #part: Uint8Array;
  #filled = 0;
  #step: "fixed" | "lengths" | "body" | "sum" = "fixed";
  /** Valid from the end of the fixed header to the end of the frame. */
  #headBytes = 0;
  #bufferCount = 0;
  /** Lengths of the parts of the body: head, then buffers. Empty while there is no header. */
  #lengths: number[] = [];
  /** Parts of the body that are complete. */
  #parts: Uint8Array[] = [];

  /**
   * A parser at the beginning of a stream.
   *
   * @param limitBytes Largest frame that is accepted.
   * @param deliver Called with each whole frame; its parts are in allocations of their own.
   * @param check Sums up what comes, if frames have sums.
   */
  constructor(limitBytes: number, deliver: (frame: Frame) => void, check?: FrameCheck) {
    this.limitBytes = limitBytes;
    this.#deliver = deliver;
    this.#check = check;
    this.#part = this.#newHeader();
  }

  /** From now on frames have no sums. Between frames only. */
  endCheck(): void {
    invariant(this.isBetweenFrames, "the layout of frames changes between them");
    this.#check = undefined;
    this.#part = this.#newHeader();
  }

  /** Whether the stream may end here: no frame has begun. */
  get isBetweenFrames(): boolean {
    return this.#step === "fixed" && this.#filled === 0;
  }

  /** Where to read the next bytes to. Valid until the next call. */
  target(): Uint8Array {
    const missing = this.#part.length - this.#filled;
    return missing >= DIRECT_BYTES_MIN ? this.#part.subarray(this.#filled) : this.#staging;
  }

  /**
   * Says that the first `count` bytes of the last {@linkcode target} are there.
   *
   * @throws `wire/frame-too-large`, `wire/malformed`, `ChangedOnTheWay`, and whatever `deliver` throws.
   */
  filled(count: number): void {
    if (this.#part.length - this.#filled < DIRECT_BYTES_MIN) return this.push(this.#staging.subarray(0, count));
    if (this.#step === "body") this.#check?.add(this.#part, this.#filled, this.#filled + count);
    this.#filled += count;
    if (this.#filled === this.#part.length) this.#completePart();
  }

  /**
   * Takes the next bytes of the stream, which are copied.
   *
   * @throws `wire/frame-too-large`, `wire/malformed`, `ChangedOnTheWay`, and whatever `deliver` throws.
   */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      const end = this.isBetweenFrames ? this.#takeSmall(chunk, at) : at;
      if (end > at) {
        at = end;
        continue;
      }
      const count = Math.min(chunk.length - at, this.#part.length - this.#filled);
      this.#part.set(chunk.subarray(at, at + count), this.#filled);
      if (this.#step === "body") this.#check?.add(chunk, at, at + count);
      at += count;
      this.#filled += count;
      if (this.#filled === this.#part.length) this.#completePart();
    }
  }

  /** Takes a frame without buffers that is here whole, at once; gives its end, or its beginning when it is none. */
  #takeSmall(chunk: Uint8Array, at: number): number {
    const sumBytes = this.#check === undefined ? 0 : SUM_BYTES;
    const bodyAt = at + FIXED_BYTES + sumBytes;
    if (bodyAt > chunk.length || readU32(chunk, at + 4) !== 0) return at;
    const headBytes = readU32(chunk, at);
    const bodyEnd = bodyAt + headBytes;
    // Not believed yet: whatever it says is either here or goes the long way.
    if (bodyEnd + sumBytes > chunk.length) return at;
    this.#check?.add(chunk, at, at + FIXED_BYTES);
    this.#check?.verify(chunk, at + FIXED_BYTES);
    this.#checkSize(FIXED_BYTES + headBytes);
    this.#check?.add(chunk, bodyAt, bodyEnd);
    this.#check?.verify(chunk, bodyEnd);
    this.#deliver({ head: chunk.slice(bodyAt, bodyEnd), buffers: NO_BUFFERS });
    return bodyEnd + sumBytes;
  }

  /** Takes what is complete, also parts without bytes, until bytes are missing again. */
  #completePart(): void {
    switch (this.#step) {
      case "fixed":
        return this.#completeFixed();
      case "lengths":
        return this.#completeLengths();
      case "body":
        this.#parts.push(this.#part);
        return this.#nextPart();
      case "sum":
        this.#check?.verify(this.#part, 0);
        return this.#complete();
    }
  }

  #newHeader(): Uint8Array {
    return new Uint8Array(FIXED_BYTES + (this.#check === undefined ? 0 : SUM_BYTES));
  }

  /** The part is one of lengths, with its sum: gives the lengths. */
  #checkedLengths(): Uint8Array {
    if (this.#check === undefined) return this.#part;
    const sumAt = this.#part.length - SUM_BYTES;
    this.#check.add(this.#part, 0, sumAt);
    this.#check.verify(this.#part, sumAt);
    return this.#part;
  }

  #completeFixed(): void {
    const header = this.#checkedLengths();
    this.#headBytes = readU32(header, 0);
    this.#bufferCount = readU32(header, 4);
    this.#checkSize(FIXED_BYTES * (1 + this.#bufferCount) + this.#headBytes);
    if (this.#bufferCount > FRAME_BUFFERS_MAX) {
      throw malformedBytes(`a frame announces ${this.#bufferCount} buffers, more than ${FRAME_BUFFERS_MAX}`);
    }
    if (this.#bufferCount === 0) return this.#beginBody([this.#headBytes]);
    this.#step = "lengths";
    this.#part = new Uint8Array(FIXED_BYTES * this.#bufferCount + (this.#check === undefined ? 0 : SUM_BYTES));
    this.#filled = 0;
  }

  #completeLengths(): void {
    const part = this.#checkedLengths();
    const lengths = [this.#headBytes];
    let total = FIXED_BYTES * (1 + this.#bufferCount) + this.#headBytes;
    for (let at = 0; at < FIXED_BYTES * this.#bufferCount; at += FIXED_BYTES) {
      const length = readU32(part, at) + readU32(part, at + 4) * TWO_32;
      lengths.push(length);
      total += length;
    }
    this.#checkSize(total);
    this.#beginBody(lengths);
  }

  #beginBody(lengths: number[]): void {
    this.#step = "body";
    this.#lengths = lengths;
    this.#parts = [];
    this.#nextPart();
  }

  #nextPart(): void {
    while (this.#parts.length < this.#lengths.length) {
      const length = this.#lengths[this.#parts.length]!;
      this.#part = allocate(length);
      this.#filled = 0;
      if (length > 0) return;
      this.#parts.push(this.#part);
    }
    if (this.#check === undefined) return this.#complete();
    this.#step = "sum";
    this.#part = new Uint8Array(SUM_BYTES);
    this.#filled = 0;
  }

  #complete(): void {
    const [head = new Uint8Array(0), ...buffers] = this.#parts;
    this.#step = "fixed";
    this.#part = this.#newHeader();
    this.#filled = 0;
    this.#lengths = [];
    this.#parts = [];
    this.#deliver({ head, buffers });
  }

  #checkSize(sizeBytes: number): void {
    if (sizeBytes <= this.limitBytes) return;
    throw troupeError(
      "wire/frame-too-large",
      `Cannot read frame: it announces ${sizeBytes} bytes, more than the limit of ${this.limitBytes}`,
      { details: { sizeBytes, limitBytes: this.limitBytes } },
    );
  }
}

function allocate(sizeBytes: number): Uint8Array {
  try {
    return new Uint8Array(sizeBytes);
  } catch (cause) {
    throw troupeError("wire/frame-too-large", `Cannot read frame: no memory for ${sizeBytes} bytes`, {
      cause,
      details: { sizeBytes },
    });
  }
}
