import type { ByteWriter } from "./byte_writer.ts";
import { EXT_BESIDE } from "./extension.ts";
import { IdentityList } from "./identity_list.ts";
import { FRAME_BUFFERS_MAX } from "./message_codec.ts";

/** Memory that views look at. */
export type AnyBuffer = ArrayBuffer | SharedArrayBuffer;

interface Entry {
  readonly buffer: AnyBuffer;
  /** The part that the first view sees. */
  readonly offset: number;
  readonly sizeBytes: number;
  /** Where the first view's offset is written, to become 0 if no other view comes; -1 when it is 0 anyway. */
  readonly offsetAt: number;
  /** Whether all of it travels: it was met itself, or through a second view. */
  isWhole: boolean;
}

/**
 * The buffers of a value in work. A buffer that is only seen through one view travels as what the view sees: a short
 * view of a big buffer stays short. One with several views travels whole, once, so that they share it again.
 */
export class BufferTable {
  readonly #identities = new IdentityList();
  readonly #entries: Entry[] = [];

  /** How many there are. */
  get size(): number {
    return this.#entries.length;
  }

  /** The number of a buffer that travels whole. */
  addWhole(buffer: AnyBuffer): number {
    const known = this.#identities.indexOf(buffer);
    if (known < 0) {
      return this.#add(buffer, { buffer, offset: 0, sizeBytes: buffer.byteLength, offsetAt: -1, isWhole: true });
    }
    this.#entries[known]!.isWhole = true;
    return known;
  }

  /** The number of the buffer of a view. `offsetAt`: where the caller will write the offset, as a u32; -1 if it is 0. */
  addView(view: ArrayBufferView, identity: object, offsetAt: number): number {
    const known = this.#identities.indexOf(identity);
    const { buffer, byteOffset, byteLength } = view;
    if (known < 0) {
      return this.#add(identity, { buffer, offset: byteOffset, sizeBytes: byteLength, offsetAt, isWhole: false });
    }
    this.#entries[known]!.isWhole = true;
    return known;
  }

  #add(identity: object, entry: Entry): number {
    this.#entries.push(entry);
    return this.#identities.add(identity);
  }

  /** Forgets all but the first `size` buffers. */
  truncate(size: number): void {
    this.#identities.truncate(size);
    this.#entries.length = Math.min(size, this.#entries.length);
  }

  /**
   * Writes the table behind the value, and its place behind itself.
   *
   * @param besideBytesMin Buffers of at least so many bytes go beside.
   * @param alias Whether whole buffers that go beside may be given away without a copy.
   * @returns The buffers beside.
   */
  write(out: ByteWriter, besideBytesMin: number, alias: boolean): Uint8Array[] {
    const beside: Uint8Array[] = [];
    const tableAt = out.at;
    out.arrayHead(this.#entries.length);
    for (const entry of this.#entries) {
      const bytes = seenBytes(entry, out);
      out.arrayHead(2);
      out.flag(entry.buffer instanceof SharedArrayBuffer);
      if (bytes.length < besideBytesMin || beside.length >= FRAME_BUFFERS_MAX) {
        out.bin(bytes);
      } else {
        out.extIndex(EXT_BESIDE, beside.length);
        // A view must not be given away: a thread's port would clone all that lies behind it.
        const isOwn = alias && entry.buffer instanceof ArrayBuffer && bytes.length === entry.buffer.byteLength;
        beside.push(isOwn ? bytes : new Uint8Array(bytes));
      }
    }
    out.fixedCount(tableAt);
    return beside;
  }
}

/** What travels of a buffer, as a view. */
function seenBytes(entry: Entry, out: ByteWriter): Uint8Array {
  if (entry.isWhole) return new Uint8Array(entry.buffer);
  if (entry.offsetAt >= 0) out.view.setUint32(entry.offsetAt + 1, 0);
  return new Uint8Array(entry.buffer, entry.offset, entry.sizeBytes);
}
