/**
 * The MessagePack extension types of this package. They are part of the wire format: never renumber one.
 *
 * @module
 */

/** `undefined`. One byte of payload, always 0. */
export const EXT_UNDEFINED = 0;
/** A bigint outside 64 bits: a sign byte (1 is negative), then the magnitude, least significant byte first. */
export const EXT_BIGINT = 1;
/** Bytes that lie beside the head of the frame: their index, as u32. */
export const EXT_BESIDE = 2;
/** A text that UTF-8 cannot carry (it has lone surrogates), as UTF-16, least significant byte first. */
export const EXT_TEXT16 = 3;
/** First entry of an array that stands for something else than an array: one byte, a mark of `value_mark.ts`. */
export const EXT_MARK = 4;
/** An object that came before: its number in order of first appearance, as u32. */
export const EXT_REFERENCE = 5;
