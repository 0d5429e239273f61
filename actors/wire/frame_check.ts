/** Checks that the frames of one direction of a stream are those that were sent. @module */
import { Checksum } from "./checksum.ts";

/** Bytes of one sum on the stream. */
export const SUM_BYTES = 4;

/**
 * The sum of all frames of one direction so far. It goes on from frame to frame: so a frame that is missing, comes twice
 * or out of turn shows as well as one that was changed.
 */
export class FrameCheck {
  readonly #sum = new Checksum();

  /** Takes the next bytes: all of these, or those from one index up to another. */
  add(bytes: Uint8Array, from = 0, end: number = bytes.length): void {
    this.#sum.add(bytes, from, end);
  }

  /** Writes the sum of all bytes so far. */
  seal(bytes: Uint8Array, at: number): void {
    writeU32(bytes, at, this.#sum.value);
  }

  /** Throws when the sum there is not that of all bytes so far. */
  verify(bytes: Uint8Array, at: number): void {
    if (readU32(bytes, at) !== this.#sum.value) throw new ChangedOnTheWay();
  }
}

/** Writes a little-endian number: without a `DataView`, which costs more than a small frame's sum. */
export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** Reads a little-endian number. */
export function readU32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24) >>> 0;
}

/** What was sent is not what came: not the fault of either end, so another connection may do better. */
export class ChangedOnTheWay extends Error {
  constructor() {
    super("a frame was changed on its way");
  }
}
