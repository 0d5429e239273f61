/**
 * The hash behind the keys of pure tasks: the same on every machine, in every version.
 *
 * @module
 */

const TEXT = 1;
const NUMBER = 2;
const BYTES = 3;
const BLOCK_WORDS = 4;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/**
 * A streaming 128-bit hash: MurmurHash3_x86_128 (Austin Appleby, public domain, github.com/aappleby/smhasher) over what
 * it is fed. Not for secrets: who wants to can make two inputs that collide.
 *
 * The order, the kinds and the ends of what it is fed count: text "1" is not number 1, "ab" is not "a" and "b".
 */
export class StableHasher {
  #h1 = 0;
  #h2 = 0;
  #h3 = 0;
  #h4 = 0;
  /** Words that wait for their block to be full; `#count` of them are valid. */
  readonly #block = new Int32Array(BLOCK_WORDS);
  #count = 0;
  #sizeBytes = 0;
  readonly #float = new DataView(new ArrayBuffer(8));

  /** Makes it as new. */
  reset(seed = 0): this {
    this.#h1 =
      this.#h2 =
      this.#h3 =
      this.#h4 =
        seed | 0;
    this.#count = 0;
    this.#sizeBytes = 0;
    return this;
  }

  /** Feeds a text. */
  text(value: string): this {
    const { length } = value;
    this.#word(TEXT);
    this.#word(length);
    let i = 0;
    for (; i + 1 < length; i += 2) this.#word(value.charCodeAt(i) | value.charCodeAt(i + 1) << 16);
    if (i < length) this.#word(value.charCodeAt(i));
    return this;
  }

  /** Feeds a number; -0 and 0 differ. */
  number(value: number): this {
    // A NaN can carry any payload.
    this.#float.setFloat64(0, Number.isNaN(value) ? NaN : value, true);
    this.#word(NUMBER);
    this.#word(this.#float.getInt32(0, true));
    this.#word(Number.isNaN(value) ? 0x7ff80000 : this.#float.getInt32(4, true));
    return this;
  }

  /** Feeds bytes. */
  bytes(value: Uint8Array): this {
    this.#word(BYTES);
    this.#word(value.length);
    return this.raw(value);
  }

  /** Feeds bytes as MurmurHash3 itself does, without a word about kind and length. Nothing may follow an odd length. */
  raw(value: Uint8Array): this {
    const { length } = value;
    const view = new DataView(value.buffer, value.byteOffset, length);
    let at = 0;
    for (; at + 4 <= length; at += 4) this.#word(view.getInt32(at, true));
    if (at < length) {
      let last = 0;
      for (let shift = 0; at < length; at++, shift += 8) last |= view.getUint8(at) << shift;
      this.#word(last);
      // A last word that is not full counts with its own bytes only.
      this.#sizeBytes += (length & 3) - 4;
    }
    return this;
  }

  /** The hash of all that was fed since the last reset, as 32 hexadecimal digits. More may be fed after it. */
  hex(): string {
    let [h1, h2, h3, h4] = [this.#h1, this.#h2, this.#h3, this.#h4];
    const count = this.#count;
    if (count === BLOCK_WORDS && this.#sizeBytes % 16 === 0) {
      this.#mixBlock();
      [h1, h2, h3, h4] = [this.#h1, this.#h2, this.#h3, this.#h4];
    } else {
      // Words that are not there are 0, and 0 changes nothing.
      const block = this.#block;
      if (count > 3) h4 ^= mixed4(block[3]!);
      if (count > 2) h3 ^= mixed3(block[2]!);
      if (count > 1) h2 ^= mixed2(block[1]!);
      if (count > 0) h1 ^= mixed1(block[0]!);
    }
    const size = this.#sizeBytes | 0;
    h1 ^= size;
    h2 ^= size;
    h3 ^= size;
    h4 ^= size;
    h1 = h1 + h2 + h3 + h4 | 0;
    h2 = h2 + h1 | 0;
    h3 = h3 + h1 | 0;
    h4 = h4 + h1 | 0;
    h1 = avalanche(h1);
    h2 = avalanche(h2);
    h3 = avalanche(h3);
    h4 = avalanche(h4);
    h1 = h1 + h2 + h3 + h4 | 0;
    return hexOf(h1) + hexOf(h2 + h1 | 0) + hexOf(h3 + h1 | 0) + hexOf(h4 + h1 | 0);
  }

  #word(word: number): void {
    if (this.#count === BLOCK_WORDS) this.#mixBlock();
    this.#block[this.#count++] = word;
    this.#sizeBytes += 4;
  }

  #mixBlock(): void {
    const block = this.#block;
    let [h1, h2, h3, h4] = [this.#h1, this.#h2, this.#h3, this.#h4];
    h1 = rotated(h1 ^ mixed1(block[0]!), 19) + h2 | 0;
    h1 = Math.imul(h1, 5) + 0x561ccd1b | 0;
    h2 = rotated(h2 ^ mixed2(block[1]!), 17) + h3 | 0;
    h2 = Math.imul(h2, 5) + 0x0bcaa747 | 0;
    h3 = rotated(h3 ^ mixed3(block[2]!), 15) + h4 | 0;
    h3 = Math.imul(h3, 5) + 0x96cd1c35 | 0;
    h4 = rotated(h4 ^ mixed4(block[3]!), 13) + h1 | 0;
    h4 = Math.imul(h4, 5) + 0x32ac3b17 | 0;
    this.#h1 = h1;
    this.#h2 = h2;
    this.#h3 = h3;
    this.#h4 = h4;
    this.#count = 0;
  }
}

function rotated(word: number, bits: number): number {
  return word << bits | word >>> (32 - bits);
}

function mixed1(word: number): number {
  return Math.imul(rotated(Math.imul(word, 0x239b961b), 15), 0xab0e9789);
}

function mixed2(word: number): number {
  return Math.imul(rotated(Math.imul(word, 0xab0e9789), 16), 0x38b34ae5);
}

function mixed3(word: number): number {
  return Math.imul(rotated(Math.imul(word, 0x38b34ae5), 17), 0xa1e38b93);
}

function mixed4(word: number): number {
  return Math.imul(rotated(Math.imul(word, 0xa1e38b93), 18), 0x239b961b);
}

function avalanche(word: number): number {
  let h = word;
  h = Math.imul(h ^ h >>> 16, 0x85ebca6b);
  h = Math.imul(h ^ h >>> 13, 0xc2b2ae35);
  return h ^ h >>> 16;
}

function hexOf(word: number): string {
  return HEX[word >>> 24]! + HEX[word >>> 16 & 255]! + HEX[word >>> 8 & 255]! + HEX[word & 255]!;
}
